"use strict";
// The three forms of an operation of fs/operations.js: now, for a callback, for a promise.

const { errorName, uvException } = load("node/system_errors");
const { AbortError, checkFunction, coded } = load("node/errors");
const { nextTick } = load("task_queue");

const host = native("fs");

// What a call's native answer means.
function finish(call, answer, path) {
  if (typeof answer === "number" && answer < 0) {
    const name = errorName(answer);
    if (call.ignore !== undefined && name in call.ignore) return call.ignore[name];
    throw name === call.readError ? uvException(answer, "read", path) : uvException(answer, call.syscall, call.path, call.dest);
  }
  if (typeof answer === "bigint") {
    throw coded(RangeError, "ERR_FS_FILE_TOO_LARGE", `File size (${answer}) is greater than 2 GiB`);
  }
  return call.convert === undefined ? answer : call.convert(answer);
}

function isSteps(work) {
  return typeof work.next === "function";
}

function runCall(call) {
  return finish(call, call.args === undefined ? undefined : host.run(...call.args));
}

async function startCall(call) {
  const answer = call.args === undefined ? undefined : await host.start(...call.args);
  // Of a folder that cannot be read only this form tells the path.
  return finish(call, answer, call.path);
}

// Runs an operation to its end.
function runNow(work) {
  if (!isSteps(work)) return runCall(work);
  let step = work.next();
  while (!step.done) {
    let answer;
    try {
      answer = runCall(step.value);
    } catch (error) {
      step = work.throw(error);
      continue;
    }
    step = work.next(answer);
  }
  return step.value;
}

// Steps may also be promises, of what a program's own function gives.
async function runLater(work, signal) {
  if (!isSteps(work)) {
    const value = await startCall(work);
    checkAborted(signal);
    return value;
  }
  let step = work.next();
  let isGivenUp = false;
  while (!step.done) {
    let answer;
    try {
      // What is given up may still have something to close.
      if (!isGivenUp && signal?.aborted) {
        isGivenUp = true;
        checkAborted(signal);
      }
      answer = typeof step.value.then === "function" ? await step.value : await startCall(step.value);
    } catch (error) {
      step = work.throw(error);
      continue;
    }
    step = work.next(answer);
  }
  return step.value;
}

function checkAborted(signal) {
  if (signal?.aborted) throw new AbortError(signal.reason);
}

// Generators check their arguments only when they begin: the first step is taken at once.
function begin(operation, args) {
  const work = operation(...args);
  if (!isSteps(work)) return work;
  const first = work.next();
  return {
    next(answer) {
      if (!this.begun) {
        this.begun = true;
        return first;
      }
      return work.next(answer);
    },
    throw: (error) => work.throw(error),
    begun: false,
  };
}

function signalOf(args) {
  const last = args.at(-1);
  return last !== null && typeof last === "object" ? last.signal : undefined;
}

function syncForm(operation, name) {
  return { [name](...args) {
    return runNow(operation(...args));
  } }[name];
}

function promiseForm(operation, name) {
  return { async [name](...args) {
    const signal = signalOf(args);
    checkAborted(signal);
    // Awaited, so that an error's stack tells who waits for it.
    return await runLater(begin(operation, args), signal);
  } }[name];
}

// Where other arguments are looked at before the callback is missed.
const CHECKED_FIRST = new Set(["close", "fchmod", "fchown", "ftruncate", "futimes", "lchown", "read", "readv", "truncate",
  "write", "writev"]);

// `give(callback, value, args)` calls back when there is more to tell than a value.
function callbackForm(operation, name, give) {
  return { [name](...args) {
    // Where fewer are given than could be, it is the callback that is missing.
    const callback = typeof args.at(-1) === "function" || args.length > operation.length ? args.pop() : undefined;
    if (callback === undefined && CHECKED_FIRST.has(name)) begin(operation, args);
    checkFunction(callback, "cb");
    const signal = signalOf(args);
    if (signal?.aborted) {
      nextTick(callback, new AbortError(signal.reason));
      return;
    }
    runLater(begin(operation, args), signal).then((value) => {
      if (give !== undefined) nextTick(give, callback, value, args);
      else if (value === undefined) nextTick(callback, null);
      else nextTick(callback, null, value);
    }, (error) => nextTick(callback, error));
  } }[name];
}

return { callbackForm, checkAborted, promiseForm, runLater, runNow, syncForm };
