"use strict";
// TextEncoderStream and TextDecoderStream.
// Spec: https://encoding.spec.whatwg.org/#interface-textdecoderstream and #interface-textencoderstream

const { apply, defineInterface, describe, invalidThis } = load("streams/base");
const { Transform } = load("streams/transform_state");
const readableFace = load("streams/readable");
const writableFace = load("streams/writable");
const { TextDecoder, TextEncoder } = load("encoding");

const decode = TextDecoder.prototype.decode;
const encode = TextEncoder.prototype.encode;
const getterOf = (name) => Object.getOwnPropertyDescriptor(TextDecoder.prototype, name).get;
const encodingOf = getterOf("encoding");
const fatalOf = getterOf("fatal");
const ignoreBOMOf = getterOf("ignoreBOM");

function transformBy(transformer) {
  const transform = new Transform(1, undefined, 0, undefined);
  transform.transformer = transformer;
  transform.start(undefined);
  return transform;
}

/// A chunk that ends in the first half of a surrogate pair keeps it for the next one.
class Encoding {
  constructor() {
    this.encoder = new TextEncoder();
    this.half = "";
  }

  transform(chunk, transform) {
    let text = this.half + `${chunk}`;
    this.half = "";
    const last = text.charCodeAt(text.length - 1);
    if (last >= 0xd800 && last <= 0xdbff) {
      this.half = text[text.length - 1];
      text = text.slice(0, -1);
    }
    if (text !== "") transform.enqueue(apply(encode, this.encoder, [text]));
  }

  flush(transform) {
    if (this.half !== "") transform.enqueue(new Uint8Array([0xef, 0xbf, 0xbd]));
  }

  cancel() {}
}

const STREAMING = Object.freeze({ __proto__: null, stream: true });

class Decoding {
  constructor(decoder) {
    this.decoder = decoder;
  }

  transform(chunk, transform) {
    // decode() takes undefined for no bytes, a stream of them does not.
    if (chunk === undefined) {
      throw new TypeError(`The chunk must be an ArrayBuffer or a view of one, received ${describe(chunk)}`);
    }
    const text = apply(decode, this.decoder, [chunk, STREAMING]);
    if (text !== "") transform.enqueue(text);
  }

  flush(transform) {
    const text = apply(decode, this.decoder, []);
    if (text !== "") transform.enqueue(text);
  }

  cancel() {}
}

class TextEncoderStream {
  #transform = transformBy(new Encoding());

  get encoding() {
    if (!(#transform in this)) throw invalidThis("TextEncoderStream");
    return "utf-8";
  }

  get readable() {
    if (!(#transform in this)) throw invalidThis("TextEncoderStream");
    return readableFace.objectOf(this.#transform.readable);
  }

  get writable() {
    if (!(#transform in this)) throw invalidThis("TextEncoderStream");
    return writableFace.objectOf(this.#transform.writable);
  }
}

class TextDecoderStream {
  #decoder;
  #transform;

  constructor(label = "utf-8", options = undefined) {
    this.#decoder = new TextDecoder(label, options);
    this.#transform = transformBy(new Decoding(this.#decoder));
  }

  get encoding() {
    if (!(#transform in this)) throw invalidThis("TextDecoderStream");
    return apply(encodingOf, this.#decoder, []);
  }

  get fatal() {
    if (!(#transform in this)) throw invalidThis("TextDecoderStream");
    return apply(fatalOf, this.#decoder, []);
  }

  get ignoreBOM() {
    if (!(#transform in this)) throw invalidThis("TextDecoderStream");
    return apply(ignoreBOMOf, this.#decoder, []);
  }

  get readable() {
    if (!(#transform in this)) throw invalidThis("TextDecoderStream");
    return readableFace.objectOf(this.#transform.readable);
  }

  get writable() {
    if (!(#transform in this)) throw invalidThis("TextDecoderStream");
    return writableFace.objectOf(this.#transform.writable);
  }
}

defineInterface(TextEncoderStream, "TextEncoderStream");
defineInterface(TextDecoderStream, "TextDecoderStream");

return { TextDecoderStream, TextEncoderStream };
