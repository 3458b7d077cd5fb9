// Lines of messages: priorities, keys, concurrency, bounds and what happens at them, batches and sequences.
import { Kernel } from "krepis:mycelia";

const settled = () => new Promise(setImmediate);
const code = (fn) => { try { return fn(); } catch (error) { return error.code; } };

/** A kernel with a subsystem `q` whose handlers wait until `finish(body)`. */
function held(options, kernelOptions) {
  const kernel = new Kernel(kernelOptions);
  const desk = kernel.subsystem("q", options);
  const started = [];
  const open = new Map();
  desk.on("{n}", ({ body }) => {
    started.push(body);
    return new Promise((resolve) => open.set(body, resolve));
  });
  const finish = async (...bodies) => {
    for (const body of bodies) open.get(body)(`done ${body}`);
    await settled();
  };
  return { kernel, desk, started, finish };
}

console.log("--- priorities");
{
  const kernel = new Kernel();
  const handled = [];
  kernel.on("p://x", ({ body, priority }) => handled.push(`${body} ${priority}`));
  kernel.send("p://x", 1, { priority: "low" });
  kernel.send("p://x", 2);
  kernel.send("p://x", 3, { priority: "urgent" });
  kernel.send("p://x", 4, { priority: "high" });
  kernel.sendBatch("p://x", [5, 6], { priority: "urgent" });
  kernel.send("p://x", 7, { priority: "normal" });
  await kernel.idle();
  console.log(handled.join(", "));
}

console.log("--- concurrency");
{
  const { kernel, desk, started, finish } = held({ concurrency: 3 });
  kernel.sendBatch("q://n", [1, 2, 3, 4, 5]);
  await settled();
  console.log(started, desk.stats().running, desk.stats().waiting);
  await finish(2);
  console.log(started);
  await finish(1, 3, 4);
  console.log(started, desk.stats().running);
  await finish(5);
  const all = held({ concurrency: Infinity });
  all.kernel.sendBatch("q://n", Array.from({ length: 100 }, (_, n) => n));
  await settled();
  console.log(all.started.length, all.desk.stats().running);
  const one = held();
  one.kernel.sendBatch("q://n", [1, 2]);
  await settled();
  console.log("one at a time by default:", one.started);
}

console.log("--- keys");
{
  const { kernel, started, finish } = held({ concurrency: 10 });
  const object = {};
  for (const [body, key] of [["a1", "a"], ["b1", "b"], ["a2", "a"], ["a3", "a"], ["o1", object], ["o2", object], ["free"], ["b2", "b"]]) {
    kernel.send("q://n", body, { key });
  }
  await settled();
  console.log(started.join(" "));
  await finish("a1");
  console.log(started.join(" "));
  await finish("b1", "a2", "o1");
  console.log(started.join(" "));
  await finish("a3", "b2", "o2", "free");
}

console.log("--- full: reject");
{
  const { kernel, desk, finish } = held({ capacity: 2, overflow: "reject" });
  kernel.send("q://n", 1);
  await settled();
  console.log(typeof kernel.send("q://n", 2), typeof kernel.send("q://n", 3));
  try { kernel.send("q://n", 4); } catch (error) { console.log(error.name, error.code, error.message); }
  console.log(await kernel.ask("q://n", 5).catch((error) => error.code), await kernel.sendAsync("q://n", 6).catch((error) => error.code));
  const { accepted, rejected, waiting, running, highWater, capacity } = desk.stats();
  console.log({ accepted, rejected, waiting, running, highWater, capacity });
  await finish(1);
  console.log("room again:", typeof kernel.send("q://n", 7));
}

console.log("--- full: wait");
{
  const { kernel, desk, started, finish } = held({ capacity: 3, overflow: "wait" });
  const told = [];
  kernel.sendBatch("q://n", [1, 2, 3]);
  const tell = (body) => (error) => told.push(`${body}: ${error.message}`);
  for (const body of [4, 5]) kernel.sendAsync("q://n", body).then(() => told.push(`sent ${body}`), tell(body));
  kernel.ask("q://n", "question").then((reply) => told.push(reply), tell("question"));
  kernel.sendAsync("q://n", 6).then(() => told.push("sent 6"), tell(6));
  console.log(code(() => kernel.send("q://n", "now")), "from send, which does not wait");
  await settled();
  console.log(told, started, desk.stats().waiting);
  await finish(1);
  await finish(2);
  console.log(told, started);
  await finish(3);
  await finish(4);
  await finish(5);
  await finish("question");
  console.log(told, started);

  desk.pause();
  const results = Promise.allSettled(Array.from({ length: 6 }, (_, n) => kernel.sendAsync("q://n", n)));
  desk.stop();
  for (const { status, reason } of await results) console.log(status, reason?.message ?? "");
  const { accepted, rejected, discarded } = desk.stats();
  console.log({ accepted, rejected, discarded });
}

