"use strict";
// The class Buffer: a Uint8Array that knows encodings. Its numbers are in buffer/numbers.js.

const { checkEncoding, encodingNumber, LATIN1, UTF16, UTF8 } = load("node/buffer/encodings");
const { coded, invalidArgType, invalidArgValue, outOfRange } = load("node/errors");

const codec = native("buffer");

const K_MAX_LENGTH = 2 ** 53 - 1;
const K_STRING_MAX_LENGTH = 2 ** 29 - 24;
const INSPECT = { maxBytes: 50 };

// The class that makes buffers. `Buffer` itself can be called with and without `new`, which a class cannot.
class FastBuffer extends Uint8Array {}

function Buffer(value, encodingOrOffset, length) {
  warnOfConstructor();
  if (typeof value === "number") {
    if (typeof encodingOrOffset === "string") throw invalidArgType("string", "of type string", value);
    return Buffer.alloc(value);
  }
  return Buffer.from(value, encodingOrOffset, length);
}

Object.setPrototypeOf(Buffer, Uint8Array);
Buffer.prototype = FastBuffer.prototype;
Object.defineProperty(FastBuffer.prototype, "constructor", {
  value: Buffer, writable: true, enumerable: false, configurable: true,
});

let warned = false;

function warnOfConstructor() {
  if (warned) return;
  warned = true;
  load("process").process.emitWarning(
    "Buffer() is deprecated due to security and usability issues. Please use the Buffer.alloc(), " +
      "Buffer.allocUnsafe(), or Buffer.from() methods instead.",
    "DeprecationWarning",
    "DEP0005",
  );
}

// --- making ---

// Small buffers share a piece of memory, so that making one is cheap.
let pool;
let poolAt = 0;

function fromPool(length) {
  if (pool === undefined || poolAt + length > pool.byteLength) {
    pool = new ArrayBuffer(Buffer.poolSize);
    poolAt = 0;
  }
  const buffer = new FastBuffer(pool, poolAt, length);
  poolAt = (poolAt + length + 7) & ~7;
  return buffer;
}

function checkSize(size) {
  if (typeof size !== "number") throw invalidArgType("size", "of type number", size);
  if (!(size >= 0 && size <= K_MAX_LENGTH)) throw outOfRange("size", `>= 0 && <= ${K_MAX_LENGTH}`, size);
  return size;
}

