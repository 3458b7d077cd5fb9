// Handles: children, clones, overlays, disposal, staleness, what was remembered, pages, limits.
import assert from "node:assert/strict";
import { Context, pool } from "krepis:context";

const inUse = () => pool.statistics().inUse;
const throws = (call, shown = true) => assert.throws(call, (error) => {
  if (shown) console.log(`${error.name} ${error.code}: ${error.message.replace(/\d+\/\d+/g, "S/G")}`);
  return true;
});
const before = inUse();

// ---- overlay ----
{
  using parent = Context.create({ fields: { a: 1, b: 2, c: 3 } });
  using child = parent.child({ fields: { b: "two", d: 4 } });
  using grandchild = child.child({ fields: new Map([["c", true], ["e", 5]]) });
  console.log("parent", [...parent], "child", [...child], "grandchild", [...grandchild]);
  assert.equal(child.delete("a"), true);
  assert.equal(child.delete("a"), false);
  assert.equal(child.delete("nothing"), false);
  assert.deepEqual([parent, child, grandchild].map((context) => context.has("a")), [true, false, false]);
  parent.set("a", "again");
  assert.deepEqual([parent, child, grandchild].map((context) => context.get("a")), ["again", undefined, undefined]);
  grandchild.set("a", "own");
  child.set("a", "back");
  assert.deepEqual([parent, child, grandchild].map((context) => context.get("a")), ["again", "back", "own"]);
  assert.equal(grandchild.delete("a"), true);
  assert.deepEqual([parent, child, grandchild].map((context) => context.get("a")), ["again", "back", undefined]);
  assert.equal(child.assign({ x: 1 }).assign(new Map([["y", 2]])).set("z", 3), child);
  console.log("child", [...child.entries()], "grandchild", [...grandchild]);
  assert.deepEqual(child.toJSON().fields, Object.fromEntries(child));
  // An iteration is of one moment.
  const entries = parent.entries();
  entries.next();
  parent.set("later", 1);
  assert.deepEqual([...entries].map(([name]) => name).includes("later"), false);
  const unbegun = parent.entries();
  parent.set("in time", 1);
  assert.equal([...unbegun].some(([name]) => name === "in time"), true);
}
assert.equal(inUse(), before);

// ---- what was remembered ----
{
  using parent = Context.create({ fields: { a: 1 } });
  using child = parent.child();
  using twin = child.clone();
  using found = Context.find(child.id);
  const all = [child, twin, found];
  const see = (expected) => assert.deepEqual(all.map((handle) => handle.get("a")), all.map(() => expected));
  see(1);
  parent.set("a", 2);
  see(2);
  twin.set("a", 3);
  see(3);
  found.set("a", "long ".repeat(20));
  see("long ".repeat(20));
  child.delete("a");
  see(undefined);
  twin.set("a", 4);
  see(4);
  parent.set("a", 5);
  see(4);
  twin.delete("a");
  see(undefined);
  for (let i = 0; i < 30; i++) {
    all[i % 3].set("a", i);
    see(i);
    parent.set(`p${i}`, i);
    assert.equal(all[i % 3].get(`p${i}`), i);
    see(i);
  }
  assert.deepEqual([...child].length, 31);
  // What is there does not change by what is set to the same.
  child.set("same", 1).set("same", 1).set("same", 1);
  see(29);
  // Values of another type take the place of the old one.
  for (const value of [1, "1", true, 1.5, 9007199254740993n, Uint8Array.of(1), "", false, 0]) {
    child.set("a", value);
    assert.deepEqual(all.map((handle) => handle.get("a")), [value, value, value]);
  }
}

