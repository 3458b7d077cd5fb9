// node:test: a file of tests, reported without what differs from run to run.
const write = process.stdout.write;
process.stdout.write = (chunk, ...rest) => {
  const text = String(chunk).replaceAll(/\([\d.]+ms\)/g, "(ms)").replaceAll(/duration_ms [\d.]+/g, "duration_ms")
    .replaceAll(/\n *at (?!(?:TestContext|SuiteContext).<anonymous> \(file:).*(?= \{)|\n *at (?!(?:TestContext|SuiteContext)\.<anonymous> \(file:).*/g, "")
    .replaceAll(/file:\S*\/|^test at \S*?(?=[^\/\s]+$)/gm, (found) => found.startsWith("test at") ? "test at " : "file:");
  return write.call(process.stdout, text, ...rest);
};
import { test, describe, it, before, after, beforeEach, afterEach, mock } from "node:test";
import assert from "node:assert";
test("passes", () => {});
test("fails", () => { assert.strictEqual(1, 2); });
test("deep", () => { assert.deepStrictEqual({ a: 1, b: [1, 2] }, { a: 1, b: [1, 3] }); });
test("throws plain", () => { throw new Error("boom"); });
test("throws value", () => { throw 42; });
test("async", async (t) => { await 1; t.diagnostic("hello diag"); });
test("skipped", { skip: true }, () => {});
test("skip reason", { skip: "why not" }, () => {});
test("todo", { todo: true }, () => { throw new Error("x"); });
test.skip("skip fn", () => {});
test.todo("todo fn");
test("sub", async (t) => {
  await t.test("one", () => {});
  await t.test("two", (t) => { t.skip("later"); });
  await t.test("three", async () => { await null; assert.ok(false); });
});
describe("suite", () => {
  it("a", () => {});
  it("b", async () => { await null; });
  describe("inner", () => { it("c", () => {}); });
});
test("callback", (t, done) => { setImmediate(done); });
test("timeout", { timeout: 20 }, () => new Promise(() => setTimeout(() => {}, 100)));
test("plan", (t) => { t.plan(2); t.assert.ok(true); });
