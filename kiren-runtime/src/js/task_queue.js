"use strict";
// process.nextTick and queueMicrotask. After every callback from the host all ticks run, then all microtasks, and
// again, until both queues are empty.

let ticks = [];
let head = 0;

// Wraps what is to be called later, once a program uses node:async_hooks.
let wrap = null;

function setCallbackWrapper(wrapper) {
  wrap = wrapper;
}

function nextTick(callback, ...args) {
  if (typeof callback !== "function") {
    throw codedTypeError("ERR_INVALID_ARG_TYPE", `The "callback" argument must be of type function. Received ${typeof callback}`);
  }
  if (ticks.length === 0) native("tasks").set_has_ticks(true);
  ticks.push(wrap === null ? callback : wrap(callback, "TickObject"), args);
}

// Called by the host while ticks wait. A tick that throws leaves the rest queued; the host calls again.
function runTicks() {
  const { run_microtasks, set_has_ticks } = native("tasks");
  do {
    while (head < ticks.length) {
      const callback = ticks[head];
      const args = ticks[head + 1];
      ticks[head] = ticks[head + 1] = undefined;
      head += 2;
      callback(...args);
    }
    ticks.length = head = 0;
    run_microtasks();
  } while (ticks.length > 0);
  set_has_ticks(false);
}

function queueMicrotask(callback) {
  if (typeof callback !== "function") {
    throw codedTypeError("ERR_INVALID_ARG_TYPE", `The "callback" argument must be of type function. Received ${typeof callback}`);
  }
  if (wrap !== null) callback = wrap(callback, "Microtask");
  native("tasks").enqueue_microtask(() => {
    try {
      callback();
    } catch (error) {
      native("tasks").report_uncaught(error);
    }
  });
}

function codedTypeError(code, message) {
  const error = new TypeError(message);
  error.code = code;
  return error;
}

return { nextTick, runTicks, queueMicrotask, codedTypeError, setCallbackWrapper };
