"use strict";
// node:string_decoder: bytes to text where a character may be cut between two chunks.

const { coded, invalidArgType } = load("node/errors");
const { encodingName, encodingNumber } = load("node/buffer/encodings");

const codec = native("buffer");
const EMPTY = new Uint8Array(0);

function StringDecoder(encoding) {
  const number = encodingNumber(encoding);
  if (number === undefined) throw coded(TypeError, "ERR_UNKNOWN_ENCODING", `Unknown encoding: ${encoding}`);
  this.encoding = encodingName(encoding);
  Object.defineProperty(this, "rest", { value: EMPTY, writable: true, enumerable: false });
  Object.defineProperty(this, "number", { value: number, enumerable: false });
}

StringDecoder.prototype.write = function write(chunk) {
  if (typeof chunk === "string") return chunk;
  if (!ArrayBuffer.isView(chunk)) {
    throw invalidArgType("buf", "an instance of Buffer, TypedArray, or DataView", chunk);
  }
  const bytes = joined(this.rest, new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
  const whole = wholeLength(this.encoding, bytes);
  this.rest = bytes.slice(whole);
  return codec.decode(this.number, bytes, 0, whole);
};

StringDecoder.prototype.end = function end(chunk) {
  const text = chunk === undefined ? "" : this.write(chunk);
  const { rest } = this;
  this.rest = EMPTY;
  if (rest.length === 0) return text;
  // An odd byte of UTF-16 stands for nothing.
  // Half of a pair is a character of its own here, which UTF-8 could not be.
  if (this.encoding === "utf16le") return rest.length > 1 ? text + String.fromCharCode(rest[0] | rest[1] << 8) : text;
  return text + codec.decode(this.number, rest, 0, rest.length);
};

StringDecoder.prototype.text = function text(chunk, offset) {
  this.rest = EMPTY;
  return this.write(chunk.subarray(offset));
};

Object.defineProperties(StringDecoder.prototype, {
  lastChar: {
    get() {
      const bytes = load("node/buffer").Buffer.alloc(4);
      bytes.set(this.rest);
      return bytes;
    },
    enumerable: true,
    configurable: true,
  },
  lastNeed: {
    get() {
      return this.rest.length === 0 ? 0 : this.lastTotal - this.rest.length;
    },
    enumerable: true,
    configurable: true,
  },
  lastTotal: {
    get() {
      if (this.rest.length === 0) return 0;
      if (this.encoding === "utf8") return characterLength(this.rest[0]);
      return this.encoding === "utf16le" ? (this.rest.length > 1 ? 4 : 2) : 3;
    },
    enumerable: true,
    configurable: true,
  },
});

function joined(rest, bytes) {
  if (rest.length === 0) return bytes;
  const both = new Uint8Array(rest.length + bytes.length);
  both.set(rest);
  both.set(bytes, rest.length);
  return both;
}

// How many bytes from the start hold only whole characters.
function wholeLength(encoding, bytes) {
  const { length } = bytes;
  switch (encoding) {
    case "utf8":
      return length - cutCharacter(bytes);
    case "utf16le": {
      const even = length - length % 2;
      const high = even > 0 && (bytes[even - 1] & 0xfc) === 0xd8;
      return high ? even - 2 : even;
    }
    case "base64":
    case "base64url":
      return length - length % 3;
    default:
      return length;
  }
}

// How many bytes a first byte announces; none for one that is no first byte.
function characterLength(first) {
  if (first < 0xc0 || first > 0xf7) return 0;
  if (first >= 0xf0) return 4;
  return first >= 0xe0 ? 3 : 2;
}

// How many bytes at the end begin a UTF-8 character that may yet become whole.
function cutCharacter(bytes) {
  const { length } = bytes;
  for (let back = 1; back <= Math.min(3, length); back++) {
    const byte = bytes[length - back];
    if ((byte & 0xc0) === 0x80) continue;
    return characterLength(byte) > back ? back : 0;
  }
  return 0;
}

return { StringDecoder };
