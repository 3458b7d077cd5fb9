// fastify: routes, schemas, hooks and plugins, by inject()
import Fastify from "fastify";
import { step } from "../lib/step.cjs";

const app = Fastify();
app.decorate("answer", 42);
app.addHook("onSend", async (request, reply, payload) => { reply.header("x-hook", "yes"); return payload; });
app.get("/users/:id", { schema: { params: { type: "object", properties: { id: { type: "integer" } } }, response: { 200: { type: "object", properties: { id: { type: "integer" }, n: { type: "number" } } } } } }, async ({ params }) => ({ id: params.id, n: app.answer, hidden: true }));
app.post("/echo", { schema: { body: { type: "object", required: ["a"] } } }, async (request) => request.body);
app.register(async (child) => { child.get("/", async () => { throw new Error("boom"); }); }, { prefix: "/sub" });
const ask = async (options) => { const { statusCode, headers, body } = await app.inject(options); console.log(statusCode, headers["x-hook"], body); };
step("routes", () => ask("/users/7"));
step("validation", async () => { await ask("/users/x"); await ask({ method: "POST", url: "/echo", payload: {} }); await ask({ method: "POST", url: "/echo", payload: { a: 1 } }); });
step("errors", async () => { await ask("/sub"); await ask("/nope"); });
step("routes as text", () => app.printRoutes());
