"use strict";
// node:timers/promises: timers to await.

const timers = load("timers");
const { AbortError, checkSignal, coded, invalidArgType } = load("node/errors");

// A promise that `start` settles through its callback; `cancel` undoes it when the signal aborts.
function timed(start, cancel, value, options = {}) {
  try {
    checkOptions(options);
  } catch (error) {
    return Promise.reject(error);
  }
  const { signal, ref = true } = options;
  if (signal?.aborted) return Promise.reject(new AbortError(signal.reason));
  return new Promise((resolve, reject) => {
    const timer = start(() => {
      signal?.removeEventListener("abort", aborted);
      resolve(value);
    });
    const aborted = () => {
      cancel(timer);
      reject(new AbortError(signal.reason));
    };
    if (!ref) timer.unref();
    signal?.addEventListener("abort", aborted, { once: true });
  });
}

function checkOptions(options) {
  if (options === null || typeof options !== "object") throw invalidArgType("options", "of type object", options);
  const { signal, ref } = options;
  checkSignal(signal, "options.signal");
  if (ref !== undefined && typeof ref !== "boolean") throw invalidArgType("options.ref", "of type boolean", ref);
}

function checkDelay(delay) {
  if (delay !== undefined && typeof delay !== "number") throw invalidArgType("delay", "of type number", delay);
}

function setTimeout(delay, value, options) {
  try {
    checkDelay(delay);
  } catch (error) {
    return Promise.reject(error);
  }
  return timed((done) => timers.setTimeout(done, delay), timers.clearTimeout, value, options);
}

function setImmediate(value, options) {
  return timed(timers.setImmediate, timers.clearImmediate, value, options);
}

// One value per interval; intervals that pass while nobody waits are made up for.
async function* setInterval(delay, value, options = {}) {
  checkDelay(delay);
  checkOptions(options);
  const { signal, ref = true } = options;
  if (signal?.aborted) throw new AbortError(signal.reason);
  let due = 0;
  let wake;
  const timer = timers.setInterval(() => {
    due++;
    wake?.();
  }, delay);
  const aborted = () => wake?.();
  if (!ref) timer.unref();
  signal?.addEventListener("abort", aborted, { once: true });
  try {
    for (;;) {
      if (due === 0 && !signal?.aborted) await new Promise((resolve) => (wake = resolve));
      if (signal?.aborted) throw new AbortError(signal.reason);
      for (; due > 0; due--) yield value;
    }
  } finally {
    timers.clearInterval(timer);
    signal?.removeEventListener("abort", aborted);
  }
}

class Scheduler {
  constructor(own) {
    if (own !== Scheduler) throw coded(TypeError, "ERR_ILLEGAL_CONSTRUCTOR", "Illegal constructor");
  }

  wait(delay, options) {
    return setTimeout(delay, undefined, options);
  }

  yield() {
    return setImmediate();
  }
}

const scheduler = new Scheduler(Scheduler);

return { setTimeout, setImmediate, setInterval, scheduler };