// ---- pages ----
{
  using context = Context.create();
  const expected = new Map();
  for (let i = 0; i < 400; i++) {
    const [name, value] = [`field ${i}`, i % 3 === 0 ? `value ${i}`.repeat(i % 20) : i];
    context.set(name, value);
    expected.set(name, value);
    if (i % 50 === 0) assert.deepEqual(new Map(context), expected);
  }
  assert.ok(pool.statistics().pagesInUse > 0);
  using twin = context.clone();
  using child = context.child();
  for (const handle of [context, twin, child]) {
    for (const [name, value] of expected) assert.equal(handle.get(name), value);
    assert.deepEqual([...handle], [...expected]);
  }
  child.assign({ "field 0": "child's", "field 399": "child's" });
  assert.deepEqual([...child].slice(0, 2), [["field 0", "child's"], ["field 399", "child's"]]);
  assert.equal([...child].length, 400);
  throws(() => context.set("large", "x".repeat(20_000)));
  throws(() => context.set("large", new Uint8Array(20_000)));
  throws(() => context.set("n".repeat(20_000), 1));
  assert.equal(context.has("large"), false);
  let count = 0;
  throws(() => {
    for (;; count++) context.set("field 1", count);
  });
  assert.equal(context.get("field 1"), count - 1);
  assert.equal(twin.get("field 1"), count - 1);
  for (const [name, value] of expected) if (name !== "field 1") assert.equal(context.get(name), value);
  // A child has room of its own.
  child.set("field 1", "child's");
  assert.equal(child.get("field 1"), "child's");
}
assert.equal(pool.statistics().pagesInUse, 0);
assert.equal(inUse(), before);

// ---- depth ----
{
  const chain = [Context.create({ fields: { root: 1 } })];
  throws(() => {
    for (;;) chain.push(chain.at(-1).child());
  });
  console.log("chain of", chain.length);
  assert.equal(chain.at(-1).get("root"), 1);
  chain.at(-1).set("leaf", 1);
  throws(() => chain.at(-1).batch(2), false);
  assert.equal(chain.at(-2).has("leaf"), false);
  chain[0].set("late", 1);
  assert.equal(chain.at(-1).get("late"), 1);
  // Those above live as long as one below does.
  const ids = chain.map((context) => context.id);
  for (const context of chain.slice(0, -1)) context.dispose();
  assert.equal(inUse(), before + chain.length);
  assert.equal(chain.at(-1).get("root"), 1);
  using found = Context.find(ids[0]);
  assert.equal(found.get("late"), 1);
  chain.at(-1).dispose();
  assert.equal(inUse(), before + 1);
  assert.equal(Context.find(ids[1]), undefined);
  assert.equal(found.get("root"), 1);
}
assert.equal(inUse(), before);

