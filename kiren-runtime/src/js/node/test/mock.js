"use strict";
// Mocks of node:test: functions that note how they are called, methods and properties that are replaced for a
// while, timers.

const { checkFunction, invalidArgType, invalidArgValue, outOfRange } = load("node/errors");

// What `mock` of a mocked function is.
class MockFunctionContext {
  #calls = [];
  #implementation;
  #once = new Map();
  #restore;
  #times;
  #original;

  constructor(original, implementation, restore, times) {
    this.#original = original;
    this.#implementation = implementation;
    this.#restore = restore;
    this.#times = times;
  }

  get calls() {
    return this.#calls.slice();
  }

  callCount() {
    return this.#calls.length;
  }

  mockImplementation(implementation) {
    checkFunction(implementation, "implementation");
    this.#implementation = implementation;
  }

  mockImplementationOnce(implementation, onCall) {
    checkFunction(implementation, "implementation");
    const call = onCall ?? this.#calls.length;
    checkCount(call, "onCall", this.#calls.length);
    this.#once.set(call, implementation);
  }

  resetCalls() {
    this.#calls = [];
  }

  restore() {
    this.#restore?.();
    this.#implementation = this.#original;
    this.#once.clear();
  }

  // One call of the mocked function.
  static invoke(context, self, args, target) {
    const call = { arguments: args, error: undefined, result: undefined, stack: new Error(), target, this: self };
    const count = context.#calls.length;
    const implementation = context.#once.get(count) ?? context.#implementation;
    context.#once.delete(count);
    if (count + 1 === context.#times) context.restore();
    try {
      call.result = target === undefined
        ? Reflect.apply(implementation, self, args) : Reflect.construct(implementation, args, target);
      if (target !== undefined) call.this = call.result;
      return call.result;
    } catch (error) {
      call.error = error;
      throw error;
    } finally {
      context.#calls.push(call);
    }
  }
}

function checkCount(value, name, least) {
  if (typeof value !== "number") throw invalidArgType(name, "of type number", value);
  if (!Number.isInteger(value)) throw outOfRange(name, "an integer", value);
  if (value < least) throw outOfRange(name, `>= ${least} && <= ${Number.MAX_SAFE_INTEGER}`, value);
}

function mocked(original, implementation, restore, times) {
  const context = new MockFunctionContext(original, implementation, restore, times);
  const fn = new Proxy(original, {
    __proto__: null,
    apply: (_, self, args) => MockFunctionContext.invoke(context, self, args, undefined),
    construct: (target, args, newTarget) =>
      MockFunctionContext.invoke(context, undefined, args, newTarget === fn ? target : newTarget),
    get: (target, key, receiver) => key === "mock" ? context : Reflect.get(target, key, receiver),
  });
  return { context, fn };
}

function checkOptions(options) {
  if (options === null || typeof options !== "object") {
    throw invalidArgType("options", "of type object", options);
  }
  if (options.times !== undefined) checkCount(options.times, "options.times", 1);
}

function findProperty(object, name) {
  for (let holder = object; holder !== null; holder = Object.getPrototypeOf(holder)) {
    const descriptor = Object.getOwnPropertyDescriptor(holder, name);
    if (descriptor !== undefined) return descriptor;
  }
  return undefined;
}

class MockTracker {
  #mocks = [];
  #timers;

  get timers() {
    return (this.#timers ??= new (load("node/test/mock_timers").MockTimers)());
  }

  fn(original = function () {}, implementation = original, options = {}) {
    if (original !== null && typeof original === "object") {
      options = original;
      original = function () {};
      implementation = original;
    } else if (implementation !== null && typeof implementation === "object") {
      options = implementation;
      implementation = original;
    }
    checkFunction(original, "original");
    checkFunction(implementation, "implementation");
    checkOptions(options);
    const { context, fn } = mocked(original, implementation, undefined, options.times);
    this.#mocks.push(context);
    return fn;
  }

  method(object, methodName, implementation, options = {}) {
    if (object === null || (typeof object !== "object" && typeof object !== "function")) {
      throw invalidArgType("object", "of type object", object);
    }
    if (implementation !== null && typeof implementation === "object") {
      options = implementation;
      implementation = undefined;
    }
    checkOptions(options);
    const { getter = false, setter = false, times } = options;
    if (getter && setter) {
      throw invalidArgValue("options.setter", setter, "cannot be used with 'options.getter'");
    }
    const descriptor = findProperty(object, methodName);
    const kind = getter ? "get" : setter ? "set" : "value";
    const original = descriptor?.[kind];
    if (typeof original !== "function") throw invalidArgValue("methodName", original, "must be a method");
    if (implementation !== undefined) checkFunction(implementation, "implementation");
    const own = Object.getOwnPropertyDescriptor(object, methodName);
    const restore = () => {
      if (own === undefined) delete object[methodName];
      else Object.defineProperty(object, methodName, own);
    };
    const { context, fn } = mocked(original, implementation ?? original, restore, times);
    Object.defineProperty(object, methodName, { ...descriptor, configurable: true, [kind]: fn });
    this.#mocks.push(context);
    return fn;
  }

  getter(object, methodName, implementation, options) {
    return this.#accessor("getter", object, methodName, implementation, options);
  }

  setter(object, methodName, implementation, options) {
    return this.#accessor("setter", object, methodName, implementation, options);
  }

  #accessor(kind, object, methodName, implementation, options = {}) {
    if (implementation !== null && typeof implementation === "object") {
      options = implementation;
      implementation = undefined;
    }
    if (options[kind] === false) throw invalidArgValue(`options.${kind}`, false, "cannot be false");
    return this.method(object, methodName, implementation, { ...options, [kind]: true });
  }

  property(object, propertyName, value) {
    const own = Object.getOwnPropertyDescriptor(object, propertyName);
    if (!(propertyName in object)) {
      throw invalidArgValue("propertyName", propertyName, "is not a property of the object");
    }
    const context = new MockPropertyContext(object, propertyName, own, arguments.length > 2 ? value : object[propertyName]);
    this.#mocks.push(context);
    return new Proxy(object, {
      __proto__: null,
      get: (target, key, receiver) => key === "mock" ? context : Reflect.get(target, key, receiver),
    });
  }

  module() {
    throw load("node/absent").notSupported("node:test.mock.module");
  }

  reset() {
    this.restoreAll();
    this.#timers?.reset();
    this.#mocks = [];
  }

  restoreAll() {
    for (const mock of this.#mocks) mock.restore();
  }
}

// What `mock` of an object with a mocked property is.
class MockPropertyContext {
  #accesses = [];
  #object;
  #name;
  #own;
  #value;
  #once = new Map();

  constructor(object, name, own, value) {
    this.#object = object;
    this.#name = name;
    this.#own = own;
    this.#value = value;
    Object.defineProperty(object, name, {
      get: () => this.#access("get", this.#next()),
      set: (next) => this.#set(next),
      enumerable: own?.enumerable ?? true,
      configurable: true,
    });
  }

  #next() {
    const at = this.#accesses.length;
    const value = this.#once.has(at) ? this.#once.get(at) : this.#value;
    this.#once.delete(at);
    return value;
  }

  #access(type, value) {
    this.#accesses.push({ type, value, stack: new Error() });
    return value;
  }

  #set(value) {
    this.#value = this.#once.has(this.#accesses.length) ? this.#next() : value;
    this.#access("set", this.#value);
  }

  get accesses() {
    return this.#accesses.slice();
  }

  accessCount() {
    return this.#accesses.length;
  }

  mockImplementation(value) {
    this.#value = value;
  }

  mockImplementationOnce(value, onAccess = this.#accesses.length) {
    checkCount(onAccess, "onAccess", this.#accesses.length);
    this.#once.set(onAccess, value);
  }

  resetAccesses() {
    this.#accesses = [];
  }

  restore() {
    if (this.#own === undefined) delete this.#object[this.#name];
    else Object.defineProperty(this.#object, this.#name, this.#own);
  }
}

return { MockTracker };
