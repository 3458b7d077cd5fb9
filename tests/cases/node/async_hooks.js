// AsyncLocalStorage follows every kind of callback; AsyncResource keeps the place where it was made.
const { AsyncLocalStorage, AsyncResource } = require("node:async_hooks");
const storage = new AsyncLocalStorage();
const other = new AsyncLocalStorage({ defaultValue: "default", name: "other" });
console.log(storage.getStore(), other.getStore(), other.name);
// In which order the callbacks come is not what is asked here.
const shown = [];
const show = (name) => shown.push(`${name}: ${storage.getStore()}`);
process.on("exit", () => console.log(shown.sort().join("\n")));
console.log(storage.run("outer", (a, b) => { show("in"); return a + b; }, 1, 2));
storage.run("kept", () => {
  setTimeout(() => show("timeout"), 2);
  setImmediate(() => show("immediate"));
  process.nextTick(() => show("tick"));
  queueMicrotask(() => show("microtask"));
  Promise.resolve().then(() => show("then"));
  (async () => { await null; show("await"); await new Promise((resolve) => setTimeout(resolve, 4)); show("await timer"); })();
  require("fs").readFile(__filename, () => show("callback of fs"));
  const interval = setInterval(() => { show("interval"); clearInterval(interval); }, 6);
  storage.run("inner", () => setTimeout(() => show("inner timeout"), 8));
  storage.exit(() => show("exited"));
});
show("after");
const resource = storage.run("resource", () => new AsyncResource("TEST"));
resource.runInAsyncScope(() => show("scope"));
const bound = storage.run("bound", () => AsyncResource.bind(function (x) { show(`bound ${x} ${this?.k}`); }));
bound.call({ k: 1 }, 5);
storage.run("static", () => AsyncLocalStorage.bind(() => show("static bind")))();
const snapshot = storage.run("snap", () => AsyncLocalStorage.snapshot());
storage.run("x", () => snapshot(() => show("snapshot")));
try { storage.run("t", () => { throw new Error("t"); }); } catch { show("after throw"); }
setTimeout(() => { storage.enterWith("entered"); show("entered"); setTimeout(() => show("child of entered"), 1); }, 20);
setTimeout(() => show("sibling"), 30);
console.log(typeof resource.asyncId(), typeof resource.triggerAsyncId(), resource.emitDestroy() === resource);
for (const run of [() => new AsyncResource(5), () => AsyncResource.bind(5), () => new AsyncResource("x", { triggerAsyncId: -5 })]) try { run(); } catch (error) { console.log(error.code, error.message); }
