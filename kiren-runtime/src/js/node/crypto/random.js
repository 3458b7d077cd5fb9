"use strict";
// The random part of node:crypto.

const { checkFunction, invalidArgType, outOfRange } = load("node/errors");
const { Buffer } = load("node/buffer/class");
const { nextTick } = load("task_queue");

const MAX_SIZE = 2 ** 31 - 1;
const MAX_RANGE = 2 ** 48 - 1;

const host = native("crypto");

function randomBytes(size, callback) {
  if (typeof size !== "number") throw invalidArgType("size", "of type number", size);
  if (!(size >= 0 && size <= MAX_SIZE)) throw outOfRange("size", `>= 0 && <= ${MAX_SIZE}`, size);
  if (callback !== undefined) checkFunction(callback, "callback");
  const bytes = Buffer.alloc(size);
  host.fill_random(bytes);
  if (callback === undefined) return bytes;
  nextTick(callback, null, bytes);
  return undefined;
}

function checkPart(value, name, most) {
  if (typeof value !== "number") throw invalidArgType(name, "of type number", value);
  if (Number.isNaN(value) || value > most || value < 0) throw outOfRange(name, `>= 0 && <= ${most}`, value);
}

function randomFillSync(buffer, offset = 0, size = undefined) {
  if (!ArrayBuffer.isView(buffer) && !load("blob").isArrayBuffer(buffer)) {
    throw invalidArgType("buf", "an instance of ArrayBuffer or ArrayBufferView", buffer);
  }
  const unit = buffer.BYTES_PER_ELEMENT ?? 1;
  checkPart(offset, "offset", buffer.byteLength / unit);
  const start = offset * unit;
  const length = size === undefined ? buffer.byteLength - start : size * unit;
  checkPart(length, "size", MAX_SIZE);
  if (start + length > buffer.byteLength) {
    throw outOfRange("size + offset", `<= ${buffer.byteLength}`, length + start);
  }
  host.fill_random(new Uint8Array(buffer.buffer ?? buffer, (buffer.byteOffset ?? 0) + start, length));
  return buffer;
}

function randomFill(buffer, offset, size, callback) {
  if (typeof offset === "function") {
    callback = offset;
    offset = size = undefined;
  } else if (typeof size === "function") {
    callback = size;
    size = undefined;
  }
  checkFunction(callback, "callback");
  randomFillSync(buffer, offset, size);
  nextTick(callback, null, buffer);
}

// A number below `range`, each as likely as the others.
function below(range) {
  const limit = 2 ** 48 - 2 ** 48 % range;
  const bytes = new Uint8Array(6);
  for (;;) {
    host.fill_random(bytes);
    let value = 0;
    for (const byte of bytes) value = value * 256 + byte;
    if (value < limit) return value % range;
  }
}

function randomInt(min, max, callback) {
  const hasMin = max !== undefined && typeof max !== "function";
  if (!hasMin) {
    callback = max;
    max = min;
    min = 0;
  }
  if (callback !== undefined) checkFunction(callback, "callback");
  if (!Number.isSafeInteger(min)) throw invalidArgType("min", "a safe integer", min);
  if (!Number.isSafeInteger(max)) throw invalidArgType("max", "a safe integer", max);
  if (max <= min) throw outOfRange("max", `greater than the value of "min" (${min})`, max);
  const range = max - min;
  if (range > MAX_RANGE) throw outOfRange(hasMin ? "max - min" : "max", `<= ${MAX_RANGE}`, range);
  const number = min + below(range);
  if (callback === undefined) return number;
  nextTick(callback, undefined, number);
  return undefined;
}

function randomUUID(options) {
  if (options !== undefined) {
    if (options === null || typeof options !== "object") throw invalidArgType("options", "of type object", options);
    const { disableEntropyCache } = options;
    if (disableEntropyCache !== undefined && typeof disableEntropyCache !== "boolean") {
      throw invalidArgType("options.disableEntropyCache", "of type boolean", disableEntropyCache);
    }
  }
  return load("crypto").crypto.randomUUID();
}

return { randomBytes, randomFill, randomFillSync, randomInt, randomUUID };
