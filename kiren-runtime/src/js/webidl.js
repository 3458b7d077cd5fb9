"use strict";
// The few pieces of Web IDL that every web class here needs: conversions, and giving classes the shape that
// the standard prescribes (enumerable members, toStringTag, constants).
// https://webidl.spec.whatwg.org/
//
//   describe(Class, { tag, constants })  shapes a class and remembers it as a platform class
//   definePairs(Class, at)   makes a class iterable over pairs
//   isPlatformObject(object)   true for instances of described classes (structuredClone refuses these)
//   required(count, found, what)   throws when a call has too few arguments
//   usv(value) byteString(value, what) dictionary(value, what) integer(value, bits, what, options)
//   finite(value, what) callback(value, what) sequence(value, what)

const platformPrototypes = new Set();

/** Makes members enumerable, sets @@toStringTag and constants, as Web IDL says of every interface. */
function describe(Class, { tag = Class.name, constants, platform = true } = {}) {
  const { prototype } = Class;
  for (const target of [prototype, Class]) {
    for (const key of Object.getOwnPropertyNames(target)) {
      if (key === "constructor" || key === "prototype" || key === "length" || key === "name") continue;
      const descriptor = Object.getOwnPropertyDescriptor(target, key);
      if (!descriptor.configurable || descriptor.enumerable) continue;
      Object.defineProperty(target, key, { ...descriptor, enumerable: true });
    }
  }
  if (constants !== undefined) {
    for (const name in constants) {
      const descriptor = { value: constants[name], enumerable: true };
      Object.defineProperty(Class, name, descriptor);
      Object.defineProperty(prototype, name, descriptor);
    }
  }
  Object.defineProperty(prototype, Symbol.toStringTag, { value: tag, configurable: true });
  if (platform) platformPrototypes.add(prototype);
  return Class;
}

function isPlatformObject(object) {
  for (let p = Object.getPrototypeOf(object); p !== null; p = Object.getPrototypeOf(p)) {
    if (platformPrototypes.has(p)) return true;
  }
  return false;
}

function required(count, found, what) {
  if (found < count) {
    const noun = count === 1 ? "argument" : "arguments";
    throw new TypeError(`${what}: ${count} ${noun} required, but only ${found} present`);
  }
}

function illegalConstructor() {
  throw new TypeError("Illegal constructor");
}

/** What a value looks like in an error message. */
function show(value) {
  if (value === null) return "null";
  switch (typeof value) {
    case "string":
      return JSON.stringify(value.length > 40 ? value.slice(0, 40) + "..." : value);
    case "object":
      return `an instance of ${value.constructor?.name ?? "Object"}`;
    case "function":
      return `function ${value.name}`;
    case "symbol":
      return value.toString();
    case "bigint":
      return `${value}n`;
    default:
      return String(value);
  }
}

/** A DOMString: like String(value), but refuses symbols. */
function string(value) {
  return typeof value === "string" ? value : `${value}`;
}

/** A USVString: no lone surrogates. */
function usv(value) {
  return (typeof value === "string" ? value : `${value}`).toWellFormed();
}

function byteString(value, what) {
  if (typeof value !== "string") value = `${value}`;
  // eslint-disable-next-line no-control-regex
  if (/[^\0-\xff]/.test(value)) {
    throw new TypeError(`${what}: expected characters up to U+00FF, found ${show(value)}`);
  }
  return value;
}

/** Checks that a value can be a dictionary; undefined and null stand for the empty one. */
function dictionary(value, what) {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "object" && typeof value !== "function") {
    throw new TypeError(`${what}: expected an object, found ${show(value)}`);
  }
  return value;
}

