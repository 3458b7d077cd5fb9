"use strict";
// node:crypto: hashes, random values, secret keys, comparison in constant time, PBKDF2.

const random = load("node/crypto/random");
const hash = load("node/crypto/hash");
const { KeyObject, createSecretKey } = load("node/crypto/keys");
const { coded } = load("node/errors");
const web = load("crypto");

function timingSafeEqual(a, b) {
  for (const [value, name] of [[a, "buf1"], [b, "buf2"]]) {
    if (!ArrayBuffer.isView(value) && !load("blob").isArrayBuffer(value)) {
      throw coded(TypeError, "ERR_INVALID_ARG_TYPE",
        `The "${name}" argument must be an instance of ArrayBuffer, Buffer, TypedArray, or DataView.`);
    }
  }
  if (a.byteLength !== b.byteLength) {
    throw coded(RangeError, "ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH", "Input buffers must have the same byte length");
  }
  return native("hash").equal(a, b);
}

function getRandomValues(array) {
  return web.crypto.getRandomValues(array);
}

const { missing } = load("node/absent");

return {
  ...missing("crypto",
    "argon2 argon2Sync checkPrime checkPrimeSync createCipheriv createDecipheriv createDiffieHellman " +
    "createDiffieHellmanGroup createECDH createMac createPrivateKey createPublicKey createSign " +
    "createVerify diffieHellman generatePrime generatePrimeSync getCiphers getCipherInfo getCurves " +
    "getDiffieHellman getMacs hkdf hkdfSync parsePKCS12 generateKeyPair generateKeyPairSync generateKey " +
    "generateKeySync privateDecrypt privateEncrypt publicDecrypt publicEncrypt randomUUIDv7 scrypt " +
    "scryptSync sign setEngine setFips verify encapsulate decapsulate Certificate* Cipheriv* Decipheriv* " +
    "DiffieHellman* DiffieHellmanGroup* ECDH* Sign* Verify* X509Certificate* secureHeapUsed"),
  getFips: () => 0,
  ...load("node/crypto/constants"),
  ...hash, ...random, KeyObject, createSecretKey, getRandomValues, timingSafeEqual, webcrypto: web.crypto,
};
