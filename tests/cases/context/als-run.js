// run, exit, enterWith, disable, defaults, errors thrown within: what Node 26 prints for the same program.
import { AsyncLocalStorage } from "node:async_hooks";

const store = new AsyncLocalStorage();
const other = new AsyncLocalStorage({ defaultValue: "default", name: "other" });
const see = (what) => console.log(`${what}: ${store.getStore()}, ${other.getStore()}`);

see("nothing");
console.log(store.name === "", other.name);
console.log(store.run(1, (...args) => args.join(), "a", "b"));
console.log(store.run(1, function () {
  return this;
}));
store.run(1, () => {
  see("run");
  other.run(2, () => {
    see("within");
    store.run(3, () => see("again"));
    see("after again");
    store.exit((what) => see(what), "exit");
    other.exit(() => see("exit of the one with a default"));
    store.run(undefined, () => see("undefined"));
    other.run(null, () => see("null"));
  });
  see("after within");
});
see("after run");

for (const act of [(fn) => store.run(1, fn), (fn) => store.exit(fn), (fn) => store.run(1, () => store.run(2, fn))]) {
  try {
    act(() => {
      throw new Error("thrown");
    });
  } catch (error) {
    see(error.message);
  }
}
await store.run("rejecting", async () => {
  await null;
  throw new Error("rejected");
}).catch((error) => see(error.message));
try {
  store.run(1);
} catch (error) {
  console.log(error.name);
}
see("after errors");

store.run("outer", () => {
  store.enterWith("entered");
  see("enterWith in run");
  Promise.resolve().then(() => see("a reaction after enterWith"));
  setImmediate(() => see("an immediate after enterWith"));
});
see("after enterWith in run");
await new Promise((resolve) => setImmediate(resolve));

async function enters() {
  store.enterWith("before the await");
  await null;
  store.enterWith("after the await");
  await null;
  see("in a function that enters");
}
await store.run("caller", async () => {
  const entering = enters();
  see("after the call");
  await entering;
  see("after its await");
});
see("outside");

await (async () => {
  store.enterWith("top");
  await null;
  see("entered and awaited");
  store.disable();
  see("disabled");
  await null;
  see("disabled and awaited");
  store.run("again", () => see("run after disable"));
  store.enterWith("again");
  see("enterWith after disable");
})();

process.on("uncaughtException", (error) => see(`uncaughtException ${error.message}`));
store.run("thrower", () => setTimeout(() => {
  throw new Error("of a timer");
}, 1));
await new Promise((resolve) => setTimeout(resolve, 5));
see("after an uncaught exception");
process.on("exit", () => see("exit"));
store.enterWith("left");