// ---- stale handles ----
const methods = {
  child: (context) => context.child(),
  batch: (context) => context.batch(1),
  clone: (context) => context.clone(),
  id: (context) => context.id,
  run: (context) => context.run(() => assert.fail("it ran")),
  get: (context) => context.get("a"),
  "get of nothing": (context) => context.get("nothing"),
  "get of a long name": (context) => context.get("n".repeat(300)),
  has: (context) => context.has("a"),
  set: (context) => context.set("a", 1),
  "set to a long text": (context) => context.set("a", "x".repeat(100)),
  assign: (context) => context.assign({ a: 1 }),
  delete: (context) => context.delete("a"),
  entries: (context) => [...context.entries()],
  iterator: (context) => [...context],
  deadline: (context) => context.deadline,
  remaining: (context) => context.remaining,
  shrinkTimeout: (context) => context.shrinkTimeout(5),
  shrinkDeadline: (context) => context.shrinkDeadline(new Date()),
  cancel: (context) => context.cancel(),
  cause: (context) => context.cause,
  isDone: (context) => context.isDone,
  reason: (context) => context.reason,
  throwIfDone: (context) => context.throwIfDone(),
  signal: (context) => context.signal,
  traceparent: (context) => context.traceparent,
  traceId: (context) => context.traceId,
  spanId: (context) => context.spanId,
  parentSpanId: (context) => context.parentSpanId,
  isSampled: (context) => context.isSampled,
  tracestate: (context) => context.tracestate,
  baggage: (context) => context.baggage,
  extract: (context) => context.extract({ traceparent: "x" }),
  inject: (context) => context.inject(),
  encode: (context) => context.encode("json"),
  encodeInto: (context) => context.encodeInto(new Uint8Array(4096)),
  toJSON: (context) => JSON.stringify(context),
};
const properties = Object.getOwnPropertyNames(Context.prototype);
assert.deepEqual(properties.filter((name) => !Object.hasOwn(methods, name)).sort(), ["constructor", "dispose", "isOpen"]);
for (const reused of [false, true]) {
  const context = Context.create({ fields: { a: 1 } });
  const used = Context.create({ fields: { a: 1 } });
  const { baggage, id } = used;
  used.traceparent;
  used.signal;
  used.get("a");
  for (const one of [context, used]) {
    one.dispose();
    assert.equal(one.isOpen, false);
    one.dispose();
  }
  const others = reused ? Context.batch(Array(100).fill({ a: "another's" })) : undefined;
  for (const [name, call] of Object.entries(methods)) {
    for (const one of [context, used]) {
      assert.throws(() => call(one), { code: "ERR_CONTEXT_OVER" }, name);
    }
  }
  for (const call of [() => baggage.get("a"), () => [...baggage], () => baggage.set("a", "b"), () => `${baggage}`]) {
    assert.throws(call, { code: "ERR_CONTEXT_OVER" });
  }
  assert.equal(Context.find(id), undefined);
  if (reused) assert.deepEqual(new Set(others.read("a")), new Set(["another's"]));
  others?.dispose();
}
{
  // A clone is a handle of its own.
  const one = Context.create({ fields: { a: 1 } });
  const two = one.clone();
  assert.equal(one.id, two.id);
  one.dispose();
  one[Symbol.dispose]();
  assert.equal(two.get("a"), 1);
  throws(() => one.get("a"));
  const { id } = two;
  two.dispose();
  assert.equal(Context.find(id), undefined);
}
assert.throws(() => Context.prototype.get.call({}, "a"), TypeError);
throws(() => new Context());
for (const id of ["", "x", "1", "1/", "/1", "-1/1", "1/1/1", "1.5/1", " 1/1", "99999999999/1", "4294967296/1", "4294967297/1", 5, null, undefined, {}]) {
  assert.throws(() => Context.find(id), TypeError, String(id));
}
for (const id of ["0/1", "0/0", "1/0", "1/4294967295", "4294967295/1", "4294967295/4294967295", "16384/1", "65536/1"]) {
  assert.equal(Context.find(id), undefined, id);
}
{
  using context = Context.create();
  const [slot, generation] = context.id.split("/").map(Number);
  for (const other of [generation - 2, generation - 1, generation + 1, generation + 2]) {
    if (other >= 0) assert.equal(Context.find(`${slot}/${other}`), undefined);
  }
  Context.find(context.id).dispose();
  assert.ok(context.isOpen);
}

// ---- options ----
{
  throws(() => Context.create({ fields: { a: 1, b: null } }));
  throws(() => Context.create({ timeout: -1 }));
  throws(() => Context.create({ timeout: "soon" }));
  throws(() => Context.create({ deadline: "never" }));
  throws(() => Context.create({ traceparent: "00-0-0-0" }));
  throws(() => Context.create(null));
  using context = Context.create();
  throws(() => context.child({ fields: { a: {} } }));
  throws(() => Context.batch(-1));
  throws(() => Context.batch(1.5));
  throws(() => Context.batch("3"));
  throws(() => Context.batch({ length: 3 }));
  throws(() => Context.batch([{ a: 1 }, { a: Symbol() }]));
  throws(() => Context.batch([{ a: 1 }, null]));
  throws(() => context.batch(2, { timeout: NaN }));
}
assert.equal(inUse(), before);

// ---- run ----
{
  assert.equal(Context.current(), undefined);
  using context = Context.create({ fields: { who: "outer" } });
  const seen = () => Context.current()?.get("who");
  assert.equal(context.run((a, b) => [seen(), a, b].join(), 1, 2), "outer,1,2");
  assert.throws(() => context.run(() => {
    throw new Error("thrown");
  }), /thrown/);
  throws(() => context.run());
  throws(() => Context.run({}, 5));
  assert.equal(seen(), undefined);
  let kept;
  const result = context.run(() => Context.run({ fields: { inner: 1 } }, (...args) => {
    kept = Context.current();
    assert.equal(kept.get("who"), "outer");
    kept.set("who", "inner");
    assert.equal(Context.run(() => seen()), "inner");
    assert.equal(Context.run((...all) => all.join(), 1, 2), "1,2");
    return args.join();
  }, 3, 4));
  assert.equal(result, "3,4");
  assert.equal(kept.isOpen, false);
  assert.throws(() => Context.run({}, () => {
    kept = Context.current();
    throw new Error("thrown");
  }), /thrown/);
  assert.equal(kept.isOpen, false);
  const later = Context.run({ fields: { who: "later" } }, async () => {
    kept = Context.current();
    await new Promise((resolve) => setImmediate(resolve));
    return seen();
  });
  assert.equal(kept.isOpen, true);
  assert.equal(await later, "later");
  assert.equal(kept.isOpen, false);
  await assert.rejects(Context.run({}, async () => {
    kept = Context.current();
    await null;
    throw new Error("later");
  }), /later/);
  assert.equal(kept.isOpen, false);
  // What outlives the run has no context.
  const { promise, resolve } = Promise.withResolvers();
  Context.run({ fields: { who: "gone" } }, () => setImmediate(() => resolve(seen())));
  assert.equal(await promise, undefined);
}
assert.equal(inUse(), before);

