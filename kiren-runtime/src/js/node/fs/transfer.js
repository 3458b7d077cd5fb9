"use strict";
// Reading and writing open files: the forms of arguments that read and write take, and doing either part by part.

const { Call, onFile, onPath } = load("node/fs/call");
const { integerOf } = load("node/fs/arguments");
const { invalidArgType, invalidArgValue, outOfRange } = load("node/errors");
const { Buffer } = load("node/buffer/class");

// The arguments of read: (buffer, offset, length, position) or an object of them.
function readInto(fd, buffer, offset, length, position) {
  if (!ArrayBuffer.isView(buffer)) {
    throw invalidArgType("buffer", "an instance of Buffer, TypedArray, or DataView", buffer);
  }
  if (Array.isArray(offset)) throw invalidArgType("options", "of type object", offset);
  if (offset !== null && typeof offset === "object") {
    ({ offset = 0, length = buffer.byteLength - offset, position = null } = offset);
  } else if (length === undefined && position === undefined) {
    if (offset !== undefined && offset !== null) throw invalidArgType("options", "of type object", offset);
    length = buffer.byteLength;
  }
  offset = offset === undefined || offset === null ? 0 : integerOf(offset, "offset", 0);
  length |= 0;
  if (length === 0) return new Call(undefined, "read", undefined, undefined, () => 0);
  if (buffer.byteLength === 0) {
    throw invalidArgValue("buffer", buffer, "is empty and cannot be written");
  }
  checkLength(offset, length, buffer.byteLength);
  const at = position === undefined || position === null ? -1 : positionOf(position, length);
  return onFile("read", "read", fd, [length, at], (bytes) => {
    new Uint8Array(buffer.buffer, buffer.byteOffset + offset, length).set(bytes);
    return bytes.length;
  });
}

function checkLength(offset, length, whole) {
  if (length < 0) throw outOfRange("length", ">= 0", length);
  if (length > whole - offset) throw outOfRange("length", `<= ${whole - offset}`, length);
}

function positionOf(position, length) {
  if (typeof position === "number") return integerOf(position, "position", -1);
  if (typeof position !== "bigint") throw invalidArgType("position", "of type bigint or integer", position);
  const highest = 2n ** 63n - 1n - BigInt(length);
  if (position < -1n || position > highest) throw outOfRange("position", `>= -1 && <= ${highest}`, position);
  return position;
}

// (buffer, offset, length, position), (buffer, { offset, length, position }) or (text, position, encoding).
function writeFrom(fd, data, offset, length, position) {
  if (ArrayBuffer.isView(data)) {
    if (offset !== null && typeof offset === "object") ({ offset = 0, length, position = null } = offset);
    offset = offset === undefined || offset === null || typeof offset === "function" ? 0 : integerOf(offset, "offset", 0);
    if (typeof length !== "number") length = data.byteLength - offset;
    if (offset > data.byteLength) throw outOfRange("offset", `<= ${data.byteLength}`, offset);
    if (length > data.byteLength - offset) throw outOfRange("length", `<= ${data.byteLength - offset}`, length);
    if (length < 0) throw outOfRange("length", ">= 0", length);
    integerOf(length, "length", 0, 2 ** 31 - 1);
    const part = new Uint8Array(data.buffer, data.byteOffset + offset, length);
    return onFile("write", "write", fd, [part, currentOr(position)]);
  }
  if (typeof data !== "string") {
    throw invalidArgType("buffer", "of type string or an instance of Buffer, TypedArray, or DataView", data);
  }
  return onFile("write", "write", fd, [textBytes(data, length), currentOr(offset)]);
}

function textBytes(text, encoding) {
  if (encoding === "hex" && text.length % 2 !== 0) {
    throw invalidArgValue("encoding", encoding, `is invalid for data of length ${text.length}`);
  }
  const known = typeof encoding === "string" && Buffer.isEncoding(encoding);
  return Buffer.from(text, known ? encoding : "utf8");
}

function checkViews(buffers) {
  if (!Array.isArray(buffers) || !buffers.every(ArrayBuffer.isView)) {
    throw invalidArgType("buffers", "an ArrayBufferView[]", buffers);
  }
}

function viewBytes(view) {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

// A place in a file, or -1 for the current one.
function currentOr(position) {
  return typeof position === "number" && Number.isFinite(position) ? position : -1;
}

// Writes as one, or part by part where writing may be given up.
function* writeParts(fd, bytes, asOne) {
  if (asOne) return yield onFile("write_all", "write", fd, [bytes]);
  const view = viewBytes(bytes);
  for (let at = 0; at < view.length; at += PART_LEN_BYTES) {
    yield onFile("write_all", "write", fd, [view.subarray(at, at + PART_LEN_BYTES)]);
  }
  return undefined;
}

// What is read or written at once where that may be given up.
const PART_LEN_BYTES = 512 * 1024;

// `path` is a descriptor where the file is open already.
function* readInParts(path, isOpen, flags, convert) {
  const fd = isOpen ? path : yield onPath("open", "open", path, [flags, 0o666]);
  const parts = [];
  try {
    for (;;) {
      const part = yield onFile("read", "read", fd, [PART_LEN_BYTES, -1]);
      if (part.length === 0) return convert(Buffer.concat(parts));
      parts.push(part);
    }
  } finally {
    if (!isOpen) yield onFile("close", "close", fd);
  }
}

return { checkViews, currentOr, readInParts, readInto, viewBytes, writeFrom, writeParts };
