// tape: a test harness that prints TAP
const tape = require("tape");
const { step } = require("../lib/step.cjs");

step("tests", () => new Promise((resolve) => {
  const test = tape.createHarness();
  const out = test.createStream();
  out.on("data", (line) => process.stdout.write(line));
  out.on("end", resolve);
  test("math", (t) => { t.plan(2); t.equal(1 + 1, 2); setTimeout(() => t.deepEqual([{ a: 1 }], [{ a: 1 }], "deep"), 1); });
  test("async", async (t) => { await null; t.throws(() => { throw new TypeError("x"); }, /x/); });
}));
