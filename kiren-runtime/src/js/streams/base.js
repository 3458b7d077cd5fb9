"use strict";
// What every stream file shares: promises that user code cannot intercept, and the Web IDL conversions.
// Spec: https://webidl.spec.whatwg.org (promises, dictionaries, enforced ranges, interface objects).
//
// Public objects are thin: each holds its internal object in a private field, and all algorithms work on the internal
// ones. `ADOPT` is the token by which an internal object is given its public face: `new ReadableStream(ADOPT, state)`.

const { apply, ownKeys, defineProperty, getOwnPropertyDescriptor } = Reflect;
const promiseThen = Promise.prototype.then;
const promiseResolve = Promise.resolve;
const promiseReject = Promise.reject;
const NativePromise = Promise;
const { trunc } = Math;
const { MAX_SAFE_INTEGER } = Number;

const ADOPT = Object.freeze({ __proto__: null });

function noop() {}

const RESOLVED = Promise.resolve();

function then(promise, onFulfilled, onRejected) {
  return apply(promiseThen, promise, [onFulfilled, onRejected]);
}

function resolved(value) {
  return apply(promiseResolve, NativePromise, [value]);
}

function rejected(reason) {
  return apply(promiseReject, NativePromise, [reason]);
}

function markHandled(promise) {
  then(promise, undefined, noop);
}

function isObject(value) {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

/// The result of a callback as Web IDL converts it: a promise is wrapped in another, which takes two turns more than a
/// plain value. What happens once in a stream's life (start, close, abort, cancel, flush) goes through here; what
/// happens for each chunk uses the promise that the callback returned.
function wrapped(result) {
  if (!isObject(result)) return RESOLVED;
  const wrapper = new Deferred();
  wrapper.resolve(result);
  return wrapper.promise;
}

function queueTask(callback) {
  then(RESOLVED, callback);
}

let capturedResolve;
let capturedReject;
function capture(resolve, reject) {
  capturedResolve = resolve;
  capturedReject = reject;
}

class Deferred {
  constructor() {
    this.promise = new NativePromise(capture);
    this.resolve = capturedResolve;
    this.reject = capturedReject;
  }
}

const PENDING = 0;
const FULFILLED = 1;
const REJECTED = 2;

/// A promise for undefined that is only made when somebody asks for it. Its rejection is always handled.
class LazyPromise {
  constructor() {
    this.state = PENDING;
    this.reason = undefined;
    this.deferred = null;
  }

  static fulfilled() {
    const lazy = new LazyPromise();
    lazy.state = FULFILLED;
    return lazy;
  }

  static rejected(reason) {
    const lazy = new LazyPromise();
    lazy.state = REJECTED;
    lazy.reason = reason;
    return lazy;
  }

  get pending() {
    return this.state === PENDING;
  }

  get promise() {
    if (this.deferred === null) {
      this.deferred = new Deferred();
      if (this.state === FULFILLED) {
        this.deferred.resolve(undefined);
      } else if (this.state === REJECTED) {
        this.deferred.reject(this.reason);
        markHandled(this.deferred.promise);
      }
    }
    return this.deferred.promise;
  }

  resolve() {
    if (this.state !== PENDING) return;
    this.state = FULFILLED;
    if (this.deferred !== null) this.deferred.resolve(undefined);
  }

  reject(reason) {
    if (this.state !== PENDING) return;
    this.state = REJECTED;
    this.reason = reason;
    if (this.deferred !== null) {
      this.deferred.reject(reason);
      markHandled(this.deferred.promise);
    }
  }
}

function describe(value) {
  if (value === null) return "null";
  if (typeof value === "string") return `"${value}"`;
  if (typeof value === "function") return `function ${value.name}`;
  if (typeof value === "symbol") return "a symbol";
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "object") {
    const name = value.constructor?.name;
    return typeof name === "string" && name !== "" ? `an instance of ${name}` : "an object";
  }
  return `${value}`;
}

function invalidThis(name) {
  return new TypeError(`Value of "this" must be of type ${name}`);
}

function invalidArgument(name, expected, found) {
  return new TypeError(`${name} must be ${expected}, received ${describe(found)}`);
}

function required(count, least, what) {
  if (count < least) {
    throw new TypeError(`${what}: ${least} argument${least === 1 ? "" : "s"} required, but only ${count} present`);
  }
}

/// A Web IDL dictionary: undefined and null stand for the empty one.
function toDictionary(value, name) {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw invalidArgument(name, "an object", value);
  return value;
}

/// A callback member of a dictionary.
function toCallback(dictionary, member, name) {
  const value = dictionary[member];
  if (value === undefined) return undefined;
  if (typeof value !== "function") throw invalidArgument(`${name}.${member}`, "a function", value);
  return value;
}

/// [EnforceRange] unsigned long long.
function toUnsigned(value, name) {
  const number = +value;
  const integer = trunc(number);
  if (!(integer >= 0 && integer <= MAX_SAFE_INTEGER)) {
    throw new TypeError(`${name} must be an integer from 0 to ${MAX_SAFE_INTEGER}, received ${describe(value)}`);
  }
  return integer === 0 ? 0 : integer;
}

/// A QueuingStrategy, read in the order of Web IDL. Both members may be undefined.
function toStrategy(value, name) {
  const dictionary = toDictionary(value, name);
  if (dictionary === undefined) return { highWaterMark: undefined, size: undefined };
  let highWaterMark = dictionary.highWaterMark;
  if (highWaterMark !== undefined) highWaterMark = +highWaterMark;
  const size = toCallback(dictionary, "size", name);
  return { highWaterMark, size };
}

function highWaterMarkOf(strategy, fallback) {
  const mark = strategy.highWaterMark;
  if (mark === undefined) return fallback;
  if (mark !== mark || mark < 0) {
    throw new RangeError(`highWaterMark must be a non-negative number, received ${mark}`);
  }
  return mark;
}

/// Gives a class the property attributes of a Web IDL interface object.
function defineInterface(Class, name) {
  for (const target of [Class, Class.prototype]) {
    for (const key of ownKeys(target)) {
      if (typeof key !== "string" || key === "constructor" || key === "prototype" || key === "length" || key === "name") {
        continue;
      }
      const descriptor = getOwnPropertyDescriptor(target, key);
      descriptor.enumerable = true;
      defineProperty(target, key, descriptor);
    }
  }
  defineProperty(Class.prototype, Symbol.toStringTag, { value: name, configurable: true });
}

return {
  ADOPT,
  Deferred,
  LazyPromise,
  RESOLVED,
  apply,
  defineInterface,
  describe,
  highWaterMarkOf,
  invalidArgument,
  invalidThis,
  isObject,
  markHandled,
  noop,
  queueTask,
  rejected,
  required,
  resolved,
  then,
  toCallback,
  toDictionary,
  toStrategy,
  toUnsigned,
  wrapped,
};
