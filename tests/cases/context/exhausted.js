// A pool that is used up: an error that says so, and nothing is lost by it.
import assert from "node:assert/strict";
import { Context, pool } from "krepis:context";

const { capacity } = pool.statistics();
console.log("capacity", capacity);
const exhausted = (call) => assert.throws(call, (error) => {
  console.log(`${error.name} ${error.code}: ${error.message}`);
  return error.code === "ERR_CONTEXT_EXHAUSTED";
});

for (let round = 0; round < 3; round++) {
  const all = [];
  assert.throws(() => {
    for (;;) all.push(Context.create({ fields: { i: all.length } }));
  }, { code: "ERR_CONTEXT_EXHAUSTED" });
  assert.equal(all.length, capacity);
  assert.equal(pool.statistics().inUse, capacity);
  if (round === 0) {
    exhausted(() => Context.create());
    exhausted(() => all[0].child());
    exhausted(() => Context.batch(5));
    exhausted(() => all[0].batch([{}]));
    exhausted(() => Context.run({}, () => assert.fail("it ran")));
    exhausted(() => Context.from({ "x-request-id": "1" }));
    for (const format of ["json", "protobuf", "flatbuffers"]) exhausted(() => Context.decode(all[0].encode(format), format));
  }
  assert.ok(all[0].clone().isOpen, "a clone needs no slot");
  all.forEach((context, i) => assert.equal(context.get("i"), i));
  // One is free: one can be made, in its place.
  const freed = all.splice(10, 1)[0];
  const [slot] = freed.id.split("/");
  freed.dispose();
  const next = Context.create({ fields: { i: "next" } });
  assert.equal(next.id.split("/")[0], slot);
  assert.throws(() => Context.create(), { code: "ERR_CONTEXT_EXHAUSTED" });
  assert.throws(() => freed.get("i"), { code: "ERR_CONTEXT_OVER" });
  // A batch that does not fit leaves nothing.
  for (const context of all.splice(0, 5)) context.dispose();
  const { inUse } = pool.statistics();
  assert.throws(() => Context.batch(20), { code: "ERR_CONTEXT_EXHAUSTED" });
  assert.equal(pool.statistics().inUse, inUse);
  for (const context of [next, ...all]) context.dispose();
  // The clone that was made above is left, and with it one slot.
  await collect(() => pool.statistics().inUse === 0);
  assert.equal(pool.statistics().inUse, 0);
}

// Handles that were lost give their slots back, also the last few, once somebody has missed one.
(() => {
  assert.throws(() => {
    for (;;) Context.create();
  }, { code: "ERR_CONTEXT_EXHAUSTED" });
})();
await collect(() => pool.statistics().inUse === 0);
Context.batch(capacity).dispose();
// What JavaScript has given back is there for Rust, which decodes.
Context.decode("{}").dispose();

/** Collects until `isSo`, for so many turns at most. */
async function collect(isSo) {
  for (let i = 0; i < 20 && !isSo(); i++) {
    try {
      Context.batch(capacity).dispose();
    } catch {
      // That is how it comes to be missed.
    }
    gc();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
console.log("and again:", pool.statistics().inUse);
