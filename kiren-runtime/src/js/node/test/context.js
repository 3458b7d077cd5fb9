"use strict";
// What a test function is given: TestContext and SuiteContext.

const { checkFunction, checkString, invalidArgType } = load("node/errors");

// Of the contexts that there are: their tests.
const tests = new WeakMap();
const custom = new Map();

function contextOf(test) {
  const context = test.kind === "suite" ? new SuiteContext() : new TestContext();
  tests.set(context, test);
  return context;
}

class SuiteContext {
  get name() {
    return tests.get(this).name;
  }

  get fullName() {
    return tests.get(this).fullName;
  }

  get filePath() {
    return tests.get(this).place.file;
  }

  get signal() {
    return tests.get(this).signal;
  }

  get passed() {
    return tests.get(this).passed;
  }

  get attempt() {
    return 0;
  }

  diagnostic(message) {
    tests.get(this).diagnostics.push(String(message));
  }
}

class TestContext {
  get name() {
    return tests.get(this).name;
  }

  get fullName() {
    return tests.get(this).fullName;
  }

  get filePath() {
    return tests.get(this).place.file;
  }

  get signal() {
    return tests.get(this).signal;
  }

  get passed() {
    const test = tests.get(this);
    return test.finished ? test.passed : test.error === null;
  }

  get error() {
    return tests.get(this).error;
  }

  get attempt() {
    return 0;
  }

  get mock() {
    const test = tests.get(this);
    return (test.contextMock ??= new (load("node/test/mock").MockTracker)());
  }

  get assert() {
    const test = tests.get(this);
    return (test.contextAssert ??= assertionsOf(test));
  }

  diagnostic(message) {
    tests.get(this).diagnostics.push(String(message));
  }

  plan(count, options) {
    if (typeof count !== "number") throw invalidArgType("count", "of type number", count);
    tests.get(this).plan(count, options);
  }

  runOnly() {
    this.diagnostic("'only' and 'runOnly' require the --test-only command-line option.");
  }

  skip(message) {
    tests.get(this).skip(message);
  }

  todo(message) {
    tests.get(this).todo = message ?? true;
  }

  test(...args) {
    const test = tests.get(this);
    if (test.planned !== null) test.planned.seen++;
    const { argumentsOf } = load("node/test/harness");
    const { fn, name, options } = argumentsOf(args);
    return test.add(name, options, fn, "test").done.promise;
  }

  before(fn, options) {
    tests.get(this).addHook("before", fn, options);
  }

  after(fn, options) {
    tests.get(this).addHook("after", fn, options);
  }

  beforeEach(fn, options) {
    tests.get(this).addHook("beforeEach", fn, options);
  }

  afterEach(fn, options) {
    tests.get(this).addHook("afterEach", fn, options);
  }

  // Asks again and again until the condition does not throw.
  async waitFor(condition, { interval = 50, timeout = 1000 } = {}) {
    checkFunction(condition, "condition");
    const { setTimeout } = load("timers");
    const end = Date.now() + timeout;
    for (;;) {
      try {
        return await condition();
      } catch (cause) {
        if (Date.now() + interval > end) {
          const error = new Error("waitFor() timed out");
          error.cause = cause;
          throw error;
        }
      }
      await new Promise((resolve) => setTimeout(resolve, interval));
    }
  }
}

const NOT_OF_CONTEXTS = new Set(["AssertionError", "strict", "Assert", "CallTracker", "default"]);

// node:assert, with each call counted for the plan.
function assertionsOf(test) {
  const assert = load("node/assert");
  const own = { __proto__: null };
  const count = (fn) => (...args) => {
    if (test.planned !== null) test.planned.seen++;
    return Reflect.apply(fn, test.context(), args);
  };
  for (const [name, fn] of Object.entries(assert)) {
    if (typeof fn === "function" && !NOT_OF_CONTEXTS.has(name)) own[name] = count(fn);
  }
  for (const [name, fn] of custom) own[name] = count(fn);
  const { missingFunction } = load("node/absent");
  own.snapshot = missingFunction("test", "assert.snapshot");
  own.fileSnapshot = missingFunction("test", "assert.fileSnapshot");
  return own;
}

/** `assert.register`: a further method of every `t.assert`. */
function register(name, fn) {
  checkString(name, "name");
  checkFunction(fn, "fn");
  custom.set(name, fn);
}

return { SuiteContext, TestContext, contextOf, register };
