"use strict";
// Deep equality as node:assert and util.isDeepStrictEqual have it, strict, loose, and partial.

const engine = native("types");
const { own_non_index_properties: nonIndexKeys } = native("inspect");

const STRICT = 0;
const LOOSE = 1;
const PARTIAL = 2;

const isEnumerable = Function.prototype.call.bind(Object.prototype.propertyIsEnumerable);

// One comparison: its kind, and the pairs that are being compared further out.
class Comparison {
  #mode;
  #prototypes;
  #open = [];

  constructor(mode, prototypes = true) {
    this.#mode = mode;
    this.#prototypes = prototypes;
  }

  equal(a, b) {
    if (a === b) return a !== 0 || this.#mode === LOOSE || Object.is(a, b);
    if (this.#mode === LOOSE) {
      if (!isObject(a)) return !isObject(b) && looselyEqual(a, b);
      if (!isObject(b)) return false;
    } else {
      if (!isObject(a)) return typeof a === "number" && Number.isNaN(a) && Number.isNaN(b);
      if (!isObject(b)) return false;
      if (this.#mode === STRICT && this.#prototypes && Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) {
        return false;
      }
    }
    return this.#objects(a, b);
  }

  #objects(a, b) {
    const tag = Object.prototype.toString.call(a);
    if (tag !== Object.prototype.toString.call(b)) return false;
    if (Array.isArray(a)) {
      if (!Array.isArray(b) || (this.#mode !== PARTIAL && a.length !== b.length)) return false;
      if (this.#mode === PARTIAL && b.length > a.length) return false;
      const keys = this.#keys(a, b, true);
      return keys !== undefined && this.#nested(a, b, () => this.#lists(a, b) && this.#values(a, b, keys));
    }
    if (tag === "[object Object]" && !isSpecial(a) && !isSpecial(b)) return this.#plain(a, b);
    if (engine.is_date(a)) {
      if (!engine.is_date(b)) return false;
      const [first, second] = [Date.prototype.getTime.call(a), Date.prototype.getTime.call(b)];
      if (first !== second && !(Number.isNaN(first) && Number.isNaN(second))) return false;
    } else if (engine.is_reg_exp(a)) {
      if (!engine.is_reg_exp(b) || a.source !== b.source || a.flags !== b.flags || a.lastIndex !== b.lastIndex) {
        return false;
      }
    } else if (engine.is_native_error(a) || a instanceof Error) {
      if (!(engine.is_native_error(b) || b instanceof Error)) return false;
      if (a.message !== b.message || a.name !== b.name) return false;
      for (const key of ["cause", "errors"]) {
        const has = Object.hasOwn(b, key);
        if (this.#mode !== PARTIAL && Object.hasOwn(a, key) !== has) return false;
        if (has && !isEnumerable(b, key) && !this.#nested(a, b, () => this.equal(a[key], b[key]))) return false;
      }
    } else if (ArrayBuffer.isView(a)) {
      return this.#views(a, b);
    } else if (engine.is_any_array_buffer(a)) {
      if (!engine.is_any_array_buffer(b) || !sameBytes(new Uint8Array(a), new Uint8Array(b), this.#mode)) return false;
    } else if (engine.is_set(a)) {
      if (!engine.is_set(b) || (this.#mode === PARTIAL ? a.size < b.size : a.size !== b.size)) return false;
      return this.#with(a, b, () => this.#sets(a, b));
    } else if (engine.is_map(a)) {
      if (!engine.is_map(b) || (this.#mode === PARTIAL ? a.size < b.size : a.size !== b.size)) return false;
      return this.#with(a, b, () => this.#maps(a, b));
    } else if (engine.is_boxed_primitive(a)) {
      if (!engine.is_boxed_primitive(b) || !sameBox(a, b)) return false;
    } else if (Array.isArray(b) || isSpecial(b)) {
      return false;
    } else if (engine.is_weak_map(a) || engine.is_weak_set(a) || engine.is_promise(a)) {
      return false;
    }
    return this.#plain(a, b);
  }

  #plain(a, b) {
    return this.#with(a, b, () => true);
  }

  #with(a, b, inner) {
    const keys = this.#keys(a, b, false);
    return keys !== undefined && this.#nested(a, b, () => inner() && this.#values(a, b, keys));
  }

  // The keys to compare, undefined when those of both do not fit.
  #keys(a, b, withoutIndices) {
    const list = (object) => withoutIndices ? nonIndexKeys(object, true).filter(isString) : Object.keys(object);
    const keys = list(b);
    if (this.#mode !== PARTIAL && list(a).length !== keys.length) return undefined;
    for (const key of keys) {
      if (!Object.hasOwn(a, key) || !isEnumerable(a, key)) return undefined;
    }
    if (this.#mode === LOOSE) return keys;
    const symbols = (object) => Object.getOwnPropertySymbols(object).filter((key) => isEnumerable(object, key));
    const wanted = symbols(b);
    if (this.#mode !== PARTIAL && symbols(a).length !== wanted.length) return undefined;
    for (const key of wanted) {
      if (!isEnumerable(a, key)) return undefined;
    }
    return wanted.length === 0 ? keys : [...keys, ...wanted];
  }

  #values(a, b, keys) {
    return keys.every((key) => this.equal(a[key], b[key]));
  }

  // A pair that is met again inside itself is equal as far as the rest is.
  #nested(a, b, compare) {
    const open = this.#open;
    for (let i = open.length - 2; i >= 0; i -= 2) {
      if (open[i] === a || open[i + 1] === b) {
        if (open[i] === a && open[i + 1] === b) return true;
        if (open[i] === a && open[i + 1] !== b && open.indexOf(b) % 2 === 1) return false;
      }
    }
    open.push(a, b);
    const result = compare();
    open.length -= 2;
    return result;
  }

  #lists(a, b) {
    if (this.#mode === PARTIAL) return this.#partialList(a, b);
    for (let i = 0; i < a.length; i++) {
      if (Object.hasOwn(a, i) !== Object.hasOwn(b, i)) return false;
      if (!this.equal(a[i], b[i])) return false;
    }
    return true;
  }

  // What is expected must be there, in order.
  #partialList(a, b) {
    let at = 0;
    for (let i = 0; i < b.length; i++) {
      const fits = (at) => (Object.hasOwn(a, at) || !Object.hasOwn(b, i)) && this.equal(a[at], b[i]);
      while (at < a.length && !fits(at)) at++;
      if (at++ >= a.length) return false;
    }
    return true;
  }

  #views(a, b) {
    if (!ArrayBuffer.isView(b)) return false;
    if (this.#mode === LOOSE && engine.is_typed_array(a) && engine.is_typed_array(b)) {
      if (a.length !== b.length || !a.every((value, i) => value === b[i])) return false;
    } else {
      const floats = engine.is_float32_array(a) || engine.is_float64_array(a) || engine.is_float16_array(a);
      const same = floats && a.length === b.length
        ? a.every((value, i) => Object.is(value, b[i]))
        : sameBytes(bytesOf(a), bytesOf(b), this.#mode);
      if (!same) return false;
    }
    const keys = this.#keys(a, b, engine.is_typed_array(a));
    return keys !== undefined && this.#nested(a, b, () => this.#values(a, b, keys));
  }

  #sets(a, b) {
    const missing = [];
    for (const value of b) {
      if (a.has(value)) continue;
      if (this.#mode !== LOOSE && !isObject(value)) return false;
      missing.push(value);
    }
    if (missing.length === 0) return true;
    const left = [...a].filter((value) => (this.#mode === LOOSE || isObject(value)) && !b.has(value));
    return missing.every((value) => takeFirst(left, (candidate) => this.equal(candidate, value)));
  }

  #maps(a, b) {
    const missing = [];
    for (const [key, value] of b) {
      if (a.has(key)) {
        if (!this.equal(a.get(key), value)) {
          if (this.#mode !== LOOSE) return false;
          missing.push([key, value]);
        }
      } else {
        if (this.#mode !== LOOSE && !isObject(key)) return false;
        missing.push([key, value]);
      }
    }
    if (missing.length === 0) return true;
    const left = [...a].filter(([key]) => (this.#mode === LOOSE || isObject(key)) && !b.has(key));
    return missing.every(([key, value]) =>
      takeFirst(left, ([k, v]) => this.equal(k, key) && this.equal(v, value)));
  }
}

function takeFirst(list, is) {
  const at = list.findIndex(is);
  if (at < 0) return false;
  list.splice(at, 1);
  return true;
}

function isObject(value) {
  return typeof value === "object" && value !== null;
}

function isString(key) {
  return typeof key === "string";
}

function looselyEqual(a, b) {
  // eslint-disable-next-line eqeqeq
  return a == b || (Number.isNaN(a) && Number.isNaN(b));
}

function isSpecial(value) {
  return engine.is_date(value) || engine.is_reg_exp(value) || engine.is_native_error(value) || value instanceof Error ||
    ArrayBuffer.isView(value) || engine.is_any_array_buffer(value) || engine.is_set(value) || engine.is_map(value) ||
    engine.is_boxed_primitive(value);
}

function bytesOf(view) {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

function sameBytes(a, b, mode) {
  if (mode === PARTIAL ? a.length < b.length : a.length !== b.length) return false;
  return b.every((value, i) => value === a[i]);
}

function sameBox(a, b) {
  for (const [is, Class] of [
    ["is_number_object", Number], ["is_string_object", String], ["is_boolean_object", Boolean],
    ["is_big_int_object", BigInt], ["is_symbol_object", Symbol],
  ]) {
    if (!engine[is](a)) continue;
    return engine[is](b) && Object.is(Class.prototype.valueOf.call(a), Class.prototype.valueOf.call(b));
  }
  return false;
}

function isDeepStrictEqual(a, b, options) {
  const skip = options === true || options?.skipPrototype === true;
  return new Comparison(STRICT, !skip).equal(a, b);
}

function isDeepEqual(a, b) {
  return new Comparison(LOOSE).equal(a, b);
}

function isPartiallyEqual(actual, expected) {
  return new Comparison(PARTIAL).equal(actual, expected);
}

return { isDeepEqual, isDeepStrictEqual, isPartiallyEqual };
