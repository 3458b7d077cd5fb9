// Messages for workers: what comes over, what comes back, and what happens when one crashes.

import { Context } from "krepis:context";
import { Kernel, KernelError } from "krepis:mycelia";

const kernel = new Kernel();
kernel.on("main://log", ({ body }) => {
  console.log("main:", body);
  return "logged";
});
const exits: unknown[] = [];
const workers = await kernel.workers(2, new URL("./lib/shop.ts", import.meta.url), {
  data: { factor: 3 },
  onExit: ({ code, error, restartsIn }) => exits.push([code, error?.includes("thrown outside"), restartsIn]),
});
console.log(workers.alive, workers.subsystems.map(({ name, routes }) => `${name}: ${routes.length}`));

async function attempt(question: Promise<unknown>) {
  try {
    console.log(await question);
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
}

// ---- bodies ----
await attempt(kernel.ask("math://times/7", { big: 7n, date: new Date(0), map: new Map([[1, new Set([2])]]), re: /x/g }));
await attempt(kernel.ask("math://times/7"));
await attempt(kernel.ask("math://times/7", null));
await attempt(kernel.ask("math://times/7", () => 1));
await attempt(kernel.ask("math://times/7", new Blob(["x"])));
await attempt(kernel.ask("math://function"));
const moved = new Uint8Array([42, 1]).buffer;
await attempt(kernel.ask("math://first", moved, { transfer: [moved] }));
console.log("length afterwards:", moved.byteLength);
const shared = new SharedArrayBuffer(8);
await attempt(kernel.ask("math://count", shared));
for (let i = 0; i < 99; i++) kernel.send("math://count", shared);
console.log("batch:", kernel.sendBatch("math://count", Array(100).fill(shared)));
await kernel.idle();
console.log("counted:", new Uint8Array(shared)[0]);

// ---- errors ----
await attempt(kernel.ask("math://bad"));
console.log(await kernel.ask("math://bad").catch((error) => error instanceof RangeError && error.stack.includes("shop.ts")));
await attempt(kernel.ask("math://odd"));
await attempt(kernel.ask("math://nothing"));
await attempt(kernel.ask("nobody://nothing"));
await attempt(kernel.ask("math://late", undefined, { timeout: 20 }));
await attempt(kernel.ask("math://late", undefined, { signal: AbortSignal.abort(new Error("too late")) }));
const leaving = new AbortController();
const left = attempt(kernel.ask("math://late", undefined, { signal: leaving.signal }));
leaving.abort(new Error("changed my mind"));
await left;

// ---- work is shared, order is kept by key ----
const seen = new Set<number>();
let isInOrder = true;
// On a busy machine one of them may be late for the first ones.
for (let rounds = 0; seen.size < 2 && rounds < 200; rounds++) {
  const questions = Array.from({ length: 40 }, (_, n) => kernel.ask<{ worker: number; n: number }>(`math://slow/${n}`, n));
  const answers = await Promise.all(questions);
  for (const { worker } of answers) seen.add(worker);
  isInOrder &&= answers.every(({ n }, at) => n === at);
}
console.log("workers:", seen.size, "in order:", isInOrder);
const log = new SharedArrayBuffer(4 * 51);
for (let n = 0; n < 50; n++) kernel.send(`line://${n}`, { n, log }, { key: "same" });
await kernel.idle();
const order = [...new Int32Array(log)].slice(1);
console.log("by key:", order.length, order.every((n, at) => n === at));

// ---- both ways, and with the request ----
await attempt(kernel.ask("math://by-main", "hello"));
await Context.run({ timeout: 60_000 }, async () => {
  Context.current()!.set("tenant.id", "acme");
  await attempt(kernel.ask("math://trace"));
});
await attempt(kernel.ask("math://deadline", undefined, { timeout: 60_000 }));

// ---- a worker crashes: what it had begun is reported, the rest is done by the others ----
const work = Array.from({ length: 20 }, (_, n) => kernel.ask("crash://work", n));
const crashes = [kernel.ask("crash://exit"), kernel.ask("crash://throw")];
const ends = await Promise.allSettled([...work, ...crashes]);
console.log("lost:", ends.slice(20).map((end) => end.status === "rejected" && end.reason.code));
const others = ends.slice(0, 20);
console.log(others.every((end, n) => (end.status === "fulfilled" ? end.value === n : end.reason.code === "ERR_MESSAGE_LOST")));
while (exits.length < 2 || workers.alive < 2) await new Promise((resolve) => setTimeout(resolve, 5));
console.log(exits.sort());
await attempt(kernel.ask("math://times/1", "again"));

const stats = kernel.stats().subsystems;
for (const { accepted, handled, failed, lost, withdrawn, expired, discarded, present } of [stats.math, stats.crash]) {
  console.log("adds up:", accepted === handled + failed + lost + withdrawn + expired + discarded + present);
}
const reasons = new Set(kernel.takeDeadLetters().map(({ address, reason }) => `${address} ${reason}`));
console.log([...reasons].filter((reason) => !reason.includes("work")).sort());

// ---- the end ----
await workers.stop();
console.log("alive:", workers.alive);
await attempt(kernel.ask("math://times/7"));
console.log(await kernel.workers(1, "./missing.ts").catch((error) => [error.code, /no such file: .*missing.ts/.test(error.message)]));
await attempt(kernel.workers(0, "./missing.ts"));
await attempt(kernel.workers(1, 7 as never));
console.log(await kernel.workers(1, new URL("./lib/idle.ts", import.meta.url)).catch((error) => error instanceof KernelError && error.code));
await kernel.drain();
await attempt(kernel.ask("main://log"));
