// How contexts are over: deadlines, causes, signals. No line depends on how long something takes.
import assert from "node:assert/strict";
import { Context, Variable } from "krepis:context";

const HOUR = 3_600_000;
const aborted = (signal) => new Promise((resolve) => {
  if (signal.aborted) resolve(signal.reason);
  else signal.addEventListener("abort", () => resolve(signal.reason), { once: true });
});
const turn = () => new Promise((resolve) => setTimeout(resolve, 1));
/** Waits without the event loop. */
const spin = (milliseconds) => {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
};

// Deadlines do not keep a program alive, as those of AbortSignal.timeout.
const alive = setInterval(() => {}, HOUR);

// ---- deadlines ----
{
  using context = Context.create();
  assert.deepEqual([context.deadline, context.remaining, context.isDone, context.cause, context.reason], [undefined, Infinity, false, undefined, undefined]);
  context.throwIfDone();
  assert.equal(context.shrinkTimeout(Infinity), false);
  assert.equal(context.shrinkDeadline(Infinity), false);
  assert.equal(context.deadline, undefined);
  assert.equal(context.shrinkTimeout(5 * HOUR), true);
  const first = context.deadline;
  assert.ok(Math.abs(first - (Date.now() + 5 * HOUR)) < 60_000, `${first}`);
  assert.ok(context.remaining > 4 * HOUR && context.remaining <= 5 * HOUR);
  // Only earlier.
  assert.equal(context.shrinkTimeout(6 * HOUR), false);
  assert.equal(context.shrinkDeadline(new Date(Date.now() + 6 * HOUR)), false);
  assert.equal(context.shrinkDeadline(Date.now() + 7 * HOUR), false);
  assert.equal(context.shrinkDeadline(BigInt(Date.now() + 7 * HOUR)), false);
  assert.equal(context.deadline, first);
  assert.equal(context.shrinkDeadline(new Date(Date.now() + 4 * HOUR)), true);
  assert.ok(context.remaining < 4.1 * HOUR && context.remaining > 3 * HOUR);
  for (const wrong of [-1, NaN, "x", undefined, -Infinity]) assert.throws(() => context.shrinkTimeout(wrong), RangeError, String(wrong));
  for (const wrong of [NaN, "x", undefined, new Date(NaN), {}]) assert.throws(() => context.shrinkDeadline(wrong), RangeError, String(wrong));
  // Those below have no more time; they can have less.
  using child = context.child({ timeout: 9 * HOUR });
  assert.equal(child.deadline, context.deadline);
  using short = child.child({ deadline: new Date(Date.now() + HOUR) });
  assert.ok(short.remaining <= HOUR * 1.1 && child.remaining > 3 * HOUR);
  assert.equal(context.shrinkTimeout(HOUR / 2), true);
  for (const one of [context, child, short]) assert.ok(one.remaining <= HOUR / 2);
  assert.equal(short.deadline, context.deadline);
  // Both options: the earlier one.
  using both = Context.create({ timeout: 2 * HOUR, deadline: new Date(Date.now() + HOUR) });
  using other = Context.create({ timeout: HOUR, deadline: Date.now() + 2 * HOUR });
  for (const one of [both, other]) assert.ok(one.remaining <= HOUR * 1.1 && one.remaining > HOUR / 2);
  using never = Context.create({ timeout: Infinity, deadline: Infinity });
  assert.equal(never.deadline, undefined);
  using huge = Context.create({ timeout: Number.MAX_VALUE, deadline: Number.MAX_VALUE });
  assert.equal(huge.deadline, undefined);
}
for (const options of [{ timeout: 0 }, { deadline: new Date(0) }, { deadline: 0 }, { deadline: -Infinity }, { deadline: -(2 ** 80) }]) {
  using context = Context.create(options);
  using child = context.child();
  for (const one of [context, child]) {
    assert.deepEqual([one.isDone, one.cause, one.remaining], [true, "deadline-exceeded", 0]);
    assert.equal(one.reason.name, "TimeoutError");
    assert.throws(() => one.throwIfDone(), one.reason);
    assert.equal(one.signal.aborted, true);
    assert.equal(one.signal.reason, one.reason);
    assert.equal(one.cancel(), false);
    assert.equal(one.cause, "deadline-exceeded");
    assert.ok(one.deadline <= Date.now() + 1);
  }
  // It can be used still: it is over, not released.
  context.set("a", 1);
  assert.equal(child.get("a"), 1);
}
{
  // Without the event loop, the deadline has passed nevertheless.
  using context = Context.create({ timeout: 1 });
  const { signal } = context;
  spin(3);
  assert.equal(context.cause, "deadline-exceeded");
  const reason = await aborted(signal);
  console.log(`${reason.name}: ${reason.message}`);
  assert.equal(context.reason, reason);
}

