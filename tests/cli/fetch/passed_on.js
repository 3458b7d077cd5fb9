// What fetch gave goes on to the server's own client, decoded bodies without the encoding's headers.
import { serve } from "krepis:http";
const origin = process.argv[2];
const app = {
  "/as-is": () => fetch(`${origin}/gzip`),
  "/plain": () => fetch(`${origin}/reason`),
  "/rebuilt": async () => {
    const response = await fetch(`${origin}/br`);
    return new Response(response.body, response);
  },
  "/upload": (request) => fetch(`${origin}/echo`, { method: "POST", body: request.body, duplex: "half" }),
};
const server = serve((request) => app[new URL(request.url).pathname](request), { port: 0 });
for (const path of ["/as-is", "/plain", "/rebuilt"]) {
  const response = await fetch(`${server.url}${path.slice(1)}`);
  console.log(path, response.status, response.headers.get("content-encoding"), response.headers.get("x-kept"), (await response.text()).length);
}
const upload = await fetch(`${server.url}upload`, { method: "POST", body: "passed through" });
console.log((await upload.json()).body);
await server.stop();
