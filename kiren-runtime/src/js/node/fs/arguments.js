"use strict";
// What the functions of node:fs take, checked and brought into the form that native code takes.

const { constants } = load("node/fs/constants");
const { checkSignal, coded, invalidArgType, invalidArgValue, outOfRange } = load("node/errors");

const { O_APPEND, O_CREAT, O_EXCL, O_RDONLY, O_RDWR, O_SYNC, O_TRUNC, O_WRONLY } = constants;

const FLAGS = {
  __proto__: null,
  r: O_RDONLY, rs: O_RDONLY | O_SYNC, "r+": O_RDWR, "rs+": O_RDWR | O_SYNC,
  w: O_TRUNC | O_CREAT | O_WRONLY, wx: O_TRUNC | O_CREAT | O_WRONLY | O_EXCL,
  "w+": O_TRUNC | O_CREAT | O_RDWR, "wx+": O_TRUNC | O_CREAT | O_RDWR | O_EXCL,
  a: O_APPEND | O_CREAT | O_WRONLY, ax: O_APPEND | O_CREAT | O_WRONLY | O_EXCL,
  as: O_APPEND | O_CREAT | O_WRONLY | O_SYNC, "a+": O_APPEND | O_CREAT | O_RDWR,
  "ax+": O_APPEND | O_CREAT | O_RDWR | O_EXCL, "as+": O_APPEND | O_CREAT | O_RDWR | O_SYNC,
};
for (const [other, name] of [["sr", "rs"], ["sr+", "rs+"], ["xw", "wx"], ["xw+", "wx+"], ["xa", "ax"], ["sa", "as"],
  ["xa+", "ax+"], ["sa+", "as+"]]) FLAGS[other] = FLAGS[name];

const isBytes = native("types").is_uint8_array;

// A path as text or bytes.
function pathOf(value, name = "path") {
  if (typeof value === "string") {
    if (value.includes("\0")) throw nullByte(name, value);
    return value;
  }
  if (isBytes(value)) {
    if (value.includes(0)) throw nullByte(name, value);
    return value;
  }
  if (value?.href !== undefined && value.protocol !== undefined && value.auth === undefined) {
    const path = load("node/url").fileURLToPath(value);
    if (path.includes("\0")) throw nullByte(name, path);
    return path;
  }
  throw invalidArgType(name, "of type string or an instance of Buffer or URL", value);
}

function nullByte(name, value) {
  return invalidArgValue(name, value, "must be a string, Uint8Array, or URL without null bytes");
}

// A path as errors tell it.
function textOf(path) {
  return typeof path === "string" || path === undefined ? path : load("encoding").decode(path, true);
}

function fdOf(value) {
  if (typeof value !== "number") throw invalidArgType("fd", "of type number", value);
  if (!Number.isInteger(value)) throw outOfRange("fd", "an integer", value);
  if (value < 0 || value > 2 ** 31 - 1) throw outOfRange("fd", `>= 0 && <= ${2 ** 31 - 1}`, value, String);
  return value;
}

function flagsOf(value, name = "flags") {
  if (typeof value === "number") {
    return integerOf(value, name, -(2 ** 31), 2 ** 31 - 1);
  }
  if (value === undefined || value === null) return O_RDONLY;
  const flags = FLAGS[value];
  if (flags === undefined) throw invalidArgValue(name, value);
  return flags;
}

function modeOf(value, name, missing) {
  value ??= missing;
  if (typeof value === "string") {
    if (!/^[0-7]+$/.test(value)) {
      throw invalidArgValue(name, value, "must be a 32-bit unsigned integer or an octal string");
    }
    value = Number.parseInt(value, 8);
  }
  return integerOf(value, name, 0, 2 ** 32 - 1);
}

function integerOf(value, name, low = Number.MIN_SAFE_INTEGER, high = Number.MAX_SAFE_INTEGER) {
  if (typeof value !== "number") throw invalidArgType(name, "of type number", value);
  if (!Number.isInteger(value)) throw outOfRange(name, "an integer", value);
  if (value < low || value > high) throw outOfRange(name, `>= ${low} && <= ${high}`, value);
  return value;
}

// The mode of access and copyFile, which has a wording of its own.
function flagBitsOf(value) {
  if (value === undefined || value === null) return 0;
  if (typeof value !== "number" || Number.isNaN(value) || value !== Math.fround(value) && Math.abs(value) >= 2 ** 31) {
    throw coded(TypeError, "ERR_INVALID_ARG_TYPE", "mode must be int32 or null/undefined");
  }
  if (value < 0 || value > 7) throw coded(RangeError, "ERR_OUT_OF_RANGE", "mode is out of range: >= 0 && <= 7");
  return Math.trunc(value);
}

function booleanOf(value, name, missing = false) {
  if (value === undefined) return missing;
  if (typeof value !== "boolean") throw invalidArgType(name, "of type boolean", value);
  return value;
}

// Options may be the name of an encoding.
function optionsOf(options, defaults = {}) {
  if (options === undefined || options === null || typeof options === "function") return defaults;
  if (typeof options === "string") options = { encoding: options };
  else if (typeof options !== "object") throw invalidArgType("options", "one of type string or object", options);
  const { encoding, signal } = options;
  if (encoding !== undefined && encoding !== null && encoding !== "buffer") {
    const { encodingNumber } = load("node/buffer/encodings");
    if (encodingNumber(encoding) === undefined) {
      throw invalidArgValue("encoding", encoding, "is invalid encoding");
    }
  }
  checkSignal(signal, "options.signal");
  const settings = { ...defaults };
  // Also what options inherit.
  for (const name in options) settings[name] = options[name];
  return settings;
}

// Bytes to write, of text or of a view.
function bytesOf(data, encoding, name = "data") {
  if (typeof data === "string") return load("node/buffer/class").Buffer.from(data, encoding || "utf8");
  if (ArrayBuffer.isView(data)) return data;
  throw invalidArgType(name, "of type string or an instance of Buffer, TypedArray, or DataView", data);
}

// Seconds since 1970 of a date, a number or digits.
function secondsOf(time, name = "time") {
  if (typeof time === "string" && !Number.isNaN(+time)) return +time;
  if (Number.isFinite(time)) return time < 0 ? Date.now() / 1000 : time;
  if (native("types").is_date(time)) return Date.prototype.getTime.call(time) / 1000;
  throw invalidArgType(name, "an instance of Date or an Time in seconds", time);
}

function lengthOf(length, name = "len") {
  if (length === undefined) return 0;
  return Math.max(0, integerOf(length, name));
}

return {
  booleanOf, bytesOf, fdOf, flagBitsOf, flagsOf, integerOf, isBytes, lengthOf, modeOf, optionsOf, pathOf, secondsOf, textOf,
};
