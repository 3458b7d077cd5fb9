// Handles that nobody disposes of: they are released when they are collected, with what hangs on them.
import assert from "node:assert/strict";
import { Context, pool } from "krepis:context";

const before = pool.statistics().inUse;
const inUse = () => pool.statistics().inUse - before;
const turn = () => new Promise((resolve) => setTimeout(resolve, 1));

/** Collects until `isSo`, for so many turns at most: a registry's callbacks come when the engine likes. */
async function collect(isSo = () => false, turns = 20) {
  for (let i = 0; i < turns && !isSo(); i++) {
    gc();
    await turn();
  }
}
// The last few handles are held, so that those that live shortly cost nothing.
const RECENT = 64;

(() => {
  for (let i = 0; i < 5000; i++) Context.create({ fields: { a: i, long: "x".repeat(i % 10 === 0 ? 2000 : 10) } });
})();
await collect(() => inUse() <= RECENT);
assert.ok(inUse() <= RECENT, `${inUse()} are left`);

// Handles that are held stay, and keep those above.
const kept = [];
(() => {
  for (let i = 0; i < 200; i++) kept.push(Context.create({ fields: { above: i } }).child({ fields: { own: i } }).clone());
  for (let i = 0; i < 200; i++) Context.create();
})();
await collect(() => inUse() <= 400 + RECENT);
assert.ok(inUse() >= 400 && inUse() <= 400 + RECENT, `${inUse()}`);
kept.forEach((context, i) => assert.deepEqual([context.get("above"), context.get("own")], [i, i]));
for (const context of kept) context.dispose();
kept.length = 0;
Context.batch(RECENT).dispose();
await collect(() => inUse() === 0);
assert.equal(inUse(), 0);

// Disposed and collected: once.
(() => {
  for (let i = 0; i < 1000; i++) {
    const context = Context.create();
    const twin = context.clone();
    (i % 2 === 0 ? context : twin).dispose();
  }
})();
Context.batch(RECENT).dispose();
await collect(() => inUse() === 0);
assert.equal(inUse(), 0);
const [one, two] = [Context.create(), Context.create()];
assert.notEqual(one.id, two.id);
one.dispose();
two.dispose();

// A context that a frame carries is held by what waits in it.
const { promise, resolve } = Promise.withResolvers();
const seen = (() => {
  const context = Context.create({ fields: { who: "carried" } });
  return context.run(async () => {
    await promise;
    return Context.current()?.get("who");
  });
})();
Context.batch(RECENT).dispose();
await collect(undefined, 5);
resolve();
assert.equal(await seen, "carried");

// Who listens to a signal is told, with the handle lost; who does not, loses both.
const alive = setInterval(() => {}, 1000);
const told = [];
const parent = Context.create();
(() => {
  const listen = (name, signal) => signal.addEventListener("abort", () => told.push(name));
  listen("child", parent.child().signal);
  listen("any", AbortSignal.any([parent.child().signal]));
  Context.create({ timeout: 300 }).signal.onabort = () => told.push("deadline");
  const left = parent.child().signal;
  const listener = () => told.push("left");
  left.addEventListener("abort", listener);
  left.removeEventListener("abort", listener);
  for (let i = 0; i < 500; i++) parent.child().signal;
})();
Context.batch(RECENT).dispose();
await collect(() => inUse() <= 4);
assert.ok(inUse() <= 4, `${inUse()} are left`);
parent.cancel("shutdown");
assert.deepEqual(told.sort(), ["any", "child"]);
while (told.length < 3) await collect(undefined, 1);
clearInterval(alive);
assert.deepEqual(told.sort(), ["any", "child", "deadline"]);
parent.dispose();
await collect(() => inUse() === 0);
assert.equal(inUse(), 0);

// Signals that are held hold their contexts.
const signal = Context.create({ fields: { a: 1 } }).child().signal;
Context.batch(RECENT).dispose();
await collect(undefined, 5);
assert.equal(inUse(), 2);
assert.equal(signal.aborted, false);
console.log("nothing is left");