/** Web IDL's ConvertToInt for up to 53 bits, signed or not; `enforce` is [EnforceRange], `clamp` [Clamp]. */
function integer(value, bits, what, { signed = false, enforce = false, clamp = false } = {}) {
  let x = Number(value);
  const upper = bits >= 53 ? 2 ** 53 - 1 : signed ? 2 ** (bits - 1) - 1 : 2 ** bits - 1;
  const lower = !signed ? 0 : bits >= 53 ? -(2 ** 53 - 1) : -(2 ** (bits - 1));
  if (enforce) {
    const whole = Math.trunc(x);
    if (!Number.isFinite(x) || whole < lower || whole > upper) {
      throw new TypeError(`${what}: expected an integer from ${lower} to ${upper}, found ${show(value)}`);
    }
    return whole + 0;
  }
  if (Number.isNaN(x)) return 0;
  if (clamp) {
    x = Math.min(Math.max(x, lower), upper);
    const floor = Math.floor(x);
    const rest = x - floor;
    return (rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor) + 0;
  }
  if (!Number.isFinite(x)) return 0;
  x = Math.trunc(x);
  if (bits === 32) return signed ? x | 0 : x >>> 0;
  const modulus = 2 ** bits;
  x %= modulus;
  if (x < 0 && !signed) x += modulus;
  else if (signed && x >= modulus / 2) x -= modulus;
  else if (signed && x < -modulus / 2) x += modulus;
  return x + 0;
}

function finite(value, what) {
  const x = Number(value);
  if (!Number.isFinite(x)) throw new TypeError(`${what}: expected a finite number, found ${show(value)}`);
  return x;
}

function callback(value, what) {
  if (typeof value !== "function") throw new TypeError(`${what}: expected a function, found ${show(value)}`);
  return value;
}

/** The elements of an iterable object, as an array, each converted as it comes. */
function sequence(value, what, convert = undefined) {
  const method = value !== null && (typeof value === "object" || typeof value === "function")
    ? value[Symbol.iterator]
    : undefined;
  if (typeof method !== "function") {
    throw new TypeError(`${what}: expected an iterable, found ${show(value)}`);
  }
  const items = [];
  for (const item of { [Symbol.iterator]: () => method.call(value) }) {
    items.push(convert === undefined ? item : convert(item));
  }
  return items;
}

const IteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));

/**
 * Gives a class `entries`, `keys`, `values`, `forEach` and `@@iterator`, as Web IDL's `iterable<K, V>`.
 * `at(target, index)` is the pair at an index now, or undefined past the end; it brand-checks its target.
 */
function definePairs(Class, at) {
  const tag = `${Class.name} Iterator`;
  class Pairs {
    #target;
    #kind;
    #index = 0;

    constructor(target, kind) {
      this.#target = target;
      this.#kind = kind;
    }

    next() {
      const pair = at(this.#target, this.#index);
      if (pair === undefined) return { value: undefined, done: true };
      this.#index++;
      return { value: this.#kind === 2 ? pair : pair[this.#kind], done: false };
    }
  }
  delete Pairs.prototype.constructor;
  Object.setPrototypeOf(Pairs.prototype, IteratorPrototype);
  describe(Pairs, { tag });

  const methods = {
    entries() {
      at(this, 0);
      return new Pairs(this, 2);
    },
    keys() {
      at(this, 0);
      return new Pairs(this, 0);
    },
    values() {
      at(this, 0);
      return new Pairs(this, 1);
    },
    forEach(visit, thisArg = undefined) {
      at(this, 0);
      required(1, arguments.length, `${Class.name}.forEach`);
      callback(visit, `${Class.name}.forEach`);
      for (let i = 0, pair; (pair = at(this, i)) !== undefined; i++) visit.call(thisArg, pair[1], pair[0], this);
    },
  };
  Object.defineProperties(Class.prototype, Object.getOwnPropertyDescriptors(methods));
  Object.defineProperty(Class.prototype, Symbol.iterator, {
    value: methods.entries,
    configurable: true,
    writable: true,
  });
}

return {
  byteString,
  callback,
  definePairs,
  describe,
  dictionary,
  finite,
  illegalConstructor,
  integer,
  isPlatformObject,
  required,
  sequence,
  show,
  string,
  usv,
};
