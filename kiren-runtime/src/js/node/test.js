"use strict";
// node:test: tests that run with the program that has them. The module is the function `test` itself.

const { getTestContext, hook, runner } = load("node/test/harness");
const { missing, missingFunction } = load("node/absent");

const test = runner("test", "test");
const suite = runner("suite", "suite");

let mock;
const assert = {
  register(name, fn) {
    load("node/test/context").register(name, fn);
  },
};

Object.assign(test, {
  after: hook("after"),
  afterEach: hook("afterEach"),
  assert,
  before: hook("before"),
  beforeEach: hook("beforeEach"),
  describe: suite,
  getTestContext,
  it: test,
  run: missingFunction("test", "run"),
  snapshot: missing("test.snapshot", "setDefaultSnapshotSerializers setResolveSnapshotPath"),
  suite,
  test,
});

Object.defineProperty(test, "mock", {
  get: () => (mock ??= new (load("node/test/mock").MockTracker)()),
  enumerable: true,
  configurable: true,
});

return test;
