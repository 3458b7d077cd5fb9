"use strict";
// The tests of node:test as a tree: what runs when, what the result of each is, and in which order it is
// reported.
//
// A test runs at once if its parent has a place free for it (`concurrency`), else later. Results are reported
// in the order in which the tests were written: what is not yet due waits in its test.

const { AsyncLocalStorage } = load("node/async_hooks");
const { AbortError, checkSignal, coded, invalidArgType, outOfRange } = load("node/errors");
const { performance } = load("performance");
const { inspect } = load("inspect");

const MAX_TIMEOUT_MS = 0x7fffffff;
const current = new AsyncLocalStorage();

/** An error that says how a test failed; `cause` is what was thrown. */
function testFailure(cause, failureType) {
  let message = typeof cause === "string" ? cause : inspect(cause);
  if (cause instanceof Error || typeof cause?.message === "string") ({ message } = cause);
  const error = coded(Error, "ERR_TEST_FAILURE", message);
  error.failureType = failureType;
  error.cause = cause;
  return error;
}

// Where a test was written: the first frame that is not ours.
function placeOfCaller() {
  const { prepareStackTrace, stackTraceLimit } = Error;
  try {
    Error.stackTraceLimit = 20;
    Error.prepareStackTrace = (_, sites) => sites;
    const site = new Error().stack.find((site) => !String(site.getFileName() ?? "kiren:").startsWith("kiren:"));
    if (site === undefined) return {};
    const [file, line, column] = [site.getFileName(), site.getLineNumber(), site.getColumnNumber()];
    const mapped = /^(.*):(\d+):(\d+)$/.exec(native("stack").map_position(file, line, column) ?? "");
    const path = mapped?.[1] ?? file;
    return {
      file: path.startsWith("file:") ? load("node/url").fileURLToPath(path) : path,
      line: Number(mapped?.[2] ?? line),
      column: Number(mapped?.[3] ?? column),
    };
  } catch {
    return {};
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function checkTimeout(timeout) {
  if (timeout === undefined || timeout === null || timeout === Infinity) return Infinity;
  if (typeof timeout !== "number") throw invalidArgType("options.timeout", "of type number", timeout);
  if (!(timeout >= 0 && timeout <= MAX_TIMEOUT_MS)) {
    throw outOfRange("options.timeout", `>= 0 && <= ${MAX_TIMEOUT_MS}`, timeout);
  }
  return timeout;
}

function concurrencyOf(value, inherited) {
  if (value === undefined || value === null) return inherited;
  if (typeof value === "boolean") return value ? Infinity : 1;
  if (typeof value !== "number") {
    throw invalidArgType("options.concurrency", "one of type boolean or number", value);
  }
  if (!Number.isInteger(value) || value < 1) {
    throw outOfRange("options.concurrency", ">= 1 && <= 4294967295", value);
  }
  return value;
}

class Test {
  children = [];
  #reported = 0;
  #waiting = [];
  #running = 0;
  #events = [];
  hooks = { before: [], after: [], beforeEach: [], afterEach: [] };
  #beforeRan;
  started = false;
  finished = false;
  passed = false;
  cancelled = false;
  skipped = false;
  error = null;
  message;
  diagnostics = [];
  planned = null;
  #controller = new AbortController();
  // Of one that was cancelled before it began there is none.
  duration;

  constructor(parent, name, options, fn, kind) {
    this.parent = parent;
    this.root = parent?.root ?? this;
    this.name = name;
    this.fn = fn;
    this.kind = kind;
    this.nesting = parent === null ? -1 : parent.nesting + 1;
    const isTop = parent === null || parent.parent === null;
    this.concurrency = concurrencyOf(options.concurrency, isTop ? 1 : parent.concurrency);
    this.timeout = checkTimeout(options.timeout ?? (kind === "suite" ? undefined : parent?.inheritedTimeout));
    this.inheritedTimeout = this.timeout === Infinity ? parent?.inheritedTimeout : this.timeout;
    checkSignal(options.signal, "options.signal");
    this.outerSignal = options.signal;
    this.skipOption = options.skip ?? (parent?.kind === "suite" && parent.skipOption ? parent.skipOption : undefined);
    this.todo = options.todo ?? (parent?.kind === "suite" ? parent.todo : undefined);
    this.expectFailure = options.expectFailure;
    if (options.plan !== undefined) this.planned = { count: options.plan, seen: 0 };
    this.place = parent === null ? {} : placeOfCaller();
    this.done = Promise.withResolvers();
    this.cancelling = Promise.withResolvers();
    this.cancelling.promise.catch(() => {});
  }

  get signal() {
    return this.#controller.signal;
  }

  get fullName() {
    return this.parent === null || this.parent.parent === null ? this.name : `${this.parent.fullName} > ${this.name}`;
  }

  // --- children ---

  add(name, options, fn, kind) {
    const child = new Test(this, name, options, fn, kind);
    this.children.push(child);
    child.number = this.children.length;
    if (this.finished && this.parent !== null) {
      child.fail(testFailure("test could not be started because its parent finished", "parentAlreadyFinished"));
      child.finish();
      this.failLate(child);
      return child;
    }
    if (kind === "suite") child.collect();
    this.#waiting.push(child);
    if (this.kind !== "suite") this.startWaiting();
    return child;
  }

  // Of a parent that has ended already: nobody else reports the child.
  failLate(child) {
    this.root.lateFailures.push(child);
  }

  startWaiting() {
    while (this.#running < this.concurrency && this.#waiting.length > 0) {
      const child = this.#waiting.shift();
      this.#running++;
      child.run().then(() => {
        this.#running--;
        this.startWaiting();
      });
    }
  }

  // Runs a suite's body, which adds its tests.
  collect() {
    const context = this.context();
    const body = async () => this.skipOption ? undefined : current.run(this, () => this.fn.call(context, context));
    this.collected = body().catch((error) => this.fail(testFailure(error, "testCodeFailure")));
  }

  context() {
    this.contextObject ??= load("node/test/context").contextOf(this);
    return this.contextObject;
  }

  // --- one test ---

  async run() {
    this.started = true;
    const begin = performance.now();
    this.parent.emit("test:dequeue", this.facts());
    this.emit("test:start", this.facts());
    try {
      if (this.kind === "suite") await this.runSuite();
      else await this.runTest();
    } catch (error) {
      this.fail(error?.code === "ERR_TEST_FAILURE" ? error : testFailure(error, "testCodeFailure"));
    }
    this.duration = performance.now() - begin;
    this.finish();
    return this.done.promise;
  }

  async runSuite() {
    await this.collected;
    if (this.skipOption) this.skip(this.skipOption);
    if (this.error === null && !this.skipOption && this.children.length > 0) {
      await this.parent.runBefore();
      try {
        await this.runBefore();
        this.startWaiting();
        await this.childrenDone();
      } catch (error) {
        for (const child of this.children) child.cancel();
        throw error;
      } finally {
        await this.runHooks("after", this);
      }
    } else {
      for (const child of this.children) if (!child.finished) child.cancel();
    }
    this.judgeChildren();
  }

  async runTest() {
    if (this.skipOption) {
      this.skip(this.skipOption);
      return;
    }
    await this.parent.runBefore();
    const chain = this.ancestors();
    let failure;
    try {
      for (const ancestor of chain) await ancestor.runHooks("beforeEach", this);
      await this.runBody();
      this.checkPlan();
    } catch (error) {
      failure = { error };
    }
    if (failure !== undefined) for (const child of this.children) child.cancel();
    else if (this.children.length > 0) await Promise.race([this.childrenDone(), this.cancelling.promise]);
    for (const ancestor of chain.toReversed()) {
      try {
        await ancestor.runHooks("afterEach", this);
      } catch (error) {
        failure ??= { error };
      }
    }
    try {
      await this.runHooks("after", this);
    } catch (error) {
      failure ??= { error };
    }
    if (failure !== undefined) throw failure.error;
    this.judgeChildren();
  }

  // Those whose hooks are run around each test, outermost first.
  ancestors() {
    const list = [];
    for (let test = this.parent; test !== null; test = test.parent) list.unshift(test);
    return list;
  }

  async runBody() {
    if (this.fn === undefined) return;
    if (this.outerSignal?.aborted) {
      this.cancelled = true;
      throw testFailure(this.outerSignal.reason, "testAborted");
    }
    const ended = this.limit(this.timeout, this.outerSignal, (reason) => this.#controller.abort(reason));
    try {
      await Promise.race([this.call(), ended.promise, this.cancelling.promise]);
    } catch (error) {
      if (!this.#accepts(error)) throw error;
      return;
    } finally {
      ended.stop();
    }
    if (this.expectFailure) throw testFailure("test was expected to fail but passed", "expectedFailure");
  }

  // A failure that is expected is what makes the test pass.
  #accepts(error) {
    const { expectFailure } = this;
    if (!expectFailure || error?.failureType === "testTimeoutFailure" || error?.failureType === "cancelledByParent") {
      return false;
    }
    const pattern = expectFailure?.match ?? (typeof expectFailure === "object" ? expectFailure : undefined);
    if (pattern !== undefined && !("label" in Object(expectFailure) && expectFailure.match === undefined)) {
      const cause = error?.code === "ERR_TEST_FAILURE" ? error.cause : error;
      load("node/assert").throws(() => {
        throw cause;
      }, pattern);
    }
    return true;
  }

  call() {
    const context = this.context();
    return current.run(this, () => {
      if (this.fn.length < 2) return (async () => this.fn.call(context, context))();
      return new Promise((resolve, reject) => {
        let returned = false;
        let settle;
        const callback = (error) => {
          if (settle !== undefined) {
            this.fail(testFailure("callback invoked multiple times", "multipleCallbackInvocations"));
            return;
          }
          settle = () => error ? reject(error) : resolve();
          if (returned) settle();
        };
        const result = this.fn.call(context, context, callback);
        returned = true;
        if (typeof result?.then === "function") {
          reject(testFailure("passed a callback but also returned a Promise", "callbackAndPromisePresent"));
        } else {
          settle?.();
        }
      });
    });
  }

  // A promise that rejects when time is up or the signal says so.
  limit(timeout, signal, abort) {
    const { promise, reject } = Promise.withResolvers();
    promise.catch(() => {});
    const { clearTimeout, setTimeout } = load("timers");
    const timer = timeout === Infinity ? undefined : setTimeout(() => {
      const error = testFailure(`test timed out after ${timeout}ms`, "testTimeoutFailure");
      this.cancelled = true;
      reject(error);
      abort(error);
    }, timeout);
    const onAbort = () => {
      this.cancelled = true;
      reject(testFailure(signal.reason ?? new AbortError(), "testAborted"));
      abort(signal.reason);
    };
    if (signal?.aborted) onAbort();
    else signal?.addEventListener("abort", onAbort, { once: true });
    return {
      promise,
      stop() {
        clearTimeout(timer);
        signal?.removeEventListener("abort", onAbort);
      },
    };
  }

  // --- hooks ---

  addHook(name, fn, options = {}) {
    if (typeof fn !== "function") throw invalidArgType("fn", "of type function", fn);
    this.hooks[name].push({ fn, timeout: checkTimeout(options.timeout), signal: options.signal });
  }

  runBefore() {
    if (this.parent === null && this.hooks.before.length === 0) return undefined;
    this.#beforeRan ??= Promise.resolve(this.parent?.runBefore()).then(() => this.runHooks("before", this));
    return this.#beforeRan;
  }

  async runHooks(name, test) {
    for (const { fn, signal, timeout } of this.hooks[name]) {
      const ended = this.limit(timeout, signal, () => {});
      const context = test.context();
      const called = fn.length < 2 ? async () => fn.call(context, context) : () => new Promise((resolve, reject) => {
        fn.call(context, context, (error) => error ? reject(error) : resolve());
      });
      try {
        await Promise.race([current.run(test, called), ended.promise]);
      } catch (error) {
        throw error?.code === "ERR_TEST_FAILURE" ? error : testFailure(error, "hookFailed");
      } finally {
        ended.stop();
      }
    }
  }

  // --- results ---

  plan(count, options = {}) {
    if (this.planned !== null) throw testFailure("cannot set plan more than once", "testCodeFailure");
    this.planned = { count, seen: 0, wait: options.wait };
  }

  checkPlan() {
    if (this.planned === null || this.planned.count === this.planned.seen) return undefined;
    const { count, seen } = this.planned;
    throw testFailure(`plan expected ${count} assertions but received ${seen}`, "testCodeFailure");
  }

  skip(reason) {
    this.skipped = true;
    this.message = typeof reason === "string" ? reason : this.message;
  }

  fail(error) {
    if (this.error !== null) return;
    this.error = error;
    this.passed = false;
  }

  cancel(message = "test did not finish before its parent and was cancelled") {
    if (this.finished) return;
    this.cancelled = true;
    const error = testFailure(message, "cancelledByParent");
    this.fail(error);
    this.cancelling.reject(error);
    for (const child of this.children) child.cancel();
    this.finish();
  }

  judgeChildren() {
    const failed = this.children.filter((child) => !child.passed && !child.todo).length;
    if (failed > 0) this.fail(testFailure(`${failed} subtest${failed > 1 ? "s" : ""} failed`, "subtestsFailed"));
  }

  async childrenDone() {
    for (let at = 0; at < this.children.length; at++) await this.children[at].done.promise;
  }

  finish() {
    if (this.finished) return;
    this.finished = true;
    this.passed = this.error === null;
    this.contextMock?.reset();
    this.root.count(this);
    this.done.resolve();
    this.root.advance();
  }

  // --- reports ---

  facts() {
    return { name: this.name, nesting: this.nesting, testNumber: this.number, type: this.kind, ...this.place };
  }

  get isDue() {
    const { parent } = this;
    return parent === null || (parent.isDue && parent.children[parent.#reported] === this);
  }

  emit(type, data) {
    if (this.isDue) this.root.report(type, data);
    else this.#events.push([type, data]);
  }

  // Reports what has become due.
  advance() {
    for (const [type, data] of this.#events.splice(0)) this.root.report(type, data);
    while (this.#reported < this.children.length) {
      const child = this.children[this.#reported];
      child.advance();
      if (!child.finished) return;
      child.reportResult();
      this.#reported++;
    }
  }

  reportResult() {
    const { children, root } = this;
    if (children.length > 0) {
      root.report("test:plan", { nesting: this.nesting + 1, count: children.length, ...this.place });
    }
    const details = { duration_ms: this.duration, type: this.kind };
    if (this.error !== null) details.error = this.error;
    const data = { ...this.facts(), details };
    if (this.skipped) data.skip = this.message ?? true;
    else if (this.todo) data.todo = typeof this.todo === "string" ? this.todo : true;
    if (this.expectFailure) data.expectFailure = typeof this.expectFailure === "string" ? this.expectFailure : true;
    root.report(this.passed ? "test:pass" : "test:fail", data);
    for (const message of this.diagnostics) {
      root.report("test:diagnostic", { nesting: this.nesting, message, level: "info", ...this.place });
    }
  }
}

return { MAX_TIMEOUT_MS, Test, current, testFailure };
