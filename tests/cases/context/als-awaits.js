// AsyncLocalStorage after awaits, promise combinators, thenables, generators: what Node 26 prints for the same program.
import { AsyncLocalStorage } from "node:async_hooks";

const store = new AsyncLocalStorage();
const see = (what) => console.log(`${what}: ${store.getStore()}`);
const later = (value) => new Promise((resolve) => setImmediate(resolve, value));

await store.run("awaits", async () => {
  await null;
  see("after a value");
  await Promise.resolve();
  see("after a promise");
  await later();
  see("after a timer");
  await { then: (resolve) => (see("in a thenable"), resolve()) };
  see("after a thenable");
  try {
    await Promise.reject(new Error("no"));
  } catch {
    see("after a rejection");
  } finally {
    await null;
    see("in finally");
  }
  for await (const value of [1, later(2), { then: (resolve) => setImmediate(resolve, 3) }]) see(`for await ${value}`);
});
see("outside");

// A promise of another run: the one who waits keeps its own store.
const shared = store.run("maker", () => later("made").then((value) => (see("in the maker's then"), value)));
await store.run("waiter", async () => {
  see(`waits for ${await shared}`);
  await shared.then(() => see("in the waiter's then"));
  await shared.finally(() => see("in the waiter's finally"));
});
await Promise.all(["a", "b", "c"].map((name) => store.run(name, async () => {
  await later();
  see(`one of many, ${name}`);
  await store.run(`${name}${name}`, async () => {
    await null;
    see(`within ${name}`);
  });
  see(`after within ${name}`);
})));

await store.run("combinators", async () => {
  const parts = () => [later(1), store.run("part", () => later(2)), 3];
  await Promise.all(parts()).then(() => see("all"));
  await Promise.allSettled([...parts(), Promise.reject(4)]).then(() => see("allSettled"));
  await Promise.any([Promise.reject(1), store.run("part", () => later(2))]).then(() => see("any"));
  await Promise.any([Promise.reject(1)]).catch(() => see("any, none"));
  await Promise.race(parts()).then(() => see("race"));
  await Promise.try(() => see("try")).then(() => see("after try"));
  const { promise, resolve } = Promise.withResolvers();
  store.run("resolver", () => setImmediate(resolve));
  await promise.then(() => see("withResolvers"));
  await Array.fromAsync([later(1)], () => see("fromAsync"));
  await new Promise((resolve) => store.run("executor", () => resolve()));
  see("after an executor that runs in another");
});

// Who registers a reaction decides, not who resolves.
const { promise, resolve } = Promise.withResolvers();
const reactions = ["one", "two"].map((name) => store.run(name, () => promise.then(() => see(`reaction of ${name}`))));
reactions.push(promise.then(() => see("reaction of nobody")));
store.run("resolver", resolve);
await Promise.all(reactions);

// Generators run in the frame of who calls next; async ones keep that after their own awaits.
function* generator() {
  see("generator, first");
  yield 1;
  see("generator, second");
  yield 2;
}
const made = store.run("maker", generator);
store.run("first", () => made.next());
store.run("second", () => made.next());
async function* asynchronous() {
  see("async generator, first");
  await later();
  see("async generator, after its await");
  yield 1;
  see("async generator, second");
  await null;
  see("async generator, after its second await");
  yield 2;
}
const values = store.run("maker", asynchronous);
await store.run("first", async () => see(`got ${(await values.next()).value}`));
await store.run("second", async () => see(`got ${(await values.next()).value}`));
await store.run("loop", async () => {
  for await (const value of asynchronous()) see(`loop ${value}`);
});
see("end");
