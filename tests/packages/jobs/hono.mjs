// hono: routes, middleware, validation, streaming, errors, by app.request()
import { Hono } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { cors } from "hono/cors";
import { HTTPException } from "hono/http-exception";
import { sign, verify } from "hono/jwt";
import { streamText } from "hono/streaming";
import { html } from "hono/html";
import { validator } from "hono/validator";
import { step } from "../lib/step.cjs";

const app = new Hono().basePath("/api");
app.use("*", cors({ origin: "https://example.com" }));
app.use(async (c, next) => { await next(); c.header("x-after", "yes"); });
app.get("/users/:id{[0-9]+}", (c) => c.json({ id: c.req.param("id"), q: c.req.query("q"), all: c.req.queries("t") }));
app.post("/users", validator("json", (value, c) => (value.name ? value : c.text("no name", 400))), (c) => c.json(c.req.valid("json"), 201));
app.get("/cookie", (c) => { setCookie(c, "b", "2", { httpOnly: true, maxAge: 9 }); return c.text(getCookie(c, "a") ?? "none"); });
app.get("/page", (c) => c.html(html`<p>${"<escaped>"}</p>`));
app.get("/stream", (c) => streamText(c, async (out) => { for (const n of [1, 2, 3]) await out.writeln(String(n)); }));
app.post("/form", async (c) => c.json(await c.req.parseBody()));
app.get("/secret", () => { throw new HTTPException(401, { message: "no" }); });
app.get("/boom", () => { throw new Error("boom"); });
app.onError((error, c) => (error instanceof HTTPException ? error.getResponse() : c.text(`caught ${error.message}`, 500)));
app.route("/sub", new Hono().get("/", (c) => c.redirect("/elsewhere")));

async function ask(path, init) {
  const response = await app.request(`/api${path}`, init);
  console.log(response.status, Object.fromEntries(response.headers), await response.text());
}
step("routes", async () => { await ask("/users/42?q=x&t=1&t=2"); await ask("/users/x"); });
step("validation", async () => {
  for (const body of [{ name: "Ada" }, {}]) await ask("/users", { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } });
});
step("cookies", () => ask("/cookie", { headers: { cookie: "a=1" } }));
step("html", () => ask("/page"));
step("stream", () => ask("/stream"));
step("form", () => { const body = new FormData(); body.append("a", "1"); body.append("b", "2"); return ask("/form", { method: "POST", body }); });
step("errors", async () => { await ask("/secret"); await ask("/boom"); });
step("redirect and preflight", async () => { await ask("/sub"); await ask("/users", { method: "OPTIONS", headers: { origin: "https://example.com", "access-control-request-method": "POST" } }); });
step("jwt", async () => {
  const token = await sign({ sub: "ada", exp: 4102444800 }, "secret", "HS256");
  console.log(token);
  return verify(token, "secret", "HS256");
});
