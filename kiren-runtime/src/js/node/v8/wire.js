"use strict";
// The format in which V8 writes values (version 15), as bytes: what node:v8 calls serialize and deserialize.
//
// A value is a tag and what belongs to it; numbers are little-endian, lengths are varints. Objects are
// numbered in the order in which they begin, so that one that was there already is a reference.

const { Buffer } = load("node/buffer/class");

const VERSION = 15;
const tag = (char) => char.charCodeAt(0);
const ERRORS = { E: EvalError, R: RangeError, F: ReferenceError, S: SyntaxError, T: TypeError, U: URIError };

class Writer {
  #bytes = new Uint8Array(64);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;
  #ids = new Map();
  /** The serializer: what it says of host objects, shared memory and errors. */
  #owner;
  viewsAreHostObjects = false;

  constructor(owner) {
    this.#owner = owner;
  }

  #reserve(count) {
    if (this.#length + count > this.#bytes.length) {
      const bytes = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + count));
      bytes.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer);
    }
    this.#length += count;
    return this.#length - count;
  }

  byte(value) {
    const at = this.#reserve(1);
    this.#bytes[at] = value;
  }

  varint(value) {
    for (; value >= 0x80; value = Math.floor(value / 128)) this.byte(value % 128 | 0x80);
    this.byte(value);
  }

  double(value) {
    const at = this.#reserve(8);
    this.#view.setFloat64(at, value, true);
  }

  raw(bytes) {
    const at = this.#reserve(bytes.length);
    this.#bytes.set(bytes, at);
  }

  header() {
    this.byte(0xff);
    this.byte(VERSION);
  }

  take() {
    const result = Buffer.from(this.#bytes.slice(0, this.#length).buffer);
    this.#length = 0;
    return result;
  }

  #string(text) {
    if (!/[^\x00-\xff]/.test(text)) {
      this.byte(tag('"'));
      this.varint(text.length);
      this.raw(Buffer.from(text, "latin1"));
      return;
    }
    let width = 1;
    for (let rest = text.length * 2; rest >= 0x80; rest >>>= 7) width++;
    // The units begin at an even place.
    if (this.#length + 1 + width & 1) this.byte(0);
    this.byte(tag("c"));
    this.varint(text.length * 2);
    this.raw(Buffer.from(text, "utf16le"));
  }

  #bigint(value) {
    const negative = value < 0n;
    let rest = negative ? -value : value;
    const digits = [];
    for (; rest > 0n; rest >>= 64n) digits.push(rest & 0xffffffffffffffffn);
    this.varint(digits.length * 8 * 2 + (negative ? 1 : 0));
    for (const digit of digits) {
      const at = this.#reserve(8);
      this.#view.setBigUint64(at, digit, true);
    }
  }

  value(value) {
    switch (typeof value) {
      case "undefined": return this.byte(tag("_"));
      case "boolean": return this.byte(tag(value ? "T" : "F"));
      case "number": return this.#number(value);
      case "string": return this.#string(value);
      case "bigint":
        this.byte(tag("Z"));
        return this.#bigint(value);
      case "object":
        return value === null ? this.byte(tag("0")) : this.#object(value);
    }
    throw this.#owner.failure(`${String(value)} could not be cloned.`);
  }

  #number(value) {
    if (value === (value | 0) && !Object.is(value, -0)) {
      this.byte(tag("I"));
      this.varint((value << 1 ^ value >> 31) >>> 0);
    } else {
      this.byte(tag("N"));
      this.double(value);
    }
  }

  #object(object) {
    const { types } = load("node/util");
    const known = this.#ids.get(object);
    if (known !== undefined) {
      this.byte(tag("^"));
      this.varint(known);
      return;
    }
    if (ArrayBuffer.isView(object) && !this.viewsAreHostObjects) {
      // Its buffer comes first, and has the number before it.
      if (!this.#ids.has(object.buffer)) this.value(object.buffer);
    }
    this.#ids.set(object, this.#ids.size);
    if (ArrayBuffer.isView(object)) return this.viewsAreHostObjects ? this.#host(object) : this.#viewOf(object);
    if (Array.isArray(object)) return this.#array(object);
    if (types.isDate(object)) return this.#tagged("D", () => this.double(Date.prototype.getTime.call(object)));
    if (types.isRegExp(object)) return this.#regexp(object);
    if (types.isMap(object)) return this.#collection(";", ":", [...object].flat(1));
    if (types.isSet(object)) return this.#collection("'", ",", [...object]);
    if (types.isBooleanObject(object)) return this.byte(tag(object.valueOf() ? "y" : "x"));
    if (types.isNumberObject(object)) return this.#tagged("n", () => this.double(object.valueOf()));
    if (types.isBigIntObject(object)) return this.#tagged("z", () => this.#bigint(object.valueOf()));
    if (types.isStringObject(object)) return this.#tagged("s", () => this.#string(object.valueOf()));
    if (types.isArrayBuffer(object)) {
      return this.#tagged("B", () => {
        this.varint(object.byteLength);
        this.raw(new Uint8Array(object));
      });
    }
    if (types.isNativeError(object)) return this.#error(object);
    if (types.isSharedArrayBuffer(object)) {
      const id = this.#owner.sharedId(object);
      return this.#tagged("u", () => this.varint(id));
    }
    if (this.#isForeign(object, types)) {
      throw this.#owner.failure(`#<${object.constructor?.name ?? "Object"}> could not be cloned.`);
    }
    this.byte(tag("o"));
    const count = this.#properties(object, Object.keys(object));
    this.byte(tag("{"));
    this.varint(count);
  }

  #isForeign(object, types) {
    return types.isPromise(object) || types.isWeakMap(object) || types.isWeakSet(object) || types.isProxy(object) ||
      types.isSymbolObject(object) || types.isGeneratorObject(object) || object instanceof WeakRef;
  }

  #tagged(name, write) {
    this.byte(tag(name));
    write();
  }

  #properties(object, keys) {
    let count = 0;
    for (const key of keys) {
      if (!Object.prototype.propertyIsEnumerable.call(object, key)) continue;
      const index = /^(?:0|[1-9]\d{0,9})$/.test(key) && Number(key) < 0xffffffff;
      this.value(index ? Number(key) : key);
      this.value(object[key]);
      count++;
    }
    return count;
  }

  #array(array) {
    const { length } = array;
    const keys = Object.keys(array);
    let elements = 0;
    while (elements < keys.length && keys[elements] === String(elements)) elements++;
    const dense = elements === length;
    this.byte(tag(dense ? "A" : "a"));
    this.varint(length);
    if (dense) for (let i = 0; i < length; i++) this.value(array[i]);
    const count = this.#properties(array, dense ? keys.slice(elements) : keys);
    this.byte(tag(dense ? "$" : "@"));
    this.varint(count);
    this.varint(length);
  }

  #collection(open, close, items) {
    this.byte(tag(open));
    for (const item of items) this.value(item);
    this.byte(tag(close));
    this.varint(items.length);
  }

  #regexp(object) {
    this.byte(tag("R"));
    this.#string(object.source);
    this.varint([..."gimyusdlv"].reduce((bits, flag, at) => object.flags.includes(flag) ? bits | 1 << at : bits, 0));
  }

  #error(error) {
    this.byte(tag("r"));
    for (const [char, Class] of Object.entries(ERRORS)) {
      if (`${error.name}` === Class.name) this.byte(tag(char));
    }
    if (Object.hasOwn(error, "message")) {
      this.byte(tag("m"));
      this.#string(`${error.message}`);
    }
    if (typeof error.stack === "string") {
      this.byte(tag("s"));
      this.#string(error.stack);
    }
    if (Object.hasOwn(error, "cause")) {
      this.byte(tag("c"));
      this.value(error.cause);
    }
    this.byte(tag("."));
  }

  #viewOf(view) {
    const kinds = ["b", "B", "C", "w", "W", "d", "D", "h", "f", "F", "q", "Q", "?"];
    const at = KINDS.findIndex((Class) => Class.name === view[Symbol.toStringTag]);
    this.byte(tag("V"));
    this.byte(tag(kinds[at] ?? "?"));
    this.varint(view.byteOffset);
    this.varint(view.byteLength);
    this.varint(0);
  }

  #host(object) {
    this.byte(tag("\\"));
    this.#owner.writeHost(object);
  }
}

