// Hashes, random values and keys of node:crypto.
const crypto = require("crypto");
for (const name of ["md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha512-256", "sha3-256", "sha3-512", "ripemd160", "RSA-SHA256", "SHA256", "blake2b512", "blake2s256"]) {
  console.log(name, crypto.createHash(name).update("hello").update(Buffer.from(" world")).digest("hex"), crypto.createHmac(name, "key").update("data").digest("base64"));
}
console.log(crypto.createHash("shake256", { outputLength: 8 }).update("x").digest("hex"), crypto.createHmac("sha256", "k".repeat(200)).update("\u00e9", "latin1").digest());
const half = crypto.createHash("sha1").update("a"); const copy = half.copy(); console.log(half.update("b").digest("hex"), copy.digest("hex"));
console.log(crypto.hash("sha1", "x"), crypto.hash("md5", Buffer.from("x"), "base64url"), crypto.getHashes().includes("sha256"));
console.log(crypto.randomBytes(4).length, crypto.randomUUID().length, crypto.randomInt(5) < 5, crypto.randomInt(5, 6), crypto.randomFillSync(Buffer.alloc(3)).length, crypto.getRandomValues(new Uint8Array(2)).length, typeof crypto.webcrypto);
console.log(crypto.timingSafeEqual(Buffer.from("a"), Buffer.from("a")), crypto.timingSafeEqual(Buffer.from("a"), Buffer.from("b")));
console.log(crypto.pbkdf2Sync("secret", "salt", 1000, 32, "sha512").toString("hex"), crypto.pbkdf2Sync("p", "s", 1, 10, "sha1").toString("hex"));
crypto.pbkdf2("secret", "salt", 10, 20, "sha256", (error, key) => {
  console.log(error, key.toString("hex"));
  crypto.randomBytes(2, (error, bytes) => console.log(error, bytes.length));
});
require("stream").Readable.from(["pi", "ped"]).pipe(crypto.createHash("sha1")).setEncoding("hex").on("data", (text) => console.log(text));
for (const run of [() => crypto.createHash("nope"), () => crypto.createHash(), () => crypto.createHmac("nope", "k"), () => crypto.createHash("sha1").update(5), () => { const h = crypto.createHash("sha1"); h.digest(); h.digest(); }, () => { const h = crypto.createHash("sha1"); h.digest(); h.update("x"); }, () => crypto.randomBytes("x"), () => crypto.randomBytes(-1), () => crypto.randomInt(5, 5), () => crypto.randomInt("x"), () => crypto.timingSafeEqual(Buffer.alloc(1), Buffer.alloc(2)), () => crypto.timingSafeEqual("a", "a"), () => crypto.pbkdf2Sync("p", "s", 0, 1, "sha1"), () => crypto.pbkdf2Sync("p", "s", 1, 1, "nope"), () => crypto.pbkdf2("p", "s", 1, 1, "sha1")]) {
  try { console.log(run()); } catch (error) { console.log(error.name, error.code, error.message); }
}
const key = crypto.createSecretKey("6b6579", "hex");
console.log(key.type, key.symmetricKeySize, key.export(), key.export({ format: "jwk" }), key.equals(crypto.createSecretKey(Buffer.from("key"))), key instanceof crypto.KeyObject, crypto.createHmac("sha256", key).update("data").digest("hex"));
