// itty-router: routes, middleware, errors
import { AutoRouter, error, json, Router, StatusError, text, withParams } from "itty-router";
import { step } from "../lib/step.cjs";

const router = AutoRouter();
router.get("/json/:id?", ({ id, query }) => ({ id, query }))
  .get("/text", () => text("plain"))
  .get("/files/:path+", ({ path }) => path)
  .post("/echo", async (request) => json(await request.json(), { status: 201 }))
  .get("/teapot", () => error(418, "short and stout"))
  .get("/throws", () => { throw new StatusError(403, { reason: "because" }); });
const ask = async (path, init) => {
  const response = await router.fetch(new Request(`http://x${path}`, init));
  console.log(response.status, response.headers.get("content-type"), await response.text());
};
step("routes", async () => { for (const path of ["/json/7?a=1&a=2", "/json", "/text", "/files/a/b.c"]) await ask(path); });
step("body", () => ask("/echo", { method: "POST", body: "{\"a\":[1]}" }));
step("errors", async () => { for (const path of ["/teapot", "/throws", "/nope"]) await ask(path); });
step("router", async () => {
  const before = [withParams, (request) => { request.seen = true; }];
  return Router({ before, finally: [json] }).get("/:x", ({ x, seen }) => ({ x, seen })).fetch(new Request("http://x/1")).then((r) => r.text());
});
