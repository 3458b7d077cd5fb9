// AsyncLocalStorage in timers, ticks and microtasks: what Node 26 prints for the same program.
import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";
import { promisify } from "node:util";
import * as timers from "node:timers/promises";

const store = new AsyncLocalStorage();
const see = (what) => console.log(`${what}: ${store.getStore()}`);
const step = () => new Promise((resolve) => setTimeout(resolve, 2));

store.run("timeout", () => setTimeout(() => {
  see("setTimeout");
  setTimeout(see, 1, "setTimeout within");
}, 1));
await step();
await step();
await new Promise((resolve) => store.run("interval", () => {
  let count = 0;
  const interval = setInterval(() => {
    see(`setInterval ${++count}`);
    store.enterWith(`left by ${count}`);
    if (count === 3) {
      clearInterval(interval);
      resolve();
    }
  }, 1);
}));
see("after setInterval");
await new Promise((resolve) => store.run("immediate", () => setImmediate(() => {
  see("setImmediate");
  setImmediate(() => (see("setImmediate within"), resolve()));
})));
await new Promise((resolve) => store.run("tick", () => process.nextTick((what) => {
  see(what);
  process.nextTick(() => (see("nextTick within"), resolve()));
}, "nextTick")));
await new Promise((resolve) => store.run("microtask", () => queueMicrotask(() => {
  see("queueMicrotask");
  queueMicrotask(() => (see("queueMicrotask within"), resolve()));
})));
await store.run("promises", async () => {
  await timers.setTimeout(1);
  see("timers/promises setTimeout");
  await timers.setImmediate();
  see("timers/promises setImmediate");
  let count = 0;
  for await (const _ of timers.setInterval(1)) {
    see("timers/promises setInterval");
    if (++count === 2) break;
  }
  await promisify(setTimeout)(1);
  see("promisify(setTimeout)");
  await timers.scheduler.wait(1);
  see("scheduler.wait");
});
const timer = store.run("made", () => setTimeout(() => see("refreshed"), 1));
store.run("refreshing", () => timer.refresh());
await step();
await step();

// What one callback enters is not seen by the next.
setImmediate(() => store.enterWith("entered by an immediate"));
setImmediate(() => see("the next immediate"));
await new Promise((resolve) => setImmediate(resolve));
process.nextTick(() => store.enterWith("entered by a tick"));
process.nextTick(() => see("the next tick"));
queueMicrotask(() => store.enterWith("entered by a microtask"));
queueMicrotask(() => see("the next microtask"));
await step();
see("outside");

const order = [];
for (const name of ["a", "b"]) {
  store.run(name, () => {
    setTimeout(() => order.push(`timeout ${store.getStore()}`), 1);
    setImmediate(() => queueMicrotask(() => order.push(`immediate ${store.getStore()}`)));
    process.nextTick(() => Promise.resolve().then(() => order.push(`tick ${store.getStore()}`)));
    queueMicrotask(() => process.nextTick(() => order.push(`microtask ${store.getStore()}`)));
  });
}
await step();
await step();
console.log(order.sort().join(", "));

const bound = store.run("bound", () => AsyncLocalStorage.bind((what) => see(what)));
bound("bind");
const snapshot = store.run("snapshot", () => AsyncLocalStorage.snapshot());
store.run("caller", () => console.log(snapshot((what) => (see(what), "returned"), "snapshot")));
const resource = store.run("resource", () => new AsyncResource("Mine"));
console.log(store.run("caller", () => resource.runInAsyncScope(function (what) {
  see(what);
  return this.mine;
}, { mine: "this" }, "runInAsyncScope")));
store.run("caller", resource.bind(() => see("resource.bind")));
store.run("static", () => AsyncResource.bind(() => see("AsyncResource.bind")))();
