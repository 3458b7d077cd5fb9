// koa: middleware as a row, without a server
const Koa = require("koa");
const { step } = require("../lib/step.cjs");

step("middleware", async () => {
  const app = new Koa();
  const seen = [];
  app.use(async (ctx, next) => { seen.push("in"); await next(); seen.push("out"); });
  app.use(async (ctx) => { ctx.body = { path: ctx.path, query: ctx.query, type: ctx.is("json") }; ctx.status = 201; });
  const { PassThrough } = require("node:stream");
  const { IncomingMessage, ServerResponse } = require("node:http");
  const request = new IncomingMessage(new PassThrough());
  Object.assign(request, { method: "GET", url: "/a?b=1", headers: {} });
  const response = new ServerResponse(request);
  const done = new Promise((resolve) => { response.end = (body) => resolve(body); });
  app.callback()(request, response);
  return [String(await done), response.statusCode, seen];
});
step("server", () => new Promise((resolve, reject) => { const server = new Koa().listen(0, () => server.close(resolve)); server.on("error", reject); }));
