// Checked by `cargo xtask types`: the types of krepis:mycelia.
import {
  Kernel,
  KernelError,
  Router,
  type DeadLetter,
  type Handler,
  type Interceptor,
  type Match,
  type Message,
  type ParamsOf,
  type Schedule,
  type Subsystem,
  type WorkerInfo,
} from "krepis:mycelia";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const exactly = <A, B>(_: Equal<A, B>): void => {};

// Parameters of patterns.
exactly<ParamsOf<"orders://created">, {}>(true);
exactly<ParamsOf<"orders://{id}/rename">, { readonly id: string }>(true);
exactly<ParamsOf<"/{a}/{b:int}/x/{c}">, { readonly a: string; readonly b: string; readonly c: string }>(true);
exactly<ParamsOf<"files://{name}.{ext}">, { readonly name: string; readonly ext: string }>(true);
exactly<ParamsOf<"/v{major:uint}-{minor}/{rest}">, { readonly major: string; readonly minor: string; readonly rest: string }>(true);
exactly<ParamsOf<"/{id?}">, { readonly id?: string }>(true);
exactly<ParamsOf<"/{a}/{id:uuid?}">, { readonly a: string; readonly id?: string }>(true);
exactly<ParamsOf<"/files/*path">, { readonly path: string }>(true);
exactly<ParamsOf<"docs://*path">, { readonly path: string }>(true);
exactly<ParamsOf<"/files/*path?">, { readonly path?: string }>(true);
exactly<ParamsOf<"/*/x/*">, {}>(true);
exactly<ParamsOf<"/about{/}">, {}>(true);
exactly<ParamsOf<"/{page}{/}">, { readonly page: string }>(true);
exactly<ParamsOf<"/*section/x/{id}/*">, { readonly section: string; readonly id: string }>(true);
exactly<ParamsOf<"/{year:([0-9]{4})}/{month:([0-9]{2})}">, { readonly year: string; readonly month: string }>(true);
exactly<ParamsOf<"/{code:([A-Z]{2,3})?}">, { readonly code?: string }>(true);
exactly<ParamsOf<"/{code:(a(b|c)d)}/{id}/{file?}">, { readonly code: string; readonly id: string; readonly file?: string }>(true);
exactly<ParamsOf<"/\\{literally}/{id}">, { readonly id: string }>(true);
exactly<ParamsOf<"/\\*star/{id}">, { readonly id: string }>(true);
exactly<ParamsOf<"/{__proto__}/{constructor}">, { readonly __proto__: string; readonly constructor: string }>(true);
exactly<ParamsOf<string>, { readonly [name: string]: string }>(true);

// Tables.
const router = new Router<() => number>({ ignoreCase: true, trailingSlash: "ignore" }).insert("/users/{id:even}", () => 1);
router.constraint("even", (text) => text.length % 2 === 0).compile();
const found = router.at("/users/12");
exactly<typeof found, Match<() => number> | null>(true);
if (found !== null) {
  found.value().toFixed();
  found.params["id"]?.trim();
}
for (const [pattern, make] of router) pattern.concat(String(make()));
router.matchesAll("/x").map(({ value }) => value());
router.remove("/x")?.().toFixed();
router.overlaps().map(({ first, second, path }) => first + second + (path ?? ""));
const { at } = router;
at("/users/1");
// @ts-expect-error: the table has functions
router.insert("/x", 1);
// @ts-expect-error: there is no such option
new Router({ ignorecase: true });
// @ts-expect-error: it may be null
router.at("/x").value;

// Handlers.
interface Order {
  item: string;
  count: number;
}
const kernel = new Kernel({ deadLetters: 10, onDeadLetter: (letter: DeadLetter) => letter.address.trim() });
kernel
  .on("orders://{id}/rename", (message) => {
    exactly<typeof message.params, { readonly id: string }>(true);
    const { id } = message.params;
    exactly<typeof id, string>(true);
    // @ts-expect-error: there is no such parameter
    message.params.name;
    // @ts-expect-error: messages are read only
    message.body = 1;
    return message.body.anything;
  })
  .on("orders://add/{note?}", async ({ body, params, signal }: Message<Order, { note?: string }>) => {
    exactly<typeof body, Order>(true);
    exactly<typeof params.note, string | undefined>(true);
    await fetch("http://localhost", { signal });
  })
  .on("orders://{id}/{file?}", (message: Message<Order>) => message.body.count + message.params["id"].length);
// @ts-expect-error: the pattern has no such parameter
kernel.on("orders://{id}", ({ params }: Message<Order, { name: string }>) => params.name);
// @ts-expect-error: a handler is a function
kernel.on("orders://x", "handler");
const handler: Handler<Order> = ({ body }) => body.item;
kernel.on("orders://any", handler);
declare const dynamic: string;
kernel.on(dynamic, ({ params }) => params["any"]?.trim());

kernel.on("bodies://x", (message: Message<unknown>) => {
  if (message.is("string")) message.body.trim();
  else if (message.is("array")) message.body.length.toFixed();
  else if (message.is(Date)) message.body.getTime();
  // @ts-expect-error: nobody knows
  message.body.trim();
});

