// A handler that never asks for its context can still fetch when all of them are in use.
const { serve } = require("krepis:http");
const { Context } = require("krepis:context");

const held = Context.create();
const users = serve((request) => new Response(`traceparent: ${request.headers.get("traceparent")}`), { port: 0 });
const shop = serve(() => fetch(users.url), { port: 0 });
const asks = serve(() => new Response(Context.current().id), { port: 0, onError: (error) => new Response(error.code) });
const headers = { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" };

(async () => {
  console.log(await (await fetch(shop.url, { headers })).text());
  console.log(await (await fetch(asks.url, { headers })).text());
  held.dispose();
  const passed = await (await fetch(shop.url, { headers })).text();
  console.log(passed.includes("0af7651916cd43dd8448eb211c80319c"));
  await Promise.all([users.stop(), shop.stop(), asks.stop()]);
})();
