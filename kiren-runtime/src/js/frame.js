"use strict";
// The frame: what asynchronous work carries along. It has the request's context, and the values of variables (Variable of
// krepis:context, AsyncLocalStorage). To set something is to make another frame the current one; only `forget` changes one.
//
// V8 carries the current frame with every promise reaction and every await. Once this module is loaded, the runtime's own
// queues (ticks, microtasks, timers, immediates) keep it with each callback: a program that never loads it pays nothing.
//
// TC39's proposal-async-context calls it the "async context mapping".

const { get: currentFrame, set: setFrame } = native("async_context");

const NONE = [];

class Frame {
  /**
   * `context` is a Context; or something whose method `context` gives one, or undefined; or undefined.
   * `values` has variables and their values in turn: few, so that a search beats a map.
   */
  constructor(context, values) {
    this.context = context;
    this.values = values;
  }
}

/** The frame of now, or undefined while nothing is carried along. */
function current() {
  return currentFrame();
}

/** Runs `fn` in a frame, and goes back to the present one. */
function inFrame(frame, fn, self, args) {
  const before = currentFrame();
  setFrame(frame);
  try {
    return Reflect.apply(fn, self, args);
  } finally {
    setFrame(before);
  }
}

/** `callback` as it has to be called later: in the frame of now. */
function keepFrame(callback) {
  const frame = currentFrame(); // Also if there is none: another callback may have left its own behind.
  return function (...args) {
    return inFrame(frame, callback, this, args);
  };
}

// Where a callback of a queue threw, until that is reported.
let failed = false;
let failedIn;

/** As keepFrame, for what the runtime calls by itself: nobody catches what it throws. */
function keepFrameInQueue(callback) {
  const frame = currentFrame();
  return function (...args) {
    const before = currentFrame();
    let ended = false;
    setFrame(frame);
    try {
      const result = Reflect.apply(callback, this, args);
      ended = true;
      return result;
    } finally {
      if (!ended) {
        failed = true;
        failedIn = currentFrame();
      }
      setFrame(before);
    }
  };
}

/** Calls `report` with an error that nobody caught, in the frame of the callback that threw it. */
function inFailedFrame(report, ...args) {
  const frame = failed ? failedIn : currentFrame();
  failed = false;
  failedIn = undefined;
  return inFrame(frame, report, undefined, args);
}

/** The value of a variable in the frame of now, or `missing`. */
function valueOf(variable, missing) {
  const frame = currentFrame();
  if (frame === undefined) return missing;
  const { values } = frame;
  for (let i = 0; i < values.length; i += 2) {
    if (values[i] === variable) return values[i + 1];
  }
  return missing;
}

/** The frame of now, but with this value of a variable. */
function withValue(variable, value) {
  const frame = currentFrame();
  if (frame === undefined) return new Frame(undefined, [variable, value]);
  const values = frame.values.slice();
  let at = 0;
  while (at < values.length && values[at] !== variable) at += 2;
  values[at] = variable;
  values[at + 1] = value;
  return new Frame(frame.context, values);
}

/** Takes a variable out of the frame of now, also for what has begun in it already. */
function forget(variable) {
  const frame = currentFrame();
  if (frame === undefined) return;
  // Other frames may have the same array.
  frame.values = frame.values.filter((_, i, all) => all[i & ~1] !== variable);
}

/** The frame of now, but with this context. */
function withContext(context) {
  return new Frame(context, currentFrame()?.values ?? NONE);
}

/** Makes a frame with nothing but a context the current one, at the beginning of a piece of work that comes from outside. */
function enter(context) {
  setFrame(new Frame(context, NONE));
}

/** Leaves it. */
function leave() {
  setFrame(undefined);
}

load("task_queue").setCallbackWrapper(keepFrameInQueue);
load("timers").setCallbackWrapper(keepFrameInQueue);

return {
  current, enter, forget, inFailedFrame, inFrame, keepFrame, keepFrameInQueue, leave, setFrame, valueOf, withContext, withValue,
};
