import { EventEmitter, once } from "node:events";
import { createRequire } from "node:module";
import process from "node:process";
import { setTimeout as later } from "node:timers";
import { setInterval as every, setTimeout as wait } from "node:timers/promises";
import { serve, type App, type Handler, type Server } from "krepis:http";

const handler: Handler = async (request, server) =>
  Response.json({ from: server.requestIP(request)?.address, body: await request.text() });
const server: Server = serve(handler, { port: 0, maxBodySize: 1024, onListen: ({ url }) => console.log(url) });
later(async () => {
  const drained: boolean = await server.stop({ grace: 100 });
  console.log(drained);
}, 10);
// @ts-expect-error: a handler returns a Response
serve(() => "text");

const emitter = new EventEmitter();
once(emitter, "ready").then(([value]) => console.log(value));
const require = createRequire(import.meta.url);
require.resolve("./globals.ts");
process.chdir("/");
const waited: string = await wait(1, "value");
for await (const tick of every(1, waited)) if (tick === "value") break;

export default {
  maxBodySize: null,
  fetch: (request) => new Response(request.url),
} satisfies App;
