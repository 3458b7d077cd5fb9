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

// From one encoding to another; what the other cannot say is "?".
function transcode(source, from, to) {
  if (!(source instanceof Uint8Array)) throw invalidArgType("source", "an instance of Buffer or Uint8Array", source);
  if (source.length === 0) return Buffer.alloc(0);
  const { encodingName } = load("node/buffer/encodings");
  const [fromName, toName] = [from, to].map((name) => encodingName(name));
  for (const name of [fromName, toName]) {
    if (["utf8", "utf16le", "latin1", "ascii"].includes(name)) continue;
    const error = new Error("Unable to transcode Buffer [U_ILLEGAL_ARGUMENT_ERROR]");
    error.code = "U_ILLEGAL_ARGUMENT_ERROR";
    error.errno = 1;
    throw error;
  }
  const text = Buffer.from(source.buffer, source.byteOffset, source.length).toString(fromName);
  const most = toName === "latin1" ? 0xff : toName === "ascii" ? 0x7f : 0x10ffff;
  const said = most === 0x10ffff ? text : Array.from(text, (char) => char.codePointAt(0) > most ? "?" : char).join("");
  return Buffer.from(said, toName);
}

// URL.createObjectURL is not there: no blob has a URL.
function resolveObjectURL() {
  return undefined;
}

const constants = Object.defineProperties({}, {
  MAX_LENGTH: { value: K_MAX_LENGTH, enumerable: true },
  MAX_STRING_LENGTH: { value: K_STRING_MAX_LENGTH, enumerable: true },
});

const { Blob, File } = load("blob");
const { atob, btoa } = load("encoding");

const buffer = {
  Buffer, constants, kMaxLength: K_MAX_LENGTH, kStringMaxLength: K_STRING_MAX_LENGTH, Blob, File, atob, btoa,
  isAscii, isUtf8, resolveObjectURL, transcode,
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
