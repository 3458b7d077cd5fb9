"use strict";
// node:async_hooks: AsyncLocalStorage and AsyncResource.
//
// What a storage holds is in a frame: a map from storage to value that is never changed, only replaced. V8 carries
// the frame of the moment along with every promise reaction and await; the runtime's own queues (ticks, microtasks,
// timers, immediates) keep it with each callback once this module is loaded.

const { checkFunction, checkString, invalidArgType } = load("node/errors");
const context = native("async_context");

// The frame of the moment; undefined while no storage holds anything.
const current = () => context.get();
const replace = (frame) => context.set(frame);

// Runs `fn` in a frame, and goes back to the present one.
function inFrame(frame, fn, self, args) {
  const before = current();
  replace(frame);
  try {
    return Reflect.apply(fn, self, args);
  } finally {
    replace(before);
  }
}

// `callback` as it has to be called later: in the frame of now.
function keepFrame(callback) {
  const frame = current();
  return function (...args) {
    return inFrame(frame, callback, this, args);
  };
}

load("task_queue").setCallbackWrapper(keepFrame);
load("timers").setCallbackWrapper(keepFrame);

function withValue(storage, value) {
  const frame = new Map(current());
  frame.set(storage, value);
  return frame;
}

class AsyncLocalStorage {
  #defaultValue;
  #name;

  constructor(options = {}) {
    if (options === null || typeof options !== "object") throw invalidArgType("options", "of type object", options);
    if (options.name !== undefined) checkString(options.name, "options.name");
    this.#defaultValue = options.defaultValue;
    this.#name = options.name ?? "";
  }

  static bind(fn) {
    checkFunction(fn, "fn");
    return keepFrame(fn);
  }

  static snapshot() {
    const frame = current();
    return (fn, ...args) => inFrame(frame, fn, undefined, args);
  }

  get name() {
    return this.#name;
  }

  getStore() {
    const frame = current();
    return frame?.has(this) ? frame.get(this) : this.#defaultValue;
  }

  run(store, callback, ...args) {
    return inFrame(withValue(this, store), callback, null, args);
  }

  exit(callback, ...args) {
    return inFrame(withValue(this, undefined), callback, null, args);
  }

  enterWith(store) {
    replace(withValue(this, store));
  }

  disable() {
    const frame = new Map(current());
    frame.delete(this);
    replace(frame);
  }

  // For `using`: the value holds until the scope's end.
  withScope(store) {
    const before = current();
    replace(withValue(this, store));
    return {
      dispose() {
        replace(before);
      },
      [Symbol.dispose]() {
        replace(before);
      },
    };
  }
}

let lastId = 1;

class AsyncResource {
  #frame;
  #id = ++lastId;
  #triggerId;

  constructor(type, options = {}) {
    checkString(type, "type");
    const triggerId = typeof options === "number" ? options : options?.triggerAsyncId ?? 1;
    if (!Number.isSafeInteger(triggerId) || triggerId < -1) {
      const { coded } = load("node/errors");
      throw coded(RangeError, "ERR_INVALID_ASYNC_ID", `Invalid triggerAsyncId value: ${triggerId}`);
    }
    this.#triggerId = triggerId;
    this.#frame = current();
  }

  runInAsyncScope(fn, thisArg, ...args) {
    return inFrame(this.#frame, fn, thisArg, args);
  }

  emitDestroy() {
    return this;
  }

  asyncId() {
    return this.#id;
  }

  triggerAsyncId() {
    return this.#triggerId;
  }

  bind(fn, thisArg) {
    checkFunction(fn, "fn");
    const resource = this;
    const bound = thisArg === undefined
      ? function (...args) {
        return resource.runInAsyncScope(fn, this, ...args);
      }
      : (...args) => resource.runInAsyncScope(fn, thisArg, ...args);
    Object.defineProperties(bound, {
      length: { value: fn.length, configurable: true, enumerable: false, writable: false },
    });
    return bound;
  }

  static bind(fn, type, thisArg) {
    return new AsyncResource(type || fn.name || "bound-anonymous-fn").bind(fn, thisArg);
  }
}

return { AsyncLocalStorage, AsyncResource };
