// krepis serve examples/api.ts --port 3000
//
//   curl localhost:3000/users
//   curl localhost:3000/users -d '{"name":"Grace"}'
//   curl -N localhost:3000/ticks

interface User {
  id: number;
  name: string;
}

const users: User[] = [{ id: 1, name: "Ada" }];

async function addUser(request: Request): Promise<Response> {
  const { name } = (await request.json()) as { name?: string };
  if (typeof name !== "string" || name === "") {
    return Response.json({ error: "expected a name" }, { status: 400 });
  }
  const user: User = { id: users.length + 1, name };
  users.push(user);
  return Response.json(user, { status: 201, headers: { location: `/users/${user.id}` } });
}

/** Five events, one every 200 ms, sent as they come. */
function ticks(signal: AbortSignal): Response {
  let count = 0;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      if (signal.aborted) return;
      controller.enqueue(new TextEncoder().encode(`data: tick ${++count}\n\n`));
      if (count === 5) controller.close();
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

export default {
  async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    const id = /^\/users\/(\d+)$/.exec(pathname)?.[1];
    if (pathname === "/") return new Response("Hello from Krepis\n");
    if (pathname === "/users" && request.method === "GET") return Response.json(users);
    if (pathname === "/users" && request.method === "POST") return addUser(request);
    if (pathname === "/ticks") return ticks(request.signal);
    if (id !== undefined) {
      const user = users.find((user) => user.id === Number(id));
      if (user !== undefined) return Response.json(user);
    }
    return Response.json({ error: `nothing at ${pathname}` }, { status: 404 });
  },
};