const KINDS = [
  Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float16Array,
  Float32Array,
  Float64Array, BigInt64Array, BigUint64Array, DataView,
];
const KIND_TAGS = "bBCwWdDhfFqQ?";

class Reader {
  #bytes;
  #view;
  #at = 0;
  #objects = [];
  #owner;
  version = 0;

  constructor(bytes, owner) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#owner = owner;
  }

  get position() {
    return this.#at;
  }

  #need(count) {
    if (this.#at + count > this.#bytes.length) throw new Error("Unable to deserialize cloned data.");
    this.#at += count;
    return this.#at - count;
  }

  byte() {
    return this.#bytes[this.#need(1)];
  }

  varint() {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  double() {
    return this.#view.getFloat64(this.#need(8), true);
  }

  raw(count) {
    const at = this.#need(count);
    return this.#bytes.subarray(at, at + count);
  }

  header() {
    if (this.#bytes[0] !== 0xff) {
      throw new Error("Unable to deserialize cloned data due to invalid or unsupported version.");
    }
    this.byte();
    this.version = this.varint();
    if (this.version > VERSION) {
      throw new Error("Unable to deserialize cloned data due to invalid or unsupported version.");
    }
    return true;
  }

  #text(encoding) {
    const bytes = this.raw(this.varint());
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString(encoding);
  }

  #bigint() {
    const bits = this.varint();
    let value = 0n;
    const count = Math.floor(bits / 2) % 2 ** 31;
    const bytes = this.raw(count);
    for (let i = bytes.length - 1; i >= 0; i--) value = value << 8n | BigInt(bytes[i]);
    return bits % 2 === 1 ? -value : value;
  }

  #keep(object) {
    this.#objects.push(object);
    return object;
  }

  // Reads objects that refer to themselves: they are known before their parts are read.
  value() {
    let char;
    do {
      char = String.fromCharCode(this.byte());
    } while (char === "\0");
    const value = this.#tagged(char);
    if (value instanceof ArrayBuffer && this.#bytes[this.#at] === tag("V")) {
      this.#at++;
      return this.#viewOf(value);
    }
    return value;
  }

  #tagged(char) {
    switch (char) {
      case "_": return undefined;
      case "0": return null;
      case "T": return true;
      case "F": return false;
      case "I": {
        const value = this.varint();
        return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
      }
      case "U": return this.varint();
      case "N": return this.double();
      case "Z": return this.#bigint();
      case '"': return this.#text("latin1");
      case "c": return this.#text("utf16le");
      case "S": return this.#text("utf8");
      case "^": return this.#objects[this.varint()];
      case "D": return this.#keep(new Date(this.double()));
      case "y": return this.#keep(new Boolean(true));
      case "x": return this.#keep(new Boolean(false));
      case "n": return this.#keep(new Number(this.double()));
      case "z": return this.#keep(Object(this.#bigint()));
      case "s": return this.#keep(new String(this.value()));
      case "o": return this.#properties(this.#keep({}), "{");
      case "A": return this.#dense();
      case "a": return this.#sparse();
      case ";": return this.#map();
      case "'": return this.#set();
      case "R": return this.#regexp();
      case "B": return this.#keep(this.raw(this.varint()).slice().buffer);
      case "r": return this.#error();
      case "u": return this.#keep(this.#owner.sharedBuffer(this.varint()));
      case "\\": return this.#host();
    }
    throw new Error("Unable to deserialize cloned data.");
  }

  // Until the closing tag; gives the object.
  #properties(object, close) {
    while (this.#bytes[this.#at] !== tag(close)) {
      const key = this.value();
      Object.defineProperty(object, key, { value: this.value(), writable: true, enumerable: true, configurable: true });
    }
    this.#at++;
    this.varint();
    return object;
  }

  #dense() {
    const length = this.varint();
    if (length > this.#bytes.length - this.#at) throw new Error("Unable to deserialize cloned data.");
    const array = this.#keep(new Array(length));
    for (let i = 0; i < length; i++) {
      if (this.#bytes[this.#at] === tag("-")) this.#at++;
      else array[i] = this.value();
    }
    this.#properties(array, "$");
    this.varint();
    return array;
  }

  #sparse() {
    const array = this.#keep([]);
    array.length = this.varint();
    this.#properties(array, "@");
    this.varint();
    return array;
  }

  #map() {
    const map = this.#keep(new Map());
    while (this.#bytes[this.#at] !== tag(":")) map.set(this.value(), this.value());
    this.#at++;
    this.varint();
    return map;
  }

  #set() {
    const set = this.#keep(new Set());
    while (this.#bytes[this.#at] !== tag(",")) set.add(this.value());
    this.#at++;
    this.varint();
    return set;
  }

  #regexp() {
    const at = this.#objects.push(undefined) - 1;
    const source = this.value();
    const bits = this.varint();
    return (this.#objects[at] = new RegExp(source, [..."gimyusdlv"].filter((_, flag) => bits & 1 << flag).join("")));
  }

  #error() {
    const at = this.#objects.push(undefined) - 1;
    let Class = Error;
    const own = {};
    for (;;) {
      const char = String.fromCharCode(this.byte());
      if (char === ".") break;
      if (char === "m") own.message = this.value();
      else if (char === "c") own.cause = this.value();
      else if (char === "s") own.stack = this.value();
      else Class = ERRORS[char] ?? Error;
    }
    const error = new Class();
    delete error.stack;
    for (const [name, value] of Object.entries(own)) {
      Object.defineProperty(error, name, { value, writable: true, enumerable: false, configurable: true });
    }
    return (this.#objects[at] = error);
  }

  #viewOf(buffer) {
    const Class = KINDS[KIND_TAGS.indexOf(String.fromCharCode(this.byte()))];
    const offset = this.varint();
    const length = this.varint();
    if (this.version >= 14) this.varint();
    if (Class === undefined) throw new Error("Unable to deserialize cloned data.");
    return this.#keep(new Class(buffer, offset, length / (Class.BYTES_PER_ELEMENT ?? 1)));
  }

  #host() {
    const at = this.#objects.push(undefined) - 1;
    return (this.#objects[at] = this.#owner.readHost());
  }
}

return { Reader, Writer };
