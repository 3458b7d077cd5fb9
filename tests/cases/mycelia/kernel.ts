// Sending and asking: what handlers see, what askers get, and what is said when something is wrong.
import { inspect } from "node:util";
import { Kernel, KernelError, Router } from "krepis:mycelia";

const kernel = new Kernel();

async function attempt(what: string, fn: () => unknown) {
  try {
    console.log(what, "->", await fn());
  } catch (error) {
    console.log(`${what} -> ${error.name} ${error.code}: ${error.message}`);
  }
}

console.log("--- one way");
const seen: unknown[] = [];
kernel
  .on("orders://created", (message) => void seen.push(message.body))
  .on("orders://{id}/items/{item}", async (message) => {
    const { id, item } = message.params;
    await null;
    seen.push([id, item, message.body]);
    return "nobody waits for this";
  });
const id = kernel.send("orders://created", { n: 1 });
console.log(typeof id, Number.isSafeInteger(id), seen.length);
kernel.send("orders://7/items/screw", 100);
await kernel.idle();
console.log(seen);

console.log("--- answers");
kernel.on("echo://{what}", (message) => message.body);
kernel.on("echo://{what}/later", async (message) => message.body);
for (const body of [undefined, null, 0, "", false, 1n, "text", [1], { a: 1 }]) {
  const [now, later] = [await kernel.ask("echo://x", body), await kernel.ask("echo://x/later", body)];
  if (now !== body || later !== body) console.log("another answer:", body, now, later);
}
const same = { by: "reference" };
console.log(await kernel.ask("echo://x", same) === same, await kernel.ask("echo://x", Promise.resolve(5)));
kernel.on("echo://thenable", () => ({ then: (resolve: (value: string) => void) => resolve("of a thenable") }));
console.log(await kernel.ask("echo://thenable"));
console.log(await Promise.all([3, 1, 2].map((n) => kernel.ask("echo://x", n))));

console.log("--- failures");
const failure = new RangeError("of the handler", { cause: "whatever" });
kernel.on("fail://now", () => { throw failure; });
kernel.on("fail://later", async () => { await null; throw failure; });
kernel.on("fail://odd", () => { throw undefined; });
for (const address of ["fail://now", "fail://later"]) {
  console.log(await kernel.ask(address).then(() => "answered", (error) => error === failure && error.stack.includes("kernel.ts")));
}
console.log(await kernel.ask("fail://odd").then(() => "answered", (error) => [error]));
console.log("and it goes on:", await kernel.ask("echo://x", "yes"), kernel.takeDeadLetters().map(({ address, reason }) => [address, reason]));

console.log("--- what a message has");
kernel.on("look://{id}/{name}.{ext}", (message) => {
  const { address, route, subsystem, params, body, priority, key, deadline, wantsReply, isAbandoned, signal, context } = message;
  return { address, route, subsystem, params, body, priority, key, deadline, wantsReply, isAbandoned, signal: signal.aborted, context };
});
console.log(await kernel.ask("look://5/a.txt", { deep: true }));
console.log((await kernel.ask("look://5/a.txt", 1, { priority: "high", key: 12, timeout: 60_000 }) as { deadline: Date }).deadline instanceof Date);
let looked: unknown;
kernel.on("look://one-way", (message) => { looked = [message.wantsReply, message.key, message.priority, message.body, message.deadline]; });
kernel.send("look://one-way", undefined, { key: "k", priority: "low" });
await kernel.idle();
console.log(looked);
kernel.on("look://types", (message) =>
  ["string", "number", "bigint", "boolean", "undefined", "object", "function", "symbol", "null", "array", Array, Object, Date, Map].filter((type) => message.is(type as "string")));
for (const body of ["a", 1, 1n, true, undefined, {}, () => {}, Symbol("s"), null, [], new Date(0), new Map()]) {
  console.log(inspect(body), await kernel.ask("look://types", body));
}
kernel.on("look://printed", (message) => [inspect(message).replace(/id: \d+/, "id: ID"), JSON.stringify({ ...message.toJSON(), id: "ID" }), String(message)]);
for (const text of await kernel.ask<string[]>("look://printed", { n: [1, { a: { b: {} } }] }, { key: "k" })) console.log(text);

