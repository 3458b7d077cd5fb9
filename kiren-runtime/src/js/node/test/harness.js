"use strict";
// The root of all tests of a program: it is made with the first test, hands events to the reporter, and tells
// the program's exit code when nothing is left to do.

const { Test, current, testFailure } = load("node/test/tree");
const { performance } = load("performance");
const { invalidArgType } = load("node/errors");

class Root extends Test {
  counts = { tests: 0, suites: 0, passed: 0, failed: 0, cancelled: 0, skipped: 0, todo: 0 };
  lateFailures = [];
  #reporter;
  #begin = performance.now();
  #ended = false;

  constructor() {
    super(null, "<root>", {}, undefined, "root");
    this.#reporter = load("node/test/reporters").programReporter();
    const { process } = load("process");
    process.on("beforeExit", () => this.#end());
    process.on("uncaughtException", (error) => this.#blame(error));
    process.on("unhandledRejection", (error) => this.#blame(error));
  }

  // Tests begin when the file has been read to its first pause: hooks are known before any test runs.
  startWaiting() {
    if (this.begun) {
      super.startWaiting();
      return;
    }
    if (this.beginning) return;
    this.beginning = true;
    load("timers").setImmediate(() => {
      this.begun = true;
      this.startWaiting();
    });
  }

  report(type, data) {
    this.#reporter(type, data);
  }

  count(test) {
    if (test === this) return;
    const { counts } = this;
    if (test.kind === "suite") {
      counts.suites++;
      if (!test.passed) this.#failed();
      return;
    }
    counts.tests++;
    if (test.skipped) counts.skipped++;
    else if (test.todo) counts.todo++;
    else if (test.cancelled) counts.cancelled++;
    else if (test.passed) counts.passed++;
    else counts.failed++;
    if (!test.passed && !test.todo) this.#failed();
  }

  #failed() {
    load("process").process.exitCode = 1;
  }

  // An error that nobody caught fails the test that it came from.
  #blame(error) {
    const test = current.getStore();
    const failure = testFailure(error, "uncaughtException");
    if (test !== undefined && !test.finished) {
      test.fail(failure);
      test.cancelling.reject(failure);
      return;
    }
    this.#failed();
    const where = test === undefined ? "outside of any test" : `after the test "${test.name}" ended`;
    this.diagnostics.push(`Error: an uncaught error was thrown ${where}. The error was "${error}"`);
  }

  // Nothing is left to do: what has not ended will not end by itself.
  async #end() {
    if (this.#ended) return;
    if (this.children.some((child) => !child.finished)) {
      const message = "Promise resolution is still pending but the event loop has already resolved";
      for (const child of this.children) {
        if (!child.finished && child.started) cancelDeep(child, message);
      }
      // Those that have waited for these begin now.
      return;
    }
    this.#ended = true;
    try {
      await this.runHooks("after", this);
    } catch (error) {
      this.#failed();
      this.diagnostics.push(`Error in a hook of the file: ${error.message}`);
    }
    this.#summarize();
  }

  #summarize() {
    for (const late of this.lateFailures) late.reportResult();
    const { counts } = this;
    this.report("test:plan", { nesting: 0, count: this.children.length });
    for (const message of this.diagnostics) this.report("test:diagnostic", { nesting: 0, message, level: "error" });
    const duration = performance.now() - this.#begin;
    const lines = [
      ["tests", counts.tests], ["suites", counts.suites], ["pass", counts.passed], ["fail", counts.failed],
      ["cancelled", counts.cancelled], ["skipped", counts.skipped], ["todo", counts.todo], ["duration_ms", duration],
    ];
    for (const [name, value] of lines) {
      this.report("test:diagnostic", { nesting: 0, message: `${name} ${value}`, level: "info" });
    }
    const success = counts.failed + counts.cancelled === 0;
    this.report("test:summary", { success, counts: { ...counts }, duration_ms: duration });
    this.report("end");
  }
}

// From the innermost outwards, so that each says why.
function cancelDeep(test, message) {
  for (const child of test.children) if (!child.finished && child.started) cancelDeep(child, message);
  test.cancel(message);
}

let root;

function rootTest() {
  return (root ??= new Root());
}

/** (name?, options?, fn?) in any of their forms. */
function argumentsOf(args) {
  let [name, options, fn] = args;
  if (typeof name === "function") {
    fn = name;
    name = options = undefined;
  } else if (name !== null && typeof name === "object") {
    fn = options;
    options = name;
    name = undefined;
  } else if (typeof options === "function") {
    fn = options;
    options = undefined;
  }
  options ??= {};
  if (typeof options !== "object") throw invalidArgType("options", "of type object", options);
  name ??= options.name;
  if (name === undefined || name === "") name = fn?.name || "<anonymous>";
  return { name: String(name), options, fn: typeof fn === "function" ? fn : undefined };
}

function parentTest() {
  return current.getStore() ?? rootTest();
}

function addTest(args, kind, overrides) {
  const { fn, name, options } = argumentsOf(args);
  const body = fn ?? (kind === "suite" ? () => {} : undefined);
  const parent = parentTest();
  if (options.only || overrides?.only) {
    parent.diagnostics.push("'only' and 'runOnly' require the --test-only command-line option.");
  }
  const test = parent.add(name, { ...options, ...overrides }, body, kind);
  return test.done.promise;
}

// `test`, `it` and the suites, with their forms: test.skip(...) is test(..., { skip: true }).
function runner(kind, name) {
  const run = { [name]: (...args) => addTest(args, kind) }[name];
  for (const option of ["expectFailure", "skip", "todo", "only"]) {
    run[option] = (...args) => addTest(args, kind, { [option]: true });
  }
  return run;
}

function hook(name) {
  return { [name](fn, options) { parentTest().addHook(name, fn, options); } }[name];
}

function getTestContext() {
  const test = current.getStore();
  return test === undefined || test.parent === null ? undefined : test.context();
}

return { argumentsOf, getTestContext, hook, runner };
