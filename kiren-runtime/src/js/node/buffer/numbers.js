"use strict";
// Buffer's readX and writeX: integers of 1 to 8 bytes, floats and doubles, in both byte orders.

const { coded, invalidArgType, outOfRange } = load("node/errors");

function viewOf(buffer) {
  return new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

// The offset of `size` bytes, checked to lie in the buffer.
function checkOffset(buffer, offset, size) {
  if (typeof offset !== "number") throw invalidArgType("offset", "of type number", offset);
  const most = buffer.length - size;
  if (Number.isInteger(offset) && offset >= 0 && offset <= most) return;
  if (!Number.isInteger(offset)) throw outOfRange("offset", "an integer", offset);
  if (most < 0) {
    throw coded(RangeError, "ERR_BUFFER_OUT_OF_BOUNDS", "Attempt to access memory outside buffer bounds");
  }
  throw outOfRange("offset", `>= 0 and <= ${most}`, offset);
}

function checkByteLength(byteLength) {
  if (typeof byteLength !== "number") throw invalidArgType("byteLength", "of type number", byteLength);
  if (!Number.isInteger(byteLength)) throw outOfRange("byteLength", "an integer", byteLength);
  if (byteLength < 1 || byteLength > 6) throw outOfRange("byteLength", ">= 1 and <= 6", byteLength);
}

// A number that is written, checked against what `bits` can hold.
function checkValue(value, low, high, bits, signed) {
  if (value >= low && value <= high) return;
  if (!(value < low || value > high)) return; // NaN and what is no number are written as they convert.
  const suffix = typeof low === "bigint" ? "n" : "";
  let range;
  if (bits > 32) {
    range = signed
      ? `>= -(2${suffix} ** ${bits - 1}${suffix}) and < 2${suffix} ** ${bits - 1}${suffix}`
      : `>= 0${suffix} and < 2${suffix} ** ${bits}${suffix}`;
  } else {
    range = `>= ${low} and <= ${high}`;
  }
  const error = outOfRange("value", range, value);
  const isWhole = typeof value === "bigint" || Number.isInteger(value);
  if (isWhole && Math.abs(Number(value)) > 2 ** 32) {
    // Long numbers are grouped.
    const shown = `${value}`.replace(/\B(?=(\d{3})+(?!\d))/g, "_");
    error.message = error.message.replace(/Received .*$/, `Received ${shown}${suffix}`);
  }
  throw error;
}

const methods = {};

// [name, bytes, DataView's name, least value, greatest value]
const KINDS = [
  ["UInt8", 1, "Uint8", 0, 0xff],
  ["UInt16", 2, "Uint16", 0, 0xffff],
  ["UInt32", 4, "Uint32", 0, 0xffffffff],
  ["Int8", 1, "Int8", -0x80, 0x7f],
  ["Int16", 2, "Int16", -0x8000, 0x7fff],
  ["Int32", 4, "Int32", -0x80000000, 0x7fffffff],
  ["BigUInt64", 8, "BigUint64", 0n, 0xffffffffffffffffn],
  ["BigInt64", 8, "BigInt64", -0x8000000000000000n, 0x7fffffffffffffffn],
  ["Float", 4, "Float32"],
  ["Double", 8, "Float64"],
];

for (const [name, size, type, low, high] of KINDS) {
  const get = DataView.prototype[`get${type}`];
  const set = DataView.prototype[`set${type}`];
  const signed = !name.includes("UInt");
  for (const order of size === 1 ? [""] : ["LE", "BE"]) {
    const little = order !== "BE";
    const read = function (offset = 0) {
      checkOffset(this, offset, size);
      return get.call(viewOf(this), offset, little);
    };
    const write = function (value, offset = 0) {
      if (low !== undefined) {
        if (typeof low !== "bigint") value = +value;
        checkValue(value, low, high, size * 8, signed);
      }
      checkOffset(this, offset, size);
      set.call(viewOf(this), offset, value, little);
      return offset + size;
    };
    add(`read${name}${order}`, read);
    add(`write${name}${order}`, write);
  }
}

function readBytes(buffer, offset, byteLength, little) {
  let value = 0;
  for (let i = 0; i < byteLength; i++) value = value * 256 + buffer[offset + (little ? byteLength - 1 - i : i)];
  return value;
}

function writeBytes(buffer, value, offset, byteLength, little) {
  for (let i = 0; i < byteLength; i++) {
    buffer[offset + (little ? i : byteLength - 1 - i)] = value % 256;
    value = Math.floor(value / 256);
  }
  return offset + byteLength;
}

for (const order of ["LE", "BE"]) {
  const little = order === "LE";
  add(`readUInt${order}`, function (offset, byteLength) {
    if (offset === undefined) throw invalidArgType("offset", "of type number", offset);
    checkByteLength(byteLength);
    checkOffset(this, offset, byteLength);
    return readBytes(this, offset, byteLength, little);
  });
  add(`readInt${order}`, function (offset, byteLength) {
    if (offset === undefined) throw invalidArgType("offset", "of type number", offset);
    checkByteLength(byteLength);
    checkOffset(this, offset, byteLength);
    const value = readBytes(this, offset, byteLength, little);
    return value >= 2 ** (8 * byteLength - 1) ? value - 2 ** (8 * byteLength) : value;
  });
  add(`writeUInt${order}`, function (value, offset, byteLength) {
    checkByteLength(byteLength);
    value = +value;
    checkValue(value, 0, 2 ** (8 * byteLength) - 1, 8 * byteLength, false);
    checkOffset(this, offset, byteLength);
    return writeBytes(this, Math.trunc(value) || 0, offset, byteLength, little);
  });
  add(`writeInt${order}`, function (value, offset, byteLength) {
    checkByteLength(byteLength);
    value = +value;
    const half = 2 ** (8 * byteLength - 1);
    checkValue(value, -half, half - 1, 8 * byteLength, true);
    checkOffset(this, offset, byteLength);
    value = Math.trunc(value) || 0;
    return writeBytes(this, value < 0 ? value + 2 * half : value, offset, byteLength, little);
  });
}

// Each under its name; those of unsigned integers also as `readUint8` for `readUInt8`.
function add(name, method) {
  Object.defineProperty(method, "name", { value: name, configurable: true });
  methods[name] = method;
  if (name.includes("UInt")) methods[name.replace("UInt", "Uint")] = method;
}

return methods;
