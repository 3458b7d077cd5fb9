// Request contexts in a small server: krepis serve examples/context.ts
//
//   curl localhost:3000/users/1
//   curl localhost:3000/users/1 -H 'traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
//   curl localhost:3000/report                           # the database is slow: 504 after a second
//   curl localhost:3000/report -H 'grpc-timeout: 10m'    # the client waits for 10 ms: so does the database
//   curl localhost:3000/report -m 0.1                    # the client leaves: the query is given up
//
// Only the handler and the driver know of requests. What is between them passes nothing on.
import { setTimeout as wait } from "node:timers/promises";
import { Context } from "krepis:context";
import type { App } from "krepis:http";

const TABLE = new Map([["1", "Ada"], ["2", "Grace"]]);

/** A driver as they all are: it gives up when the signal aborts. */
async function query(sql: string, id: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    await wait(sql.includes("count") ? 60_000 : 1, undefined, { signal });
  } catch {
    throw signal.reason;
  }
  return TABLE.get(id);
}

/** A statement is a span of its own, and has a second, or what is left of the request's time if that is less. */
async function select(sql: string, id = ""): Promise<string | undefined> {
  using context = Context.current()!.child({ timeout: 1_000 });
  return await context.run(async () => {
    context.throwIfDone();
    log(`query: ${sql}`);
    return await query(sql, id, context.signal);
  });
}

/** A line of JSON that says for which request, and in which span of its trace, it was written. */
function log(message: string): void {
  const context = Context.current();
  console.log(JSON.stringify({ trace: context?.traceId, span: context?.spanId, tenant: context?.get("tenant.id"), message }));
}

async function answer(pathname: string): Promise<Response> {
  const id = /^\/users\/(\d+)$/.exec(pathname)?.[1];
  if (id !== undefined) {
    const name = await select("select name from users where id = ?", id);
    if (name !== undefined) return Response.json({ id, name });
  }
  if (pathname === "/report") return Response.json({ users: await select("select count(*) from history") });
  return Response.json({ error: `nothing at ${pathname}` }, { status: 404 });
}

export default {
  async fetch(request) {
    const context = Context.current()!;
    context.shrinkTimeout(5_000);
    context.set("tenant.id", context.baggage.get("tenant") ?? "public");
    const { pathname } = new URL(request.url);
    try {
      const response = await answer(pathname);
      log(`${pathname}: ${response.status}`);
      return response;
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      log(`${pathname}: ${context.cause ?? "a query took too long"}`);
      return Response.json({ error: error.message }, { status: 504 });
    }
  },
} satisfies App;
