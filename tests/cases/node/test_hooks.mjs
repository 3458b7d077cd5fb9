// node:test: a file of tests, reported without what differs from run to run.
const write = process.stdout.write;
process.stdout.write = (chunk, ...rest) => {
  const text = String(chunk).replaceAll(/\([\d.]+ms\)/g, "(ms)").replaceAll(/duration_ms [\d.]+/g, "duration_ms")
    .replaceAll(/\n *at (?!(?:TestContext|SuiteContext).<anonymous> \(file:).*(?= \{)|\n *at (?!(?:TestContext|SuiteContext)\.<anonymous> \(file:).*/g, "")
    .replaceAll(/file:\S*\/|^test at \S*?(?=[^\/\s]+$)/gm, (found) => found.startsWith("test at") ? "test at " : "file:");
  return write.call(process.stdout, text, ...rest);
};
import test, { describe, it, before, after, beforeEach, afterEach, mock, getTestContext } from "node:test";
import assert from "node:assert";
describe("hooks fail", () => {
  before(() => { throw new Error("before broke"); });
  it("never runs", () => {});
  it("nor this", () => {});
});
describe("beforeEach fails", () => {
  let n = 0;
  beforeEach(() => { if (n++ === 1) throw new Error("second"); });
  it("one", () => {});
  it("two", () => {});
  it("three", () => {});
});
describe("after fails", () => { after(() => { throw new Error("after broke"); }); it("ok", () => {}); });
describe("afterEach fails", () => { afterEach(() => { throw new Error("afterEach broke"); }); it("bad", () => {}); });
describe("throws while collected", () => { it("x", () => {}); throw new Error("collect"); });
describe.skip("skipped suite", () => { it("inside", () => {}); });
describe("todo suite", { todo: true }, () => { it("inside", () => { throw new Error("y"); }); });
describe("empty", () => {});
test("unawaited", (t) => { t.test("left behind", () => new Promise((r) => setTimeout(r, 50))); });
test("concurrent", { concurrency: true }, async (t) => {
  const order = [];
  await Promise.all([
    t.test("slow", async () => { order.push("s1"); await new Promise((r) => setTimeout(r, 20)); order.push("s2"); }),
    t.test("fast", () => { order.push("f"); }),
  ]);
  assert.deepStrictEqual(order, ["s1", "f", "s2"]);
});
test("callback twice", (t, done) => { done(); done(); });
test("callback error", (t, done) => { done(new Error("cb")); });
test("callback and promise", async (t, done) => { done(); });
test("expected", { expectFailure: true }, () => { throw new Error("wanted"); });
test("expected but passes", { expectFailure: true }, () => {});
test.expectFailure("short", () => { throw 1; });
test("plan ok", (t) => { t.plan(2); t.assert.strictEqual(1, 1); t.assert.ok(1); });
test("context", (t) => {
  assert.strictEqual(getTestContext(), t);
  assert.strictEqual(t.name, "context");
  assert.strictEqual(t.fullName, "context");
  assert.ok(t.filePath.endsWith("test_hooks.mjs"));
  assert.ok(t.signal instanceof AbortSignal);
});
test("nested names", async (t) => { await t.test("inner", (t) => assert.strictEqual(t.fullName, "nested names > inner")); });
test("hooks in test", async (t) => {
  const log = [];
  t.before(() => log.push("before"));
  t.after(() => log.push("after"));
  t.beforeEach((t) => log.push("be " + t.name));
  t.afterEach((t) => log.push("ae " + t.name));
  await t.test("one", () => log.push("one"));
  await t.test("two", () => log.push("two"));
  assert.deepStrictEqual(log, ["before", "be one", "one", "ae one", "be two", "two", "ae two"]);
});
test("mock fn", (t) => {
  const add = t.mock.fn((a, b) => a + b);
  assert.strictEqual(add(1, 2), 3);
  assert.strictEqual(add.mock.callCount(), 1);
  assert.deepStrictEqual(add.mock.calls[0].arguments, [1, 2]);
  assert.strictEqual(add.mock.calls[0].result, 3);
  add.mock.mockImplementationOnce(() => 9);
  assert.strictEqual(add(1, 1), 9);
  assert.strictEqual(add(1, 1), 2);
  const object = { value: 5, method(x) { return this.value + x; }, get g() { return 1; } };
  t.mock.method(object, "method", function (x) { return this.value * x; });
  assert.strictEqual(object.method(3), 15);
  t.mock.getter(object, "g", () => 2);
  assert.strictEqual(object.g, 2);
  t.mock.restoreAll();
  assert.strictEqual(object.method(3), 8);
  assert.strictEqual(object.g, 1);
});
test("mock timers", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"], now: 1000 });
  const seen = [];
  setTimeout(() => seen.push("t"), 100);
  const i = setInterval(() => seen.push("i"), 40);
  t.mock.timers.tick(100);
  clearInterval(i);
  assert.deepStrictEqual(seen, ["i", "i", "t"]);
  assert.strictEqual(Date.now(), 1100);
  assert.strictEqual(new Date().getTime(), 1100);
  t.mock.timers.reset();
  assert.ok(Date.now() > 1e12);
});
test("after the mocks", () => { assert.ok(Date.now() > 1e12); });
it("it", { skip: false, todo: "later" }, () => {});
test({ name: "by options" }, () => {});
test(function named() {});
test(() => {});
test("# odd\nname \\ here", () => {});
