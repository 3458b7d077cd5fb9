// AsyncLocalStorage in callbacks of events, streams, files and messages: what Node 26 prints for the same program.
import { AsyncLocalStorage } from "node:async_hooks";
import diagnostics from "node:diagnostics_channel";
import { EventEmitter, on, once } from "node:events";
import * as fs from "node:fs";
import * as files from "node:fs/promises";
import { Duplex, PassThrough, Readable, Transform, Writable, pipeline } from "node:stream";
import { pipeline as pipelined, finished } from "node:stream/promises";
import { promisify } from "node:util";

const store = new AsyncLocalStorage();
const see = (what) => console.log(`${what}: ${store.getStore()}`);
const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

// ---- events: a listener runs in the frame of who dispatches ----

const target = new EventTarget();
store.run("listener", () => target.addEventListener("a", () => see("EventTarget")));
store.run("dispatcher", () => target.dispatchEvent(new Event("a")));
target.dispatchEvent(new Event("a"));
const emitter = new EventEmitter();
store.run("listener", () => emitter.on("a", () => see("EventEmitter")));
store.run("emitter", () => emitter.emit("a"));
emitter.emit("a");
const waiting = store.run("waiter", async () => {
  await once(emitter, "b");
  see("events.once");
  for await (const [value] of on(emitter, "c", { close: ["d"] })) see(`events.on ${value}`);
});
store.run("emitter", () => emitter.emit("b"));
await turn();
store.run("emitter", () => emitter.emit("c", 1));
await turn();
store.run("emitter", () => (emitter.emit("c", 2), emitter.emit("d")));
await waiting;

const controller = new AbortController();
store.run("listener", () => {
  controller.signal.addEventListener("abort", () => see("abort listener"));
  AbortSignal.any([controller.signal]).addEventListener("abort", () => see("listener of any"));
});
store.run("aborter", () => controller.abort());
await new Promise((resolve) => store.run("timeout", () => {
  AbortSignal.timeout(1).addEventListener("abort", () => (see("AbortSignal.timeout"), resolve()));
  // A signal of that kind does not keep the process alive.
  setTimeout(() => {}, 20);
}));

// ---- web streams ----

await store.run("reader", async () => {
  let count = 0;
  const stream = new ReadableStream({
    start: () => see("start"),
    async pull(controller) {
      see(`pull ${++count}`);
      await null;
      see(`pull ${count}, after its await`);
      if (count < 3) controller.enqueue(count);
      else controller.close();
    },
  }, { highWaterMark: 0 });
  for await (const chunk of stream) see(`chunk ${chunk}`);
});
await store.run("pipe", async () => {
  const source = ReadableStream.from((async function* () {
    yield 1;
    await turn();
    yield 2;
  })());
  const double = new TransformStream({
    transform(chunk, controller) {
      see(`transform ${chunk}`);
      controller.enqueue(chunk * 2);
    },
    flush: () => see("flush"),
  });
  await source.pipeThrough(double).pipeTo(new WritableStream({
    write: async (chunk) => {
      await null;
      see(`write ${chunk}`);
    },
    close: () => see("close"),
  }));
  see("piped");
  const [left, right] = ReadableStream.from([1, 2]).tee();
  await Promise.all([left, right].map(async (branch, i) => {
    await store.run(`branch ${i}`, async () => {
      for await (const chunk of branch) see(`tee ${chunk}`);
    });
  }));
  const reader = new Response("body").body.getReader();
  await reader.read();
  see("read of a body");
  await new Response("text").text();
  see("text of a body");
});

// ---- node streams ----

await store.run("node", async () => {
  const readable = new Readable({
    read() {
      see("Readable read");
      setImmediate(() => {
        this.push(this.given ? null : "x");
        this.given = true;
      });
    },
  });
  for await (const chunk of readable) see(`Readable ${chunk}`);
  await pipelined(Readable.from(["a", "b"]), new Transform({
    transform(chunk, encoding, done) {
      see(`Transform ${chunk}`);
      setImmediate(done, null, chunk);
    },
  }), new Writable({
    write(chunk, encoding, done) {
      see(`Writable ${chunk}`);
      process.nextTick(done);
    },
    final(done) {
      see("final");
      done();
    },
  }));
  see("pipeline");
  const through = new PassThrough();
  through.on("data", (chunk) => see(`data ${chunk}`)).on("end", () => see("end"));
  store.run("writer", () => through.write("1"));
  await turn();
  through.end("2");
  await finished(through);
  see("finished");
  await new Promise((resolve) => pipeline(Readable.from(["c"]), new PassThrough().resume(), () => (see("pipeline callback"), resolve())));
  const written = new Writable({ write: (chunk, encoding, done) => setImmediate(done) });
  await new Promise((resolve) => store.run("write", () => written.write("1", () => (see("write callback"), resolve()))));
  await new Promise((resolve) => store.run("ender", () => written.end(() => (see("end callback"), resolve()))));
});

// ---- files ----

await store.run("files", async () => {
  const here = import.meta.filename;
  await files.readFile(here);
  see("fs.promises.readFile");
  const handle = await files.open(here);
  see("fs.promises.open");
  await handle.stat();
  await handle.close();
  see("handle.close");
  await new Promise((resolve) => fs.readFile(here, () => (see("fs.readFile"), resolve())));
  await new Promise((resolve) => fs.stat(here, () => (see("fs.stat"), resolve())));
  await new Promise((resolve) => fs.access(`${here}.none`, (error) => (see(`fs.access ${error.code}`), resolve())));
  await promisify(fs.stat)(here);
  see("promisify(fs.stat)");
  for await (const _ of fs.createReadStream(here, { end: 3 })) see("fs.createReadStream");
  await new Promise((resolve) => fs.createReadStream(here, { end: 3 }).on("data", () => see("data of a file")).on("close", () => (see("close of a file"), resolve())));
  for await (const _ of await files.opendir(import.meta.dirname)) {
    see("opendir");
    break;
  }
});

// ---- signals, channels ----

{
  const alive = setInterval(() => {}, 1000);
  await new Promise((resolve) => {
    store.run("first listener", () => process.once("SIGUSR2", () => see("signal")));
    store.run("second listener", () => process.once("SIGUSR2", () => (see("signal"), resolve())));
    store.run("killer", () => process.kill(process.pid, "SIGUSR2"));
  });
  clearInterval(alive);
  const channel = diagnostics.channel("channel");
  channel.bindStore(store, ({ value }) => value);
  channel.subscribe(() => see("subscriber"));
  store.run("outer", () => {
    channel.runStores({ value: "of the channel" }, () => see("runStores"));
    see("after runStores");
  });
  const tracing = diagnostics.tracingChannel("tracing");
  tracing.start.bindStore(store, ({ value }) => value);
  await tracing.tracePromise(async () => {
    await turn();
    see("tracePromise");
  }, { value: "traced" });
  see("after tracePromise");
}

// ---- messages ----

const { port1, port2 } = new MessageChannel();
await new Promise((resolve) => store.run("receiver", () => {
  port2.onmessage = ({ data }) => {
    see(`onmessage ${data}`);
    port2.close();
    resolve();
  };
  store.run("sender", () => port1.postMessage("hi"));
}));
see("outside");
