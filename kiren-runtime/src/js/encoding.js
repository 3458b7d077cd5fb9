"use strict";
// TextEncoder, TextDecoder, atob and btoa: https://encoding.spec.whatwg.org/ and
// https://html.spec.whatwg.org/multipage/webappapis.html#atob
//
// For other modules:
//   encode(text) -> Uint8Array, lone surrogates as U+FFFD
//   decode(bytes, keepMark = false) -> string, UTF-8 with U+FFFD for what is malformed; without a byte order
//     mark unless it is to be kept
//   latin1(bytes) -> string of one character per byte
//   labelToName(label) -> "utf-8", "windows-1252", ... or undefined

const { DOMException } = load("dom_exception");
const { describe, dictionary, required, show, string } = load("webidl");

let engine = null;

function codec() {
  return engine ??= native("encoding");
}

function encode(text) {
  return codec().encode_utf8(text);
}

function decode(bytes, keepMark = false) {
  return codec().decode_utf8(bytes, false, keepMark);
}

function latin1(bytes) {
  return codec().latin1(bytes);
}

function labelToName(label) {
  // The most usual spellings need no look-up.
  if (label === "utf-8" || label === "utf8" || label === "UTF-8") return "utf-8";
  return codec().label_to_name(label);
}

// Where the native code tells how much encodeInto has read and written.
const counts = new Uint32Array(2);

class TextEncoder {
  #encoding = "utf-8";

  get encoding() {
    return this.#encoding;
  }

  encode(input = "") {
    this.#encoding;
    return codec().encode_utf8(string(input));
  }

  encodeInto(source, destination) {
    this.#encoding;
    required(2, arguments.length, "TextEncoder.encodeInto");
    source = string(source);
    if (!(destination instanceof Uint8Array)) {
      throw new TypeError(`TextEncoder.encodeInto: expected a Uint8Array, found ${show(destination)}`);
    }
    codec().encode_into(source, destination, counts);
    return { read: counts[0], written: counts[1] };
  }
}

describe(TextEncoder);

// A decoder in mid-stream that was dropped gives its native state back.
const dropped = new FinalizationRegistry((id) => codec().decoder_free(id));

class TextDecoder {
  #encoding;
  #fatal;
  #ignoreBOM;
  #id = -1; // of the native decoder while a stream is under way

  constructor(label = "utf-8", options = undefined) {
    const name = labelToName(string(label));
    if (name === undefined || name === "replacement") {
      const error = new RangeError(`TextDecoder constructor: expected an encoding label, found ${show(label)}`);
      error.code = "ERR_ENCODING_NOT_SUPPORTED";
      throw error;
    }
    options = dictionary(options, "TextDecoder constructor, options");
    this.#encoding = name;
    this.#fatal = Boolean(options?.fatal);
    this.#ignoreBOM = Boolean(options?.ignoreBOM);
  }

  get encoding() {
    return this.#encoding;
  }

  get fatal() {
    return this.#fatal;
  }

  get ignoreBOM() {
    return this.#ignoreBOM;
  }

  decode(input = undefined, options = undefined) {
    const encoding = this.#encoding;
    const stream = Boolean(dictionary(options, "TextDecoder.decode, options")?.stream);
    if (input !== undefined && !ArrayBuffer.isView(input) && !load("blob").isArrayBuffer(input)) {
      throw new TypeError(`TextDecoder.decode: expected an ArrayBuffer or a view of one, found ${show(input)}`);
    }
    let text;
    if (encoding === "utf-8" && !stream && this.#id < 0) {
      if (input === undefined) return "";
      text = codec().decode_utf8(input, this.#fatal, this.#ignoreBOM);
    } else {
      text = this.#decodeStream(input, stream);
    }
    if (text === undefined) throw malformed(encoding);
    return text;
  }

  #decodeStream(input, stream) {
    if (this.#id < 0) {
      this.#id = codec().decoder_new(this.#encoding, this.#fatal, this.#ignoreBOM);
      if (stream) dropped.register(this, this.#id, this);
    }
    const text = codec().decoder_decode(this.#id, input, !stream);
    if (!stream || text === undefined) {
      codec().decoder_free(this.#id);
      dropped.unregister(this);
      this.#id = -1;
    }
    return text;
  }
}

Object.defineProperty(TextDecoder, "length", { value: 0, configurable: true });
describe(TextDecoder);

function malformed(encoding) {
  const error = new TypeError(`The encoded data was not valid for encoding ${encoding}`);
  error.code = "ERR_ENCODING_INVALID_ENCODED_DATA";
  return error;
}

function atob(data) {
  required(1, arguments.length, "atob");
  const text = codec().atob(string(data));
  if (text === undefined) {
    throw new DOMException("The string to be decoded is not correctly encoded", "InvalidCharacterError");
  }
  return text;
}

function btoa(data) {
  required(1, arguments.length, "btoa");
  const text = codec().btoa(string(data));
  if (text === undefined) {
    throw new DOMException("The string to be encoded has characters past U+00FF", "InvalidCharacterError");
  }
  return text;
}

return { TextDecoder, TextEncoder, atob, btoa, decode, encode, labelToName, latin1 };
