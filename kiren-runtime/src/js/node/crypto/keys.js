"use strict";
// KeyObject of node:crypto, for secret keys.

const { invalidArgType, invalidArgValue } = load("node/errors");
const { Buffer } = load("node/buffer/class");

const INTERNAL = Symbol("internal");

class KeyObject {
  #bytes;

  constructor(token, bytes) {
    if (token !== INTERNAL) throw invalidArgValue("type", token);
    this.#bytes = bytes;
  }

  get type() {
    return "secret";
  }

  get symmetricKeySize() {
    return this.#bytes.length;
  }

  export(options) {
    const format = options?.format ?? "buffer";
    if (format === "jwk") return { kty: "oct", k: this.#bytes.toString("base64url") };
    if (format !== "buffer") throw invalidArgValue("options.format", format);
    return Buffer.from(this.#bytes);
  }

  equals(other) {
    if (!(other instanceof KeyObject)) throw invalidArgType("otherKeyObject", "an instance of KeyObject", other);
    return native("hash").equal(this.#bytes, other.#bytes);
  }

  get [Symbol.toStringTag]() {
    return "KeyObject";
  }

  static bytesOf(key) {
    return key.#bytes;
  }
}

const { bytesOf } = KeyObject;
delete KeyObject.bytesOf;

function createSecretKey(key, encoding) {
  if (typeof key === "string") return new KeyObject(INTERNAL, Buffer.from(key, encoding));
  const isMemory = load("blob").isArrayBuffer(key);
  if (!isMemory && !ArrayBuffer.isView(key)) {
    throw invalidArgType("key", "of type string or an instance of ArrayBuffer, Buffer, TypedArray, or DataView", key);
  }
  const bytes = isMemory ? new Uint8Array(key) : new Uint8Array(key.buffer, key.byteOffset, key.byteLength);
  return new KeyObject(INTERNAL, Buffer.from(bytes));
}

function isKeyObject(value) {
  return value instanceof KeyObject;
}

return { KeyObject, bytesOf, createSecretKey, isKeyObject };
