"use strict";
// The encodings of node:buffer by name, as the numbers that ext/buffer.rs knows them by.

const NUMBERS = {
  __proto__: null,
  utf8: 0, "utf-8": 0, ucs2: 1, "ucs-2": 1, utf16le: 1, "utf-16le": 1, latin1: 2, binary: 2, ascii: 3, base64: 4,
  base64url: 5, hex: 6,
};

const NAMES = ["utf8", "utf16le", "latin1", "ascii", "base64", "base64url", "hex"];

const UTF8 = 0;
const UTF16 = 1;
const LATIN1 = 2;

// The number of an encoding, undefined for what is none.
function encodingNumber(name) {
  if (name === undefined || name === null || name === "") return UTF8;
  return NUMBERS[name] ?? (typeof name === "string" ? NUMBERS[name.toLowerCase()] : undefined);
}

function checkEncoding(name) {
  const number = encodingNumber(name);
  if (number !== undefined) return number;
  const { coded } = load("node/errors");
  throw coded(TypeError, "ERR_UNKNOWN_ENCODING", `Unknown encoding: ${name}`);
}

// The usual name of an encoding, undefined for what is none.
function encodingName(name) {
  const number = encodingNumber(name);
  return number === undefined ? undefined : NAMES[number];
}

return { LATIN1, UTF16, UTF8, checkEncoding, encodingName, encodingNumber };
