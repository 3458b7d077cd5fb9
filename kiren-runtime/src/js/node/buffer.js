"use strict";
// node:buffer: Buffer, and beside it the web's Blob, File, atob and btoa.

const { Buffer, INSPECT, K_MAX_LENGTH, K_STRING_MAX_LENGTH } = load("node/buffer/class");
const { invalidArgType } = load("node/errors");

function checkInput(input) {
  if (!ArrayBuffer.isView(input) && !load("blob").isArrayBuffer(input)) {
    throw invalidArgType("input", "an instance of ArrayBuffer, Buffer, or TypedArray", input);
  }
  return input;
}

function isAscii(input) {
  return native("buffer").is_ascii(checkInput(input));
}

function isUtf8(input) {
  return native("buffer").is_utf8(checkInput(input));
}

const constants = Object.defineProperties({}, {
  MAX_LENGTH: { value: K_MAX_LENGTH, enumerable: true },
  MAX_STRING_LENGTH: { value: K_STRING_MAX_LENGTH, enumerable: true },
});

const { Blob, File } = load("blob");
const { atob, btoa } = load("encoding");

const buffer = {
  Buffer, constants, kMaxLength: K_MAX_LENGTH, kStringMaxLength: K_STRING_MAX_LENGTH, Blob, File, atob, btoa,
  isAscii, isUtf8,
};

Object.defineProperty(buffer, "INSPECT_MAX_BYTES", {
  get: () => INSPECT.maxBytes,
  set(value) {
    if (typeof value !== "number") throw invalidArgType("INSPECT_MAX_BYTES", "of type number", value);
    if (!(value >= 0)) throw load("node/errors").outOfRange("INSPECT_MAX_BYTES", ">= 0", value);
    INSPECT.maxBytes = value;
  },
  enumerable: true,
  configurable: true,
});

return buffer;
