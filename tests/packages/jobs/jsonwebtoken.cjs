// jsonwebtoken: signs and verifies with a secret and with a pair of keys
const jwt = require("jsonwebtoken");
const crypto = require("node:crypto");
const { step, thrown } = require("../lib/step.cjs");

const token = () => jwt.sign({ sub: "ada", iat: 1700000000 }, "secret", { audience: "x" });
step("sign", token);
step("verify", () => [jwt.verify(token(), "secret", { audience: "x" }), jwt.decode(token(), { complete: true }).header]);
step("errors", () => [thrown(() => jwt.verify(token(), "wrong")), thrown(() => jwt.verify(jwt.sign({ exp: 1 }, "s"), "s")), thrown(() => jwt.verify("a.b", "s"))]);
step("key pair", () => { const { privateKey, publicKey } = crypto.generateKeyPairSync("ec", { namedCurve: "P-256" }); return jwt.verify(jwt.sign({ iat: 1 }, privateKey, { algorithm: "ES256" }), publicKey); });
