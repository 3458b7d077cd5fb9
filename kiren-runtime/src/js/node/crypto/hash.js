"use strict";
// Hash and Hmac of node:crypto, and what is made of them.

const { checkFunction, checkString, coded, invalidArgType, outOfRange } = load("node/errors");
const { Buffer } = load("node/buffer/class");
const { Transform } = load("node/stream/transform");

const host = native("hash");

// As they are listed; any case is taken, and some more names.
const NAMES = [
  "RSA-MD5", "RSA-RIPEMD160", "RSA-SHA1", "RSA-SHA224", "RSA-SHA256", "RSA-SHA384", "RSA-SHA512", "RSA-SHA512/224",
  "RSA-SHA512/256", "blake2b512", "blake2s256", "md5", "ripemd", "ripemd160", "rmd160", "sha1", "sha224", "sha256",
  "sha3-224", "sha3-256", "sha3-384", "sha3-512", "sha384", "sha512", "sha512-224", "sha512-256", "shake128", "shake256",
];

function getHashes() {
  return NAMES.slice();
}

// Bytes of what may be hashed.
function bytesOf(data, name, encoding) {
  if (typeof data === "string") return Buffer.from(data, encoding === "buffer" ? "utf8" : encoding);
  if (ArrayBuffer.isView(data)) return data;
  throw invalidArgType(name, "of type string or an instance of Buffer, TypedArray, or DataView", data);
}

// A hash that is dropped before its digest gives its native state back.
const dropped = new FinalizationRegistry((id) => host.finish(id));

const state = Symbol("state of a hash");

function start(object, id) {
  Object.defineProperty(object, state, { value: { id, done: false, length: undefined, result: undefined }, writable: true });
  dropped.register(object, id, object[state]);
}

function update(object, data, encoding) {
  const { id, done } = object[state];
  if (done) throw coded(Error, "ERR_CRYPTO_HASH_FINALIZED", "Digest already called");
  host.update(id, bytesOf(data, "data", encoding));
  return object;
}

function finishNow(object) {
  const own = object[state];
  own.done = true;
  dropped.unregister(own);
  const bytes = host.finish(own.id, own.length);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function encoded(bytes, encoding) {
  return encoding && encoding !== "buffer" ? bytes.toString(encoding) : bytes;
}

class Hash extends Transform {
  constructor(algorithm, options, id) {
    super(options);
    if (id === undefined) id = host.new(algorithm.toLowerCase());
    if (id === undefined) throw new Error("Digest method not supported");
    start(this, id);
    const length = options?.outputLength;
    if (length !== undefined) {
      if (typeof length !== "number") throw invalidArgType("options.outputLength", "of type number", length);
      if (!Number.isInteger(length) || length < 0 || length > 0xffffffff) {
        throw outOfRange("options.outputLength", ">= 0 && <= 4294967295", length);
      }
      this[state].length = length;
    }
  }

  update(data, encoding) {
    return update(this, data, encoding);
  }

  digest(encoding) {
    const own = this[state];
    if (own.done) throw coded(Error, "ERR_CRYPTO_HASH_FINALIZED", "Digest already called");
    return encoded(finishNow(this), encoding);
  }

  copy(options) {
    const own = this[state];
    if (own.done) throw coded(Error, "ERR_CRYPTO_HASH_FINALIZED", "Digest already called");
    return new Hash(undefined, { outputLength: own.length, ...options }, host.copy(own.id));
  }

  _transform(chunk, encoding, callback) {
    update(this, chunk, encoding);
    callback();
  }

  _flush(callback) {
    this.push(finishNow(this));
    callback();
  }
}

class Hmac extends Transform {
  constructor(algorithm, key, options) {
    super(options);
    const { bytesOf: bytesOfKey, isKeyObject } = load("node/crypto/keys");
    const secret = isKeyObject(key) ? bytesOfKey(key) : bytesOf(key, "key", options?.encoding);
    const id = host.hmac_new(algorithm.toLowerCase(), secret);
    if (id === undefined) throw coded(TypeError, "ERR_CRYPTO_INVALID_DIGEST", `Invalid digest: ${algorithm}`);
    start(this, id);
  }

  update(data, encoding) {
    return update(this, data, encoding);
  }

  // Asked again, the digest of an HMAC is empty.
  digest(encoding) {
    const bytes = this[state].done ? Buffer.alloc(0) : finishNow(this);
    return encoded(bytes, encoding);
  }

  _transform(chunk, encoding, callback) {
    update(this, chunk, encoding);
    callback();
  }

  _flush(callback) {
    this.push(finishNow(this));
    callback();
  }
}

function createHash(algorithm, options) {
  checkString(algorithm, "algorithm");
  return new Hash(algorithm, options);
}

function createHmac(algorithm, key, options) {
  checkString(algorithm, "hmac");
  if (key === undefined || key === null) {
    throw invalidArgType("key",
      "of type string or an instance of ArrayBuffer, Buffer, TypedArray, DataView, KeyObject, or CryptoKey", key);
  }
  return new Hmac(algorithm, key, options);
}

// A digest in one go.
function hash(algorithm, input, options = {}) {
  checkString(algorithm, "algorithm");
  const { outputEncoding = "hex", outputLength } = typeof options === "string" ? { outputEncoding: options } : options;
  const result = createHash(algorithm, { outputLength }).update(bytesOf(input, "input", "utf8")).digest();
  return encoded(result, outputEncoding);
}

// --- PBKDF2 ---

function checkDerivation(password, salt, iterations, length, digest) {
  checkString(digest, "digest");
  const secret = bytesOf(password, "password", "utf8");
  const spice = bytesOf(salt, "salt", "utf8");
  for (const [value, name, least] of [[iterations, "iterations", 1], [length, "keylen", 0]]) {
    if (typeof value !== "number") throw invalidArgType(name, "of type number", value);
    if (!Number.isInteger(value)) throw outOfRange(name, "an integer", value);
    if (value < least || value > 2 ** 31 - 1) throw outOfRange(name, `>= ${least} && <= ${2 ** 31 - 1}`, value);
  }
  const name = digest.toLowerCase();
  if (host.is_known(name) !== 1) throw coded(TypeError, "ERR_CRYPTO_INVALID_DIGEST", `Invalid digest: ${digest}`);
  return [secret, spice, iterations, length, name];
}

function bufferOf(bytes) {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function pbkdf2Sync(password, salt, iterations, length, digest) {
  return bufferOf(host.pbkdf2(...checkDerivation(password, salt, iterations, length, digest)));
}

function pbkdf2(password, salt, iterations, length, digest, callback) {
  if (typeof digest === "function") {
    callback = digest;
    digest = undefined;
  }
  const args = checkDerivation(password, salt, iterations, length, digest);
  checkFunction(callback, "callback");
  const { nextTick } = load("task_queue");
  host.pbkdf2_async(...args).then((bytes) => nextTick(callback, null, bufferOf(bytes)), (error) => nextTick(callback, error));
}

// Both can be called without `new`, as they always could.
function callable(Class) {
  return new Proxy(Class, { apply: (target, self, args) => new Class(...args) });
}

return {
  Hash: callable(Hash), Hmac: callable(Hmac), createHash, createHmac, getHashes, hash, pbkdf2, pbkdf2Sync,
};