console.log("--- who waits for room can be too late, give up, or lose the handler");
{
  const { kernel, desk } = held({ capacity: 1 });
  desk.pause();
  kernel.send("q://n", 1);
  const controller = new AbortController();
  const aborted = kernel.ask("q://n", 2, { signal: controller.signal }).catch((error) => error.message);
  await settled();
  controller.abort(new Error("gave up"));
  console.log(await aborted, desk.stats().accepted);
  const late = kernel.ask("q://n", 2, { timeout: 5 }).catch((error) => error.code);
  console.log(await late, desk.stats().accepted);
  const orphaned = kernel.sendAsync("q://n", 3).catch((error) => `${error.code}: ${error.message}`);
  const idle = kernel.idle();
  console.log(desk.off("{n}"), await orphaned);
  await idle;
  console.log(kernel.takeDeadLetters().map(({ body, reason }) => `${body} ${reason}`), desk.stats().present);
}

console.log("--- full: drop-oldest");
{
  const letters = [];
  const { kernel, desk, started } = held({ capacity: 3, overflow: "drop-oldest" }, { onDeadLetter: ({ body, reason }) => letters.push(`${body} ${reason}`) });
  desk.pause();
  kernel.send("q://n", "normal 1");
  kernel.send("q://n", "low", { priority: "low" });
  kernel.send("q://n", "urgent", { priority: "urgent" });
  kernel.send("q://n", "normal 2");
  kernel.send("q://n", "normal 3");
  const asked = kernel.ask("q://n", "question").catch((error) => `${error.code} ${error.reason}: ${error.message}`);
  kernel.sendBatch("q://n", ["batch 1", "batch 2", "batch 3"]);
  console.log(letters);
  console.log(await asked);
  console.log(desk.stats().dropped, desk.stats().waiting);
  desk.resume();
  await settled();
  console.log(started);
}

console.log("--- delayed messages take room, and are not dropped");
{
  const { kernel } = held({ capacity: 1, overflow: "drop-oldest" });
  const id = kernel.send("q://n", "later", { delay: 60_000 });
  console.log(code(() => kernel.send("q://n", "now")), kernel.cancel(id), typeof kernel.send("q://n", "now"));
}

console.log("--- batches");
{
  const { kernel, desk } = held({ capacity: 3, overflow: "reject" });
  desk.pause();
  console.log(kernel.sendBatch("q://n", []), kernel.sendBatch("q://n", new Set([1])));
  try {
    kernel.sendBatch("q://n", (function* () { yield 2; yield 3; yield 4; yield 5; })());
  } catch (error) {
    console.log(error.code, error.accepted, error.rest, error.message);
  }
  console.log(desk.stats().rejected, desk.stats().waiting);
  for (const bad of [5, "text", undefined, {}]) {
    try { kernel.sendBatch("q://n", bad); } catch (error) { console.log(error.message); }
  }
  try { kernel.sendBatch("q://n", [1], { delay: 5 }); } catch (error) { console.log(error.message); }
}

console.log("--- sequences");
{
  const kernel = new Kernel();
  const handled = [];
  kernel.subsystem("many", { concurrency: 8 });
  for (const name of ["one", "many"]) {
    kernel.on(`${name}://{x}`, async ({ address, body }) => {
      handled.push(`${name} ${body} begins`);
      for (let turn = 5 - body; turn > 0; turn--) await settled();
      handled.push(`${name} ${body} ends`);
    });
  }
  console.log(kernel.sendSequence([["many://a", 1], ["one://a", 1], ["many://b", 2], ["many://a", 3], ["one://b", 2]]));
  await kernel.idle();
  for (const name of ["one", "many"]) console.log(handled.filter((line) => line.startsWith(name)).join(", "));
  const before = kernel.stats().subsystems.many.accepted;
  console.log(code(() => kernel.sendSequence([["many://a", 1], ["nowhere://a", 1]])), kernel.stats().subsystems.many.accepted - before);
  for (const bad of [[["many://a", 1], "many://b"], 7, [[]]]) {
    try { kernel.sendSequence(bad); } catch (error) { console.log(error.message); }
  }
  console.log(kernel.sendSequence([]));

  const narrow = new Kernel();
  narrow.subsystem("narrow", { capacity: 2 }).on("{n}", () => {});
  narrow.subsystem("wide").on("{n}", () => {});
  try {
    narrow.sendSequence([["narrow://1", 1], ["wide://1", 1], ["narrow://2", 2], ["narrow://3", 3], ["wide://2", 2], ["narrow://4", 4]]);
  } catch (error) {
    console.log(error.code, error.accepted, error.rest, error.message);
  }
  const { narrow: { accepted, rejected } } = narrow.stats().subsystems;
  console.log(accepted, rejected);
}