const orders: Subsystem = kernel.subsystem("orders", {
  capacity: 10,
  overflow: "drop-oldest",
  concurrency: Infinity,
  supervision: { onError: "restart", backoff: 10, maxBackoff: 100, maxRestarts: 3, within: 1_000 },
});
orders.on("{id}/items/{item}", ({ params }) => params.id + params.item).onRestart(async () => {}).intercept({ before() {} });
orders.stats().handled.toFixed();
// @ts-expect-error: there is no such policy
kernel.subsystem("x", { overflow: "drop" });
// @ts-expect-error: there is no such status
if (orders.status === "sleeping") orders.pause();

// Sending.
const id = kernel.send("orders://1/rename", { name: "x" }, { priority: "urgent", key: 1, delay: 10, timeout: 100 });
exactly<typeof id, number | undefined>(true);
kernel.cancel(id) satisfies boolean;
const reply = await kernel.ask("orders://total");
exactly<typeof reply, unknown>(true);
const total = await kernel.ask<number>("orders://total", { any: 1 }, { timeout: 1_000, signal: AbortSignal.timeout(10) });
exactly<typeof total, number>(true);
const typed = await kernel.ask<number, Order>("orders://add", { item: "screw", count: 1 });
typed.toFixed();
// @ts-expect-error: an order has a count
kernel.ask<number, Order>("orders://add", { item: "screw" });
// @ts-expect-error: there is no such priority
kernel.send("orders://x", 1, { priority: "top" });
// @ts-expect-error: batches are not delayed
kernel.sendBatch("orders://x", [1], { delay: 1 });
// @ts-expect-error: messages that are sent have no signal
kernel.send("orders://x", 1, { signal: AbortSignal.timeout(1) });
kernel.sendBatch("orders://x", new Set([1, 2])) satisfies number;
kernel.sendSequence([["orders://x", 1], ["mail://y"]]) satisfies number;
// @ts-expect-error: pairs of an address and a body
kernel.sendSequence(["orders://x"]);
(await kernel.sendAsync("orders://x", 1, { at: new Date() }))?.toFixed();
const target = kernel.target("orders://x");
(await target.ask<string>(1)).trim();
target.sendBatch([1]).toFixed();

const leave = kernel.subscribe("orders://{id}/*what", ({ params, body }) => params.id + params.what + body, { subsystem: "mail" });
leave() satisfies boolean;
const { delivered, refused } = kernel.publish("orders://1/paid", { total: 1 });
(delivered + refused).toFixed();
{
  using schedule: Schedule = kernel.every(1_000, "orders://tick", () => Date.now());
  schedule.isActive satisfies boolean;
}

// The rest.
const timing: Interceptor = {
  before: async (message) => void message.address,
  after: (message, reply) => (message.wantsReply ? reply : undefined),
  error: (message, error) => { throw new Error(message.address, { cause: error }); },
};
kernel.intercept(timing).constraint("even", (text) => Number(text) % 2 === 0);
kernel.replayDeadLetters(({ reason, error }) => reason === "failed" && error instanceof TypeError).toFixed();
for (const letter of kernel.takeDeadLetters()) kernel.replay(letter).toFixed();
// @ts-expect-error: there is no such reason
kernel.replayDeadLetters(({ reason }) => reason === "tired");
kernel.stats().subsystems["orders"]?.highWater.toFixed();
kernel.stats().pool.reuseRate.toFixed();
kernel.prometheus().trim();
for (const { kind, value } of kernel.describe().routes) if (kind === "handler") value satisfies Handler;
router.describe().tree.map(({ text, pattern, branches }) => text + (pattern ?? branches.length));
for (const { pattern, kind } of kernel.routes()) if (kind === "handler") pattern.trim();
try {
  await kernel.ask("orders://x");
} catch (error) {
  if (error instanceof KernelError && error.code === "ERR_QUEUE_FULL") error.rest?.map(String);
  // A handler of another process can have a code of its own.
  if (error instanceof KernelError && error.code === "ERR_OWN") throw error;
}
{
  await using other = new Kernel();
  await other.idle();
  other.shutdown();
  await other.drain();
  other.isClosed satisfies boolean;
}

// Workers, other processes, Rust.
{
  await using workers = await kernel.workers(2, new URL("./worker.ts", import.meta.url), {
    data: { factor: 3 },
    onExit: ({ worker, error, code, restartsIn }) => console.log(worker.toFixed(), error?.trim(), code.toFixed(), restartsIn?.toFixed()),
  });
  workers.subsystems.map(({ name, routes }) => name + routes.length) satisfies string[];
  await kernel.ask("images://resize", new ArrayBuffer(8), { transfer: [new ArrayBuffer(8)] });
  // @ts-expect-error: only memory is transferred
  kernel.send("images://resize", 1, { transfer: ["x"] });
  const mount = await kernel.mount("orders://", "nats://localhost:4222", { queue: "shop", jetstream: { stream: "ORDERS", ackWait: 1_000 } });
  if (mount.status === "reconnecting") await mount.close();
  kernel.send("orders://1/rename", "x", { headers: { "x-who": "me" } });
  // @ts-expect-error: there is no such retention
  kernel.mount("orders://", "nats://localhost", { jetstream: { stream: "ORDERS", retention: "ever" } });
  Kernel.host?.on("quotes://{id}", ({ params, headers }) => params.id + headers["content-type"]);
}
export default (kernel: Kernel, { worker, data }: WorkerInfo<{ factor: number }>) => {
  kernel.on("math://{n:int}", ({ params }) => Number(params.n) * data.factor + worker);
};