// ---- using, batches ----
{
  const ids = [];
  {
    using one = Context.create();
    using many = one.batch([{ a: 1 }, { a: 2, b: 3 }, {}]);
    using more = Context.batch(3, { fields: { a: "all" }, timeout: 1e9 });
    ids.push(one.id, ...many.map((context) => context.id), ...more.map((context) => context.id));
    assert.ok(!(many.map(() => 1).constructor.name === "ContextBatch"));
    assert.deepEqual(many.read("a"), [1, 2, undefined]);
    assert.deepEqual(more.read("a"), ["all", "all", "all"]);
    assert.ok(more.every((context) => context.remaining > 1e8));
    one.set("b", "from above");
    assert.deepEqual(many.read("b"), ["from above", 3, "from above"]);
    assert.equal(many.write("c", ["x", "y".repeat(100), "\u20ac"]), many);
    assert.deepEqual(many.read("c"), ["x", "y".repeat(100), "\u20ac"]);
    assert.deepEqual(many.write("d", Uint8Array.of(1)).read("d"), [1, 2, 3].map(() => Uint8Array.of(1)));
    throws(() => many.write("c", [1]));
    const long = "n".repeat(300);
    assert.deepEqual(many.write(long, [1, true, 1.5]).read(long), [1, true, 1.5]);
    assert.equal(one.has("c"), false);
    many[0].delete("b");
    assert.deepEqual(many.read("b"), [undefined, 3, "from above"]);
    many[0].cancel();
    assert.equal(many.cancel("overload"), 2);
    assert.deepEqual(many.map((context) => context.cause), ["cancelled", "overload", "overload"]);
    assert.equal(Context.batch(0).length, 0);
    const [first] = more;
    first.dispose();
    assert.throws(() => more.read("a"), { code: "ERR_CONTEXT_OVER" });
    assert.throws(() => more.write("a", 1), { code: "ERR_CONTEXT_OVER" });
  }
  for (const id of ids) assert.equal(Context.find(id), undefined);
}
assert.equal(inUse(), before);

// ---- statistics ----
{
  const { created, reused, highWater } = pool.statistics();
  Context.batch(500).dispose();
  Context.batch(500).dispose();
  const after = pool.statistics();
  assert.equal(after.created, created + 1000);
  assert.ok(after.reused >= reused + 500 && after.reuseRate === after.reused / after.created);
  assert.ok(after.highWater >= before + 500 && after.highWater >= highWater && after.highWater <= after.capacity);
  assert.equal(after.inUse, before);
  console.log(Object.entries(after).map(([name, value]) => `${name}: ${typeof value}`).join(", "));
  console.log(after.capacity, after.pages, after.slotBytes, after.regionBytes);
}

// ---- shown ----
{
  using context = Context.create({ fields: { text: "x", number: 1.5, big: 2n ** 60n, bytes: Uint8Array.of(1), yes: true } });
  const shown = (value) => console.log(value.replace(/\d+\/\d+/, "S/G").replace(/-[0-9a-f]{32}-[0-9a-f]{16}-/, "-TRACE-SPAN-"));
  const { inspect } = await import("node:util");
  shown(inspect(context));
  context.cancel("shutdown");
  context.traceparent;
  shown(inspect(context));
  shown(inspect({ nested: context }, { depth: 0 }));
  shown(JSON.stringify({ context }));
  shown(String(context));
  using batch = context.batch(2);
  shown(inspect(batch).replaceAll(/\d+\/\d+/g, "S/G"));
  context.dispose();
  shown(inspect(context));
}