// ---- causes ----
for (const cause of ["cancelled", "deadline-exceeded", "client-gone", "shutdown", "overload", "failed"]) {
  using context = Context.create();
  using child = context.child();
  using signalled = context.child();
  using sibling = Context.create();
  const { signal } = signalled;
  assert.equal(context.cancel(cause), true);
  assert.equal(context.cancel(), false);
  assert.equal(child.cancel("overload"), false);
  for (const one of [context, child, signalled]) assert.equal(one.cause, cause);
  assert.equal(signal.aborted, true, "in the same turn");
  assert.equal(signal.reason, signalled.reason);
  assert.equal(sibling.isDone, false);
  console.log(`${cause}: ${context.reason.name}: ${context.reason.message}`);
  assert.equal(context.reason, context.reason);
}
{
  using context = Context.create();
  using child = context.child();
  assert.equal(child.cancel(), true);
  assert.deepEqual([context.isDone, child.isDone, child.cause], [false, true, "cancelled"]);
  using grandchild = child.child();
  assert.equal(grandchild.cause, "cancelled");
  using expired = context.child({ timeout: 0 });
  using below = expired.child();
  assert.equal(below.cause, "deadline-exceeded");
  assert.equal(expired.cause, "deadline-exceeded");
  context.cancel("shutdown");
  assert.deepEqual([child.cause, grandchild.cause, expired.cause, below.cause],
    ["cancelled", "cancelled", "deadline-exceeded", "deadline-exceeded"]);
  for (const wrong of ["", "nope", "Cancelled", null, 5, true, Symbol("s"), () => {}]) {
    using context = Context.create();
    assert.throws(() => context.cancel(wrong), TypeError);
    assert.equal(context.isDone, false);
  }
}
// An error is the reason everywhere in this isolate.
for (const listens of [false, true]) {
  using context = Context.create();
  using twin = context.clone();
  using child = context.child();
  using found = Context.find(child.id);
  using below = found.child();
  using other = Context.create();
  const signals = listens ? [context, child, below, other].map((one) => one.signal) : [];
  const error = new RangeError("wrong");
  assert.equal(child.cancel(error), true);
  for (const one of [child, found, below]) {
    assert.equal(one.cause, "failed");
    assert.equal(one.reason, error);
    assert.throws(() => one.throwIfDone(), (thrown) => thrown === error);
    assert.equal(one.signal.reason, error);
  }
  for (const one of [context, twin, other]) assert.deepEqual([one.isDone, one.signal.aborted], [false, false]);
  assert.deepEqual(signals.map((signal) => signal.aborted), listens ? [false, true, true, false] : []);
  context.cancel(new Error("second"));
  assert.deepEqual([child.reason, twin.reason.message], [error, "second"]);
  using late = child.child();
  assert.equal(late.signal.reason, error);
}
{
  // Another context in the same slot knows nothing of it.
  const context = Context.create();
  context.cancel(new Error("of the one before"));
  const [slot] = context.id.split("/");
  context.dispose();
  using batch = Context.batch(300);
  const again = batch.find((one) => one.id.split("/")[0] === slot);
  assert.equal(again.reason, undefined);
  again.cancel("failed");
  assert.equal(again.reason.name, "AbortError");
}
{
  // What another context was cancelled with says nothing of one that was over already.
  using expired = Context.create({ timeout: 1 });
  const { signal } = expired;
  using context = Context.create();
  context.signal;
  spin(3);
  await new Promise((resolve) => setImmediate(resolve));
  context.cancel(new Error("of the other"));
  const reason = await aborted(signal);
  assert.equal(reason.name, "TimeoutError");
}
{
  // Many errors: what is over is forgotten.
  const errors = [];
  for (let i = 0; i < 100; i++) {
    using context = Context.create();
    context.cancel(new Error(`${i}`));
    errors.push(context.reason.message);
  }
  assert.deepEqual(errors, Array.from({ length: 100 }, (_, i) => `${i}`));
}

