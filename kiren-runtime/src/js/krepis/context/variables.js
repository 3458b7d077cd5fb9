"use strict";
// Variable and Snapshot, in the shape of TC39's AsyncContext: https://github.com/tc39/proposal-async-context

const { current, inFrame, keepFrame, valueOf, withValue } = load("frame");

class Variable {
  #name;
  #defaultValue;

  constructor(options = undefined) {
    const { name, defaultValue } = options ?? {};
    this.#name = name === undefined ? "" : `${name}`;
    this.#defaultValue = defaultValue;
  }

  get name() {
    return this.#name;
  }

  /** The value that the nearest `run` around this code gave it, also across awaits, timers and callbacks. */
  get() {
    return valueOf(this, this.#defaultValue);
  }

  run(value, fn, ...args) {
    return inFrame(withValue(this, value), fn, undefined, args);
  }

  get [Symbol.toStringTag]() {
    return "AsyncContext.Variable";
  }
}

/** The values of all variables, and the current context, as they are now. */
class Snapshot {
  #frame = current();

  /** `fn`, as it has to be called later: with the values of now. */
  static wrap(fn) {
    if (typeof fn !== "function") throw new TypeError(`Snapshot.wrap: expected a function, found ${typeof fn}`);
    const wrapped = keepFrame(fn);
    Object.defineProperties(wrapped, {
      name: { value: `wrapped ${fn.name}`, configurable: true },
      length: { value: fn.length, configurable: true },
    });
    return wrapped;
  }

  run(fn, ...args) {
    return inFrame(this.#frame, fn, undefined, args);
  }

  get [Symbol.toStringTag]() {
    return "AsyncContext.Snapshot";
  }
}

return { Snapshot, Variable };