console.log("--- ids");
const ids = new Set<number>();
kernel.on("ids://x", (message) => void ids.add(message.id));
const sent = new Set<number>();
for (let round = 0; round < 100; round++) {
  for (let n = 0; n < 50; n++) sent.add(kernel.send("ids://x", n));
  await kernel.idle();
}
console.log(sent.size, ids.size, [...sent].every((one) => ids.has(one)));

console.log("--- targets");
const target = kernel.target("echo://{literally}");
console.log(target.address, await target.ask("a"), typeof target.send("b"), target.sendBatch([1, 2]), typeof (await target.sendAsync("c")));
await attempt("no such target", () => kernel.target("echo://a/b/c"));

console.log("--- released messages");
let kept: any;
kernel.on("kept://{x}", (message) => { kept = message; });
kernel.send("kept://1", "mine");
await kernel.idle();
for (const name of ["id", "body", "params", "address", "route", "subsystem", "key", "priority", "deadline", "wantsReply", "isAbandoned", "signal", "context"]) {
  try {
    console.log(name, kept[name]);
  } catch (error) {
    if (error.code !== "ERR_MESSAGE_RELEASED" || !(error instanceof KernelError)) console.log(name, error);
  }
}
await attempt("a released message", () => kept.body);
await attempt("its type", () => kept.is("string"));
await attempt("as JSON", () => JSON.stringify(kept));
console.log(kept);
kernel.send("kept://2", "another one");
await kernel.idle();
await attempt("the cell is used again, but not for the old message", () => kept.body);

console.log("--- nobody there");
for (const address of ["nobody://x", "orders://none", "orders", "", "://x", "orders:/x", "Orders://created", "orders://created/"]) {
  await attempt(`send to ${JSON.stringify(address)}`, () => kernel.send(address));
}
await attempt("ask", () => kernel.ask("orders://none"));
await attempt("sendAsync", () => kernel.sendAsync("nobody://x"));
await attempt("sendBatch", () => kernel.sendBatch("nobody://x", []));
await attempt("a number", () => kernel.send(7 as any));
await attempt("nothing", () => kernel.ask(undefined as any));
for (let n = 0; n < 9; n++) kernel.on(`many://${n}`, () => {});
await attempt("many handlers", () => kernel.send("many://x"));
kernel.subsystem("empty");
await attempt("no handlers", () => kernel.send("empty://x"));
await attempt("no subsystems", () => new Kernel().send("a://b"));

console.log("--- what is registered");
await attempt("twice", () => kernel.on("orders://created", () => {}));
await attempt("in conflict", () => kernel.on("orders://{other}/items/{item}", () => {}));
await attempt("no function", () => kernel.on("orders://x", "handler" as any));
await attempt("no subsystem", () => kernel.on("/orders", () => {}));
await attempt("a pattern that is none", () => kernel.on("fresh://{x", () => {}));
console.log("it left nothing:", Object.keys(kernel.stats().subsystems).includes("fresh"));
console.log(kernel.off("orders://created"), kernel.off("orders://created"), kernel.off("no://such"));
await attempt("a handler that was taken away", () => kernel.send("orders://created"));
kernel.constraint("even", (text) => Number(text) % 2 === 0);
const shop = kernel.subsystem("shop", { concurrency: 2 }).on("{id:even}", () => "even").on("{id}", () => "any");
await attempt("a constraint that nobody defined", () => shop.on("{id:prime}", () => {}));
console.log(await kernel.ask("shop://4"), await kernel.ask("shop://5"), shop.name, shop.status, kernel.subsystem("shop") === shop);
console.log(kernel.routes().filter(({ subsystem }) => ["orders", "shop"].includes(subsystem)), kernel.overlaps());
console.log(shop.off("{id}"), shop.off("{id}"));
await attempt("a subsystem twice", () => kernel.subsystem("shop", {}));
await attempt("a name that is none", () => kernel.subsystem("a b"));
await attempt("no name", () => kernel.subsystem(undefined as any));

console.log("--- printed");
console.log(new Kernel().on("a://x", () => {}), shop, kernel.target("shop://4"));
console.log(new Router().insert("/users/{id}", 1), String(new Router()), [String(kernel), String(shop)]);
