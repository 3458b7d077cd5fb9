import { add, all, find } from "./todos.ts";

async function create(request: Request): Promise<Response> {
  const body: unknown = await request.json().catch(() => undefined);
  const title = (body as { title?: unknown } | undefined)?.title;
  if (typeof title !== "string" || title === "") {
    return Response.json({ error: 'expected a body such as {"title": "write tests"}' }, { status: 400 });
  }
  const todo = add(title);
  return Response.json(todo, { status: 201, headers: { location: `/todos/${todo.id}` } });
}

export default {
  async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/") return new Response("Hello from {{name}}\n");
    if (pathname === "/todos" && request.method === "GET") return Response.json(all());
    if (pathname === "/todos" && request.method === "POST") return create(request);
    const id = /^\/todos\/(\d+)$/.exec(pathname)?.[1];
    const todo = id === undefined ? undefined : find(Number(id));
    if (todo !== undefined && request.method === "GET") return Response.json(todo);
    return Response.json({ error: `nothing at ${request.method} ${pathname}` }, { status: 404 });
  },
};
