// Context.current() after awaits, in timers, callbacks, streams and messages: the context in which they were begun.
import { EventEmitter, once } from "node:events";
import * as fs from "node:fs";
import { Readable, Transform, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import * as timers from "node:timers/promises";
import { AsyncLocalStorage } from "node:async_hooks";
import { Context, Snapshot, Variable } from "krepis:context";

let checks = 0;
const turn = () => new Promise((resolve) => setImmediate(resolve));
/** Runs `fn` in contexts of its own, three at once, whose steps take turns; `check` must find the one of its call. */
async function everywhere(what, fn) {
  const wrong = [];
  await Promise.all([1, 2, 3].map((own) => {
    const context = Context.create({ fields: { own } });
    const check = (where = "") => {
      checks++;
      const found = Context.current();
      if (found !== context || found.get("own") !== own) wrong.push(`${where || "at once"}: ${found?.get("own")} for ${own}`);
    };
    const done = context.run(fn, check, own);
    if (Context.current() !== undefined) wrong.push("left behind");
    return Promise.resolve(done).finally(() => context.dispose());
  }));
  console.log(wrong.length === 0 ? "ok" : "WRONG", what, ...wrong);
}
const called = (begin) => new Promise((resolve, reject) => begin(resolve, reject));

await everywhere("await", async (check) => {
  check();
  await null;
  check("a value");
  await turn();
  check("a turn");
  await { then: (resolve) => (check("in a thenable"), setTimeout(resolve)) };
  check("a thenable");
  try {
    await turn().then(() => {
      check("then");
      throw new Error("no");
    });
  } catch {
    check("a rejection");
  } finally {
    await null;
    check("finally");
  }
  for await (const _ of [turn(), 2]) check("for await");
});
await everywhere("a context below", async (check) => {
  await Context.run({ fields: { inner: 1 } }, async () => {
    const inner = Context.current();
    await turn();
    if (Context.current() !== inner || !inner.has("own")) check("inner");
  });
  check("after it");
  await Context.current().child().run(async () => (await turn(), Context.current().dispose()));
  check("after a child that is over");
});
await everywhere("timers", async (check) => {
  await called((done) => setTimeout(() => (check("setTimeout"), done()), 1));
  check();
  await called((done) => setImmediate(() => (check("setImmediate"), done())));
  let count = 0;
  await called((done) => {
    const interval = setInterval(() => {
      check("setInterval");
      if (++count < 3) return;
      clearInterval(interval);
      done();
    }, 1);
  });
  await called((done) => process.nextTick(() => (check("nextTick"), done())));
  await called((done) => queueMicrotask(() => (check("queueMicrotask"), done())));
  await timers.setTimeout(1);
  check("timers/promises");
  for await (const _ of timers.setInterval(1)) {
    check("interval of timers/promises");
    if (++count > 4) break;
  }
  check("after it");
});
await everywhere("combinators", async (check, own) => {
  await Promise.all([turn(), timers.setTimeout(own), own]).then(() => check("all"));
  await Promise.allSettled([Promise.reject(1), turn()]).then(() => check("allSettled"));
  await Promise.any([Promise.reject(1), turn()]).then(() => check("any"));
  await Promise.any([]).catch(() => check("none"));
  await Promise.race([turn(), timers.setTimeout(1)]).then(() => check("race"));
  const { promise, resolve } = Promise.withResolvers();
  new Snapshot().run(() => setTimeout(resolve, 1));
  await promise.finally(() => check("withResolvers"));
  await Promise.try(async () => (await turn(), check("try")));
});
const shared = new EventEmitter();
const target = new EventTarget();
await everywhere("events", async (check, own) => {
  const mine = once(shared, `event ${own}`);
  shared.emit(`event ${own}`);
  await mine;
  check("events.once");
  target.addEventListener(`event ${own}`, () => check("EventTarget"), { once: true });
  await turn();
  target.dispatchEvent(new Event(`event ${own}`));
  const controller = new AbortController();
  controller.signal.addEventListener("abort", () => check("abort listener"));
  await turn();
  controller.abort();
  const { signal } = Context.current();
  const cancelled = called((done) => signal.addEventListener("abort", () => (check("signal of the context"), done())));
  setTimeout((context) => context.cancel(), own, Context.current());
  await cancelled;
  check("after it");
});
await everywhere("web streams", async (check, own) => {
  let count = 0;
  const source = () => new ReadableStream({
    start: () => check("start"),
    async pull(controller) {
      check("pull");
      await turn();
      check("pull after an await");
      controller.enqueue(++count);
      if (count % 3 === 0) controller.close();
    },
    cancel: () => check("cancel"),
  }, { highWaterMark: 0 });
  for await (const _ of source()) check("async iteration");
  await source().pipeThrough(new TransformStream({
    transform: async (chunk, controller) => (await turn(), check("transform"), controller.enqueue(chunk)),
    flush: () => check("flush"),
  })).pipeTo(new WritableStream({
    write: async () => (await turn(), check("write")),
    close: () => check("close"),
  }));
  check("pipeTo");
  await Promise.all(source().tee().map(async (branch) => {
    for await (const _ of branch) check("tee");
  }));
  const reader = source().getReader();
  await reader.read();
  check("read");
  await reader.cancel();
  await new Response(source().pipeThrough(new TransformStream({ transform: (_, c) => c.enqueue(new Uint8Array(own)) }))).bytes();
  check("a body");
  const compressed = new Blob(["x".repeat(1000)]).stream().pipeThrough(new CompressionStream("gzip"));
  await new Response(compressed).arrayBuffer();
  check("CompressionStream");
});
await everywhere("node streams", async (check) => {
  await pipeline(Readable.from((async function* () {
    for (let i = 0; i < 3; i++) {
      await turn();
      check("generator");
      yield `${i}`;
    }
  })()), new Transform({
    transform: (chunk, _, done) => setImmediate(() => (check("transform"), done(null, chunk))),
  }), new Writable({
    write: (_, __, done) => (check("write"), process.nextTick(done)),
    final: (done) => (check("final"), done()),
  }));
  check("pipeline");
  const readable = new Readable({
    read() {
      check("read");
      setImmediate(() => this.push(null));
    },
  });
  await called((done) => readable.on("end", () => (check("end"), done())).resume());
});
await everywhere("async generators", async (check) => {
  async function* numbers() {
    for (let i = 0; i < 3; i++) {
      check("before");
      await turn();
      check("after an await");
      yield i;
    }
  }
  for await (const _ of numbers()) check("loop");
  const values = numbers();
  await values.next();
  await values.return();
  check("return");
  await Array.fromAsync(numbers(), () => check("fromAsync"));
});
await everywhere("messages", async (check) => {
  const { port1, port2 } = new MessageChannel();
  await called((done) => {
    port2.onmessage = () => (check("onmessage"), done());
    port1.postMessage("x");
  });
  port2.close();
});
await everywhere("files", async (check) => {
  const here = import.meta.filename;
  await fs.promises.stat(here);
  check("promise");
  await called((done) => fs.readFile(here, () => (check("callback"), done())));
  await called((done) => fs.stat(`${here}.none`, () => (check("callback with an error"), done())));
  for await (const _ of fs.createReadStream(here, { end: 9 })) check("stream");
  await import("node:path");
  check("import()");
});
await everywhere("digests, clones, WebAssembly", async (check) => {
  await new Blob(["x"]).text();
  check("Blob");
  await new Response(new FormData()).text();
  check("FormData");
  await WebAssembly.compile(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
  check("WebAssembly");
});
await everywhere("variables and storages beside it", async (check, own) => {
  const variable = new Variable();
  const storage = new AsyncLocalStorage();
  await variable.run(own, () => storage.run(`${own}`, async () => {
    await turn();
    check("within");
    if (variable.get() !== own || storage.getStore() !== `${own}`) check.call(undefined, "wrong variable");
    storage.exit(() => check("exit"));
    storage.enterWith("other");
    await turn();
    check("enterWith");
    const context = Context.current();
    using other = Context.create();
    await other.run(async () => {
      await turn();
      if (variable.get() !== own || storage.getStore() !== "other" || Context.current() !== other) throw new Error("wrong in the other");
      await context.run(async () => (await turn(), check("back again")));
    });
    check("after the other");
  }));
  const snapshot = new Snapshot();
  using other = Context.create();
  await other.run(() => snapshot.run(async () => (await turn(), check("snapshot"))));
  await other.run(Snapshot.wrap(async () => (await turn(), check("wrap"))));
});
{
  // Errors: thrown, uncaught.
  using context = Context.create({ fields: { own: "thrower" } });
  const told = called((done) => process.once("uncaughtException", (error) => done(`${error.message} ${Context.current()?.get("own")}`)));
  context.run(() => setTimeout(() => {
    throw new Error("uncaught in");
  }));
  console.log(await told);
  console.log("afterwards", Context.current());
}
{
  // A context that is over is nobody's.
  const context = Context.create();
  const after = context.run(async () => (await turn(), Context.current()));
  context.dispose();
  console.log("over:", await after);
}
console.log(`${checks} checks`);