// ---- signals ----
{
  using context = Context.create();
  using twin = context.clone();
  const { signal } = context;
  assert.ok(signal instanceof AbortSignal);
  assert.equal(context.signal, signal);
  assert.notEqual(twin.signal, signal);
  const order = [];
  let any = 0;
  signal.addEventListener("abort", ({ type, target, isTrusted }) => order.push(`${type} ${target === signal} ${isTrusted}`));
  signal.onabort = () => order.push("onabort");
  AbortSignal.any([twin.signal]).addEventListener("abort", () => any++);
  context.cancel();
  assert.deepEqual([...order, any], ["abort true true", "onabort", 1]);
  assert.deepEqual([twin.signal.aborted, twin.signal.reason.name], [true, "AbortError"]);
  assert.throws(() => signal.throwIfAborted(), { name: "AbortError" });
  // It works where signals do.
  const { setTimeout: sleep } = await import("node:timers/promises");
  using asleep = Context.create();
  const sleeping = sleep(HOUR, undefined, { signal: asleep.signal });
  asleep.cancel("shutdown");
  await assert.rejects(sleeping, { name: "AbortError" });
  using reading = Context.create();
  const stream = new ReadableStream().pipeTo(new WritableStream(), { signal: reading.signal });
  reading.cancel(new Error("the reason"));
  await assert.rejects(stream, { message: "the reason" });
}
{
  // By the deadline of one above, set before and after.
  using context = Context.create();
  using child = context.child();
  using grandchild = child.child({ timeout: HOUR });
  const signals = [context, child, grandchild].map((one) => one.signal);
  context.shrinkTimeout(1);
  const reasons = await Promise.all(signals.map(aborted));
  assert.deepEqual(reasons.map((reason) => reason.name), Array(3).fill("TimeoutError"));
  assert.equal(grandchild.cause, "deadline-exceeded");
}
{
  // Deadlines in order, whichever order they were made in.
  const order = [];
  const now = Date.now();
  const contexts = [600, 200, 400].map((later) => Context.create({ deadline: now + later }));
  await Promise.all(contexts.map(async (context, i) => {
    await aborted(context.signal);
    order.push(i);
  }));
  assert.deepEqual(order, [1, 2, 0]);
  contexts.forEach((context) => context.dispose());
}
{
  // After the disposal there is nothing to be told, unless another handle is there.
  const context = Context.create();
  const twin = context.clone();
  const [first, second] = [context.signal, twin.signal];
  context.dispose();
  twin.cancel();
  assert.deepEqual([first.aborted, second.aborted], [false, true]);
  twin.dispose();
}
{
  // A listener that throws, cancels and disposes disturbs nobody.
  const context = Context.create();
  using child = context.child();
  const seen = [];
  process.once("uncaughtException", (error) => seen.push(error.message));
  context.signal.addEventListener("abort", () => {
    throw new Error("of a listener");
  });
  context.signal.addEventListener("abort", () => {
    seen.push(context.cancel());
    context.dispose();
  });
  child.signal.addEventListener("abort", () => seen.push("child"));
  context.cancel();
  await turn();
  assert.deepEqual(seen.sort(), ["child", "of a listener", false].sort());
}
{
  // Listeners run in the frame in which the signal was asked for.
  const variable = new Variable();
  using context = Context.create({ fields: { who: "mine" } });
  const seen = [];
  const signal = variable.run("asker", () => context.run(() => context.signal));
  variable.run("listener", () => signal.addEventListener("abort", () => seen.push(variable.get(), Context.current()?.get("who"))));
  variable.run("canceller", () => context.cancel());
  assert.deepEqual(seen, ["asker", "mine"]);
  assert.equal(variable.get(), undefined);
}
{
  // A deadline far away, or a signal, does not keep the program alive.
  const context = Context.create({ timeout: 24 * HOUR });
  context.signal.addEventListener("abort", () => console.log("never"));
}
clearInterval(alive);
console.log("the end");
