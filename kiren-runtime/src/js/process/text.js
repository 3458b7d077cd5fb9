"use strict";
// Encodings of stdio: bytes to text, in pieces too, and text to bytes.

const { coded } = load("node/errors");

const NAMES = {
  __proto__: null,
  utf8: "utf8", "utf-8": "utf8", ascii: "ascii", latin1: "latin1", binary: "latin1", hex: "hex",
  base64: "base64", base64url: "base64url", utf16le: "utf16le", "utf-16le": "utf16le", ucs2: "utf16le", "ucs-2": "utf16le",
};

function checkEncoding(encoding) {
  const name = NAMES[String(encoding).toLowerCase()];
  if (name !== undefined) return name;
  throw coded(TypeError, "ERR_UNKNOWN_ENCODING", `Unknown encoding: ${String(encoding)}`);
}

function codeUnits(bytes, mask) {
  let text = "";
  for (let i = 0; i < bytes.length; i++) text += String.fromCharCode(bytes[i] & mask);
  return text;
}

function decode(bytes, encoding) {
  switch (encoding) {
    case "utf8": return native("process").decode_utf8(bytes);
    case "ascii": return codeUnits(bytes, 0x7f);
    case "latin1": return codeUnits(bytes, 0xff);
    case "hex": return bytes.toHex();
    case "base64": return bytes.toBase64();
    case "base64url": return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
  }
  let text = "";
  for (let i = 0; i + 1 < bytes.length; i += 2) text += String.fromCharCode(bytes[i] | (bytes[i + 1] << 8));
  return text;
}

function encode(text, encoding) {
  switch (encoding) {
    case "utf8": return native("process").encode_utf8(text);
    case "hex": return Uint8Array.fromHex(/^(?:[0-9a-f]{2})*/i.exec(text)[0]);
    case "base64":
    case "base64url": return Uint8Array.fromBase64(text.replaceAll("-", "+").replaceAll("_", "/"));
  }
  const wide = encoding === "utf16le";
  const bytes = new Uint8Array(text.length * (wide ? 2 : 1));
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (wide) {
      bytes[2 * i] = unit;
      bytes[2 * i + 1] = unit >> 8;
    } else {
      bytes[i] = unit;
    }
  }
  return bytes;
}

// Decodes a stream: a character that is cut waits for the rest of its bytes.
class Decoder {
  #encoding;
  #rest = new Uint8Array(0);

  constructor(encoding) {
    this.#encoding = encoding;
  }

  write(bytes) {
    if (this.#rest.length > 0) {
      const joined = new Uint8Array(this.#rest.length + bytes.length);
      joined.set(this.#rest);
      joined.set(bytes, this.#rest.length);
      bytes = joined;
    }
    const whole = bytes.length - tail(bytes, this.#encoding);
    this.#rest = bytes.slice(whole);
    return decode(bytes.subarray(0, whole), this.#encoding);
  }

  end() {
    const text = decode(this.#rest, this.#encoding);
    this.#rest = new Uint8Array(0);
    return text;
  }
}

// How many bytes at the end belong to a character that is not whole.
function tail(bytes, encoding) {
  const length = bytes.length;
  if (encoding === "utf16le") {
    const odd = length % 2;
    const last = length - odd - 1;
    return odd + (last > 0 && (bytes[last] & 0xfc) === 0xd8 ? 2 : 0);
  }
  if (encoding === "base64" || encoding === "base64url") return length % 3;
  if (encoding !== "utf8") return 0;
  for (let back = 1; back <= Math.min(3, length); back++) {
    const byte = bytes[length - back];
    if ((byte & 0xc0) === 0x80) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needed > back ? back : 0;
  }
  return 0;
}

// What a program reads from standard input without an encoding: bytes whose toString is their text, as a
// Buffer's is.
class Chunk extends Uint8Array {
  static get [Symbol.species]() {
    return Chunk;
  }

  static of(bytes) {
    return new Chunk(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  toString(encoding = "utf8", start = 0, end = this.length) {
    return decode(this.subarray(start, end), checkEncoding(encoding));
  }
}

return { Chunk, Decoder, checkEncoding, encode };