function fromString(text, encoding) {
  const number = checkEncoding(encoding);
  if (text.length === 0) return new FastBuffer();
  const size = codec.byte_length(number, text);
  if (size < Buffer.poolSize >>> 1) {
    const buffer = fromPool(size);
    const written = codec.write(number, buffer, text, 0, size);
    return written === size ? buffer : new FastBuffer(buffer.buffer, buffer.byteOffset, written);
  }
  const bytes = codec.encode(number, text);
  return new FastBuffer(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function fromArrayBuffer(memory, offset, length) {
  offset = offset === undefined ? 0 : +offset;
  if (Number.isNaN(offset)) offset = 0;
  const most = memory.byteLength - offset;
  if (most < 0) throw coded(RangeError, "ERR_BUFFER_OUT_OF_BOUNDS", '"offset" is outside of buffer bounds');
  if (length === undefined) return new FastBuffer(memory, offset);
  length = +length;
  if (!(length > 0)) length = 0;
  if (length > most) throw coded(RangeError, "ERR_BUFFER_OUT_OF_BOUNDS", '"length" is outside of buffer bounds');
  return new FastBuffer(memory, offset, length);
}

function fromArrayLike(list) {
  if (!(list.length > 0)) return new FastBuffer();
  const size = Math.trunc(list.length);
  const buffer = size < Buffer.poolSize >>> 1 ? fromPool(size) : new FastBuffer(size);
  if (ArrayBuffer.isView(list)) buffer.set(list);
  else for (let i = 0; i < size; i++) buffer[i] = list[i];
  return buffer;
}

function fromObject(object) {
  if (object.length !== undefined || load("blob").isArrayBuffer(object.buffer)) {
    return typeof object.length === "number" ? fromArrayLike(object) : new FastBuffer();
  }
  if (object.type === "Buffer" && Array.isArray(object.data)) return fromArrayLike(object.data);
  return undefined;
}

const FIRST = "of type string or an instance of Buffer, ArrayBuffer, or Array or an Array-like Object";

const statics = {
  from(value, encodingOrOffset, length) {
    if (typeof value === "string") return fromString(value, encodingOrOffset);
    if (typeof value === "object" && value !== null) {
      if (load("blob").isArrayBuffer(value)) return fromArrayBuffer(value, encodingOrOffset, length);
      const primitive = value.valueOf?.();
      if (primitive !== undefined && primitive !== null && primitive !== value &&
          (typeof primitive === "string" || typeof primitive === "object")) {
        return Buffer.from(primitive, encodingOrOffset, length);
      }
      const buffer = fromObject(value);
      if (buffer !== undefined) return buffer;
      if (typeof value[Symbol.toPrimitive] === "function") {
        const text = value[Symbol.toPrimitive]("string");
        if (typeof text === "string") return fromString(text, encodingOrOffset);
      }
    }
    throw invalidArgType("first argument", FIRST, value);
  },

  of(...items) {
    return fromArrayLike(items);
  },

  alloc(size, fill, encoding) {
    checkSize(size);
    if (fill === undefined || fill === 0 || size === 0) return new FastBuffer(size);
    return fillWith(new FastBuffer(size), fill, 0, size, encoding);
  },

  allocUnsafe(size) {
    checkSize(size);
    return size > 0 && size < Buffer.poolSize >>> 1 ? fromPool(size) : new FastBuffer(size);
  },

  allocUnsafeSlow(size) {
    return new FastBuffer(checkSize(size));
  },

  copyBytesFrom(view, offset, length) {
    if (!native("types").is_typed_array(view)) throw invalidArgType("view", "an instance of TypedArray", view);
    for (const [value, name] of [[offset, "offset"], [length, "length"]]) {
      if (value === undefined) continue;
      if (typeof value !== "number") throw invalidArgType(name, "of type number", value);
      if (!Number.isInteger(value)) throw outOfRange(name, "an integer", value);
      if (value < 0) throw outOfRange(name, `>= 0 && <= ${Number.MAX_SAFE_INTEGER}`, value);
    }
    const from = offset ?? 0;
    const part = view.slice(from, length === undefined ? undefined : from + length);
    return fromArrayLike(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
  },

  isBuffer(value) {
    return value instanceof Buffer;
  },

  isEncoding(name) {
    return typeof name === "string" && name.length > 0 && encodingNumber(name) !== undefined;
  },

  byteLength(value, encoding) {
    if (typeof value === "string") return codec.byte_length(encodingNumber(encoding) ?? UTF8, value);
    if (ArrayBuffer.isView(value) || load("blob").isArrayBuffer(value)) return value.byteLength;
    throw invalidArgType("string", "of type string or an instance of Buffer or ArrayBuffer", value);
  },

  compare(a, b) {
    checkBytes(a, "buf1");
    checkBytes(b, "buf2");
    return codec.compare(a, 0, a.byteLength, b, 0, b.byteLength);
  },

  concat(list, length) {
    if (!Array.isArray(list)) throw invalidArgType("list", "an instance of Array", list);
    if (list.length === 0) return new FastBuffer();
    if (length === undefined) {
      length = 0;
      for (const item of list) length += item.length ?? 0;
    } else {
      checkOffset(length, "length", K_MAX_LENGTH);
    }
    const result = Buffer.allocUnsafe(length);
    let at = 0;
    for (let i = 0; i < list.length; i++) {
      const item = list[i];
      checkBytes(item, `list[${i}]`);
      if (at + item.length > length) {
        result.set(item.subarray(0, length - at), at);
        at = length;
        break;
      }
      result.set(item, at);
      at += item.length;
    }
    if (at < length) result.fill(0, at);
    return result;
  },
};

for (const [name, value] of Object.entries(statics)) {
  Object.defineProperty(Buffer, name, { value, writable: true, enumerable: true, configurable: true });
}
Object.defineProperty(Buffer, "poolSize", { value: 64 * 1024, writable: true, enumerable: true, configurable: true });
Object.defineProperty(Buffer, Symbol.species, { get: () => FastBuffer, configurable: true });

// --- checks ---

function checkBytes(value, name) {
  if (!native("types").is_uint8_array(value)) throw invalidArgType(name, "an instance of Buffer or Uint8Array", value);
}

function checkOffset(value, name, most) {
  if (typeof value !== "number") throw invalidArgType(name, "of type number", value);
  if (!Number.isInteger(value)) throw outOfRange(name, "an integer", value);
  if (value < 0 || value > most) throw outOfRange(name, `>= 0 && <= ${most}`, value);
}

// --- text ---

// A start or end as toString() takes it: anything that is no number is the default.
function bound(value, missing, length) {
  if (value === undefined) return missing;
  value = Math.trunc(value) || 0;
  return value < 0 ? 0 : Math.min(value, length);
}

function toString(encoding, start, end) {
  const { length } = this;
  if (arguments.length === 0) return codec.decode(UTF8, this, 0, length);
  start = bound(start, 0, length);
  end = bound(end, length, length);
  if (end <= start) return "";
  return codec.decode(checkEncoding(encoding), this, start, end);
}

function write(text, offset, length, encoding) {
  if (typeof text !== "string") throw coded(TypeError, "ERR_INVALID_ARG_TYPE", "argument must be a string");
  if (typeof offset === "string") {
    encoding = offset;
    offset = length = undefined;
  } else if (typeof length === "string") {
    encoding = length;
    length = undefined;
  }
  if (offset === undefined) offset = 0;
  else checkOffset(offset, "offset", this.length);
  const left = this.length - offset;
  if (length === undefined) length = left;
  else checkOffset(length, "length", this.length);
  return codec.write(checkEncoding(encoding), this, text, offset, Math.min(length, left));
}

// `utf8Slice`, `hexWrite` and the like, which some packages call.
function textMethods(number) {
  return {
    slice(start = 0, end = this.length) {
      return codec.decode(number, this, start, end);
    },
    write(text, offset = 0, length = this.length - offset) {
      return codec.write(number, this, text, offset, length);
    },
  };
}

// --- search ---

function search(buffer, value, offset, encoding, forward) {
  if (typeof offset === "string") {
    encoding = offset;
    offset = undefined;
  } else if (offset > 0x7fffffff) {
    offset = 0x7fffffff;
  } else if (offset < -0x80000000) {
    offset = -0x80000000;
  }
  offset = offset === null ? 0 : +offset;
  if (Number.isNaN(offset)) offset = forward ? 0 : buffer.length;
  offset = Math.trunc(offset);
  if (offset < 0) {
    offset += buffer.length;
    if (offset < 0) {
      if (!forward) return -1;
      offset = 0;
    }
  }
  if (typeof value === "number") {
    const byte = value & 255;
    const { indexOf, lastIndexOf } = Uint8Array.prototype;
    return forward ? indexOf.call(buffer, byte, offset) : lastIndexOf.call(buffer, byte, offset);
  }
  const number = checkEncoding(encoding);
  if (typeof value === "string") value = codec.encode(number, value);
  else if (!native("types").is_uint8_array(value)) {
    throw invalidArgType("value", "one of type number or string or an instance of Buffer or Uint8Array", value);
  }
  if (value.length === 0) return forward ? Math.min(offset, buffer.length) : Math.min(offset, buffer.length);
  if (forward && offset >= buffer.length) return -1;
  const step = number === UTF16 ? 2 : 1;
  return codec.index_of(buffer, value, Math.min(offset, Math.max(0, buffer.length - (forward ? 0 : 1))), forward, step);
}

// --- filling ---

function fillWith(buffer, value, start, end, encoding) {
  const { fill } = Uint8Array.prototype;
  if (typeof value === "string") {
    const number = checkEncoding(encoding);
    if (value.length === 0) return fill.call(buffer, 0, start, end);
    if (value.length === 1 && (number === UTF8 || number === LATIN1)) {
      const code = value.charCodeAt(0);
      if (code < (number === UTF8 ? 128 : 256)) return fill.call(buffer, code, start, end);
    }
    value = codec.encode(number, value);
    if (value.length === 0) throw invalidArgValue("value", arguments[1]);
  }
  if (typeof value === "number" || typeof value === "boolean" || value === null || typeof value !== "object") {
    return fill.call(buffer, Number(value) & 255, start, end);
  }
  const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (bytes.length === 0) throw invalidArgValue("value", value);
  // The piece that is there is doubled until it is long enough.
  let done = Math.min(bytes.length, end - start);
  if (done <= 0) return buffer;
  buffer.set(bytes.subarray(0, done), start);
  for (; start + done < end; done *= 2) buffer.copyWithin(start + done, start, Math.min(start + done, end - done));
  return buffer;
}

const methods = {
  toString,
  toLocaleString: toString,
  write,

  equals(other) {
    checkBytes(other, "otherBuffer");
    if (other === this) return true;
    return this.byteLength === other.byteLength &&
      codec.compare(this, 0, this.byteLength, other, 0, other.byteLength) === 0;
  },

  compare(target, targetStart = 0, targetEnd = target?.length, start = 0, end = this.length) {
    checkBytes(target, "target");
    checkOffset(targetStart, "targetStart", Number.MAX_SAFE_INTEGER);
    checkOffset(targetEnd, "targetEnd", target.length);
    checkOffset(start, "sourceStart", Number.MAX_SAFE_INTEGER);
    checkOffset(end, "sourceEnd", this.length);
    if (start >= end) return targetStart >= targetEnd ? 0 : -1;
    if (targetStart >= targetEnd) return 1;
    return codec.compare(this, start, end, target, targetStart, targetEnd);
  },

  indexOf(value, offset, encoding) {
    return search(this, value, offset, encoding, true);
  },

  lastIndexOf(value, offset, encoding) {
    return search(this, value, offset, encoding, false);
  },

  includes(value, offset, encoding) {
    return search(this, value, offset, encoding, true) !== -1;
  },

  fill(value, offset, end, encoding) {
    if (typeof value === "string") {
      if (offset === undefined || typeof offset === "string") {
        encoding = offset;
        offset = end = undefined;
      } else if (typeof end === "string") {
        encoding = end;
        end = undefined;
      }
      if (encoding !== undefined && typeof encoding !== "string") {
        throw invalidArgType("encoding", "of type string", encoding);
      }
    }
    if (offset === undefined) offset = 0;
    else checkOffset(offset, "offset", this.length);
    if (end === undefined) end = this.length;
    else checkOffset(end, "end", this.length);
    return offset >= end ? this : fillWith(this, value, offset, end, encoding);
  },

  copy(target, targetStart, start, end) {
    if (!ArrayBuffer.isView(target)) throw invalidArgType("target", "an instance of Buffer or Uint8Array", target);
    targetStart = position(targetStart, "targetStart", 0, Infinity);
    start = position(start, "sourceStart", 0, this.length);
    end = position(end, "sourceEnd", this.length, Infinity);
    if (targetStart >= target.byteLength || start >= end) return 0;
    const count = Math.min(end - start, target.byteLength - targetStart, this.length - start);
    const into = new Uint8Array(target.buffer, target.byteOffset, target.byteLength);
    into.set(Uint8Array.prototype.subarray.call(this, start, start + count), targetStart);
    return count;
  },

  slice(start, end) {
    return this.subarray(start, end);
  },

  subarray(start, end) {
    const { length } = this;
    start = clampIndex(start, 0, length);
    end = clampIndex(end, length, length);
    return new FastBuffer(this.buffer, this.byteOffset + start, Math.max(end - start, 0));
  },

  toJSON() {
    return { type: "Buffer", data: Array.from(this) };
  },

  swap16() {
    return swap(this, 2);
  },

  swap32() {
    return swap(this, 4);
  },

  swap64() {
    return swap(this, 8);
  },
};

function position(value, name, missing, most) {
  if (value === undefined) return missing;
  value = Number.isInteger(value) ? value : Math.trunc(value) || 0;
  if (value < 0 || value > most) throw outOfRange(name, most === Infinity ? ">= 0" : `>= 0 && <= ${most}`, value);
  return value;
}

function clampIndex(index, missing, length) {
  if (index === undefined) return missing;
  index = Math.trunc(+index) || 0;
  return index < 0 ? Math.max(index + length, 0) : Math.min(index, length);
}

function swap(buffer, size) {
  if (buffer.length % size !== 0) {
    throw coded(RangeError, "ERR_INVALID_BUFFER_SIZE", `Buffer size must be a multiple of ${size * 8}-bits`);
  }
  for (let i = 0; i < buffer.length; i += size) Uint8Array.prototype.reverse.call(
    new Uint8Array(buffer.buffer, buffer.byteOffset + i, size));
  return buffer;
}

// <Buffer 68 69>, as it is inspected.
function inspectBuffer(depth, options) {
  const { inspect } = load("inspect");
  const shown = Math.min(INSPECT.maxBytes, this.length);
  const pairs = codec.decode(6, this, 0, shown).match(/../g) ?? [];
  let text = pairs.join(" ");
  const more = this.length - shown;
  if (more > 0) text += ` ... ${more} more byte${more > 1 ? "s" : ""}`;
  const keys = native("inspect").own_non_index_properties(this, !options?.showHidden);
  if (keys.length > 0) {
    const extras = { __proto__: null };
    for (const key of keys) extras[key] = this[key];
    const shownExtras = inspect(extras, { ...options, breakLength: Infinity, compact: true });
    text += `${this.length > 0 ? ", " : ""}${shownExtras.slice(27, -2)}`;
  }
  const name = this.constructor?.name || "Buffer";
  return `<${name} ${text}>`;
}

methods.inspect = inspectBuffer;

define(methods);
define(load("node/buffer/numbers"));
for (const [name, encoding] of Object.entries({
  utf8: 0, ucs2: 1, utf16le: 1, latin1: 2, ascii: 3, base64: 4, base64url: 5, hex: 6,
})) {
  const { slice, write: writeText } = textMethods(encoding);
  define({ [`${name}Slice`]: slice, [`${name}Write`]: writeText });
}
Object.defineProperty(Buffer.prototype, Symbol.for("nodejs.util.inspect.custom"), {
  value: inspectBuffer, writable: true, enumerable: false, configurable: true,
});
for (const [name, of] of [["parent", (buffer) => buffer.buffer], ["offset", (buffer) => buffer.byteOffset]]) {
  Object.defineProperty(Buffer.prototype, name, {
    get() {
      return this instanceof Buffer ? of(this) : undefined;
    },
    enumerable: true,
    configurable: true,
  });
}

function define(members) {
  for (const [name, value] of Object.entries(members)) {
    Object.defineProperty(Buffer.prototype, name, { value, writable: true, enumerable: true, configurable: true });
  }
}

return { Buffer, INSPECT, K_MAX_LENGTH, K_STRING_MAX_LENGTH };
