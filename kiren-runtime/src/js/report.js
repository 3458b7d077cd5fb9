"use strict";
// What happens to an error that nobody caught: listeners of `process` and of globalThis first, then the host ends
// the program with the text of `describe`.

// Promises reported as unhandled, so that a handler added later can be announced.
const reported = new WeakSet();

// Returns true when somebody has handled the error.
function reportUncaught(error, kind = "uncaughtException") {
  const frames = load.loaded("frame");
  return frames === undefined ? tellUncaught(error, kind) : frames.inFailedFrame(tellUncaught, error, kind);
}

function tellUncaught(error, kind) {
  if (dispatchGlobal("error", () => errorEvent(error))) return true;
  const process = load.loaded("process");
  return process !== undefined && process.emitUncaught(error, kind);
}

// `frame` is the one in which the promise was rejected.
function reportRejection(promise, reason, frame) {
  reported.add(promise);
  const frames = load.loaded("frame");
  if (frames === undefined) return tellRejection(promise, reason);
  return frames.inFrame(frame, tellRejection, undefined, [promise, reason]);
}

function tellRejection(promise, reason) {
  if (dispatchGlobal("unhandledrejection", () => rejectionEvent("unhandledrejection", promise, reason))) return true;
  const process = load.loaded("process");
  if (process === undefined) return false;
  return process.emitRejection(reason, promise) || process.emitUncaught(reason, "unhandledRejection");
}

// A handler was added to a promise that had been reported.
function reportHandled(promise) {
  if (!reported.delete(promise)) return;
  // V8 is in the middle of `then`: listeners run after it, and after the handler.
  const { nextTick, queueMicrotask } = load("task_queue");
  queueMicrotask(() => nextTick(announceHandled, promise));
}

function announceHandled(promise) {
  load.loaded("process")?.emitRejectionHandled(promise);
  if (load.loaded("events") === undefined) return;
  dispatchGlobal("rejectionhandled", () => rejectionEvent("rejectionhandled", promise, undefined));
}

// Fires an event at globalThis; true when a listener prevented the default action. Costs nothing while no program
// has touched events.
function dispatchGlobal(type, makeEvent) {
  const events = load.loaded("events");
  if (events === undefined || !events.globalHasListeners(type)) return false;
  return !events.globalTarget.dispatchEvent(makeEvent());
}

function errorEvent(error) {
  const { ErrorEvent } = load("events");
  return new ErrorEvent("error", { error, message: String(error?.message ?? error), cancelable: true });
}

function rejectionEvent(type, promise, reason) {
  const { PromiseRejectionEvent } = load("events");
  return new PromiseRejectionEvent(type, { promise, reason, cancelable: true });
}

// The text for a person: the stack with causes and own properties.
function describe(error) {
  try {
    const { inspect } = load("inspect");
    const colors = native("stdio").colors(2);
    const text = inspect(error, { colors });
    // inspect sets an error without stack frames in brackets; at the head of a report they say nothing.
    return error instanceof Error && text.startsWith("[") ? text.replace(/^\[([^\]]*)\]/, "$1") : text;
  } catch {
    try {
      return String(error?.stack ?? error);
    } catch {
      return "an error that cannot be shown";
    }
  }
}

return { reportUncaught, reportRejection, reportHandled, describe };
