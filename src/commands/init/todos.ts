export interface Todo {
  readonly id: number;
  readonly title: string;
  readonly done: boolean;
}

const todos: Todo[] = [{ id: 1, title: "run krepis serve", done: true }];

export function all(): readonly Todo[] {
  return todos;
}

export function find(id: number): Todo | undefined {
  return todos.find((todo) => todo.id === id);
}

export function add(title: string): Todo {
  const todo = { id: todos.length + 1, title, done: false };
  todos.push(todo);
  return todo;
}
