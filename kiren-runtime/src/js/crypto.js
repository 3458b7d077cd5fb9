"use strict";
// crypto.getRandomValues and crypto.randomUUID: https://w3c.github.io/webcrypto/#crypto-interface
//
// For other modules: randomHex(count) -> count bytes as lower-case hexadecimal.

const { DOMException } = load("dom_exception");
const { describe, illegalConstructor, required, show } = load("webidl");

const INTERNAL = Symbol("internal");
const MAX_BYTES = 65536;

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

// Random bytes for small needs, drawn from the system 4096 at a time; those given out are wiped.
const pool = new Uint8Array(4096);
let poolAt = pool.length;

/** The index of `count` fresh bytes in the pool. */
function draw(count) {
  if (poolAt + count > pool.length) {
    native("crypto").fill_random(pool);
    poolAt = 0;
  }
  const at = poolAt;
  poolAt += count;
  return at;
}

function takeByte(at) {
  const byte = pool[at];
  pool[at] = 0;
  return byte;
}

function randomHex(count) {
  const at = draw(count);
  let text = "";
  for (let i = at; i < at + count; i++) text += HEX[takeByte(i)];
  return text;
}

const isIntegerArray = (value) =>
  value instanceof Uint8Array || value instanceof Int8Array || value instanceof Uint8ClampedArray ||
  value instanceof Int16Array || value instanceof Uint16Array || value instanceof Int32Array ||
  value instanceof Uint32Array || value instanceof BigInt64Array || value instanceof BigUint64Array;

class Crypto {
  #brand = true;

  constructor(token = undefined) {
    if (token !== INTERNAL) illegalConstructor();
  }

  getRandomValues(array) {
    this.#brand;
    required(1, arguments.length, "Crypto.getRandomValues");
    if (!ArrayBuffer.isView(array)) {
      throw new TypeError(`Crypto.getRandomValues: expected an integer typed array, found ${show(array)}`);
    }
    if (!isIntegerArray(array)) {
      throw new DOMException(
        `Crypto.getRandomValues: expected an integer typed array, found ${show(array)}`,
        "TypeMismatchError",
      );
    }
    if (array.byteLength > MAX_BYTES) {
      throw new DOMException(
        `Crypto.getRandomValues: expected at most ${MAX_BYTES} bytes, found ${array.byteLength}`,
        "QuotaExceededError",
      );
    }
    native("crypto").fill_random(array);
    return array;
  }

  randomUUID() {
    this.#brand;
    const at = draw(16);
    const b = takeByte;
    return HEX[b(at)] + HEX[b(at + 1)] + HEX[b(at + 2)] + HEX[b(at + 3)] + "-" +
      HEX[b(at + 4)] + HEX[b(at + 5)] + "-" +
      HEX[b(at + 6) & 0x0f | 0x40] + HEX[b(at + 7)] + "-" +
      HEX[b(at + 8) & 0x3f | 0x80] + HEX[b(at + 9)] + "-" +
      HEX[b(at + 10)] + HEX[b(at + 11)] + HEX[b(at + 12)] + HEX[b(at + 13)] + HEX[b(at + 14)] + HEX[b(at + 15)];
  }
}

Object.defineProperty(Crypto, "length", { value: 0, configurable: true });
describe(Crypto);

const crypto = new Crypto(INTERNAL);

return { Crypto, crypto, randomHex };
