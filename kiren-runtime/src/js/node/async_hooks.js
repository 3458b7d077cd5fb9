"use strict";
// node:async_hooks: AsyncLocalStorage and AsyncResource; createHook and ids are in async_hooks/hooks.js.
//
// What a storage holds is a value in the frame of the moment: see frame.js.

const { current, forget, inFrame, keepFrame, setFrame, valueOf, withValue } = load("frame");
const { checkFunction, checkString, invalidArgType } = load("node/errors");

class AsyncLocalStorage {
  #defaultValue;
  #name;

  constructor(options = {}) {
    if (options === null || typeof options !== "object") {
      throw invalidArgType("options", "of type object", options);
    }
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
    return valueOf(this, this.#defaultValue);
  }

  run(store, callback, ...args) {
    return inFrame(withValue(this, store), callback, null, args);
  }

  exit(callback, ...args) {
    return inFrame(withValue(this, undefined), callback, null, args);
  }

  enterWith(store) {
    setFrame(withValue(this, store));
  }

  disable() {
    forget(this);
  }

  // For `using`: the value holds until the scope's end.
  withScope(store) {
    const before = current();
    setFrame(withValue(this, store));
    return {
      dispose() {
        setFrame(before);
      },
      [Symbol.dispose]() {
        setFrame(before);
      },
    };
  }
}

const hooks = load("node/async_hooks/hooks");

class AsyncResource {
  #frame;
  #work;

  constructor(type, options = {}) {
    checkString(type, "type");
    const triggerId = typeof options === "number" ? options : options?.triggerAsyncId;
    if (triggerId !== undefined && (!Number.isSafeInteger(triggerId) || triggerId < -1)) {
      const { coded } = load("node/errors");
      throw coded(RangeError, "ERR_INVALID_ASYNC_ID", `Invalid triggerAsyncId value: ${triggerId}`);
    }
    this.#work = hooks.begin(type, this, triggerId);
    this.#frame = current();
  }

  runInAsyncScope(fn, thisArg, ...args) {
    return inFrame(this.#frame, hooks.runAs, undefined, [this.#work, fn, thisArg, args]);
  }

  emitDestroy() {
    hooks.end(this.#work.id);
    return this;
  }

  asyncId() {
    return this.#work.id;
  }

  triggerAsyncId() {
    return this.#work.trigger;
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

const { createHook, executionAsyncId, executionAsyncResource, triggerAsyncId } = hooks;

// The kinds of work that hooks are told of.
const asyncWrapProviders = Object.freeze({
  __proto__: null, NONE: 0, PROMISE: 27, Timeout: 45, Immediate: 46, TickObject: 47,
});

return {
  AsyncLocalStorage, AsyncResource, asyncWrapProviders, createHook, executionAsyncId, executionAsyncResource,
  triggerAsyncId,
};
