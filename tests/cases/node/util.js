// node:util.
const util = require("util");
console.log(util === require("node:util"), util.inspect({ a: [1, { b: { c: {} } }] }, { depth: 0 }), util.format("%s %d %j", "x", 5, { a: 1 }), util.inspect.custom === Symbol.for("nodejs.util.inspect.custom"));
function Old() {}
function Parent() {}
Parent.prototype.hi = function () { return "hi"; };
util.inherits(Old, Parent);
console.log(new Old().hi(), Old.super_ === Parent);
const old = util.deprecate(function sum(a, b) { return a + b; }, "use add", "DEP9999");
process.emitWarning = (message, type, code) => console.log("warning", message, type, code);
console.log(old(1, 2), old(2, 3), old.name, old.length);
const read = (a, callback) => a ? callback(null, a, "second") : callback(new Error("none"));
const readLater = util.promisify(read);
console.log(readLater.name, util.promisify(readLater) === readLater, util.promisify.custom);
class Holder { constructor() { this.x = 1; } get(callback) { callback(null, this.x); } }
const holder = new Holder();
holder.getLater = util.promisify(holder.get);
(async () => {
  console.log(await readLater(5), await holder.getLater(), await util.promisify(setTimeout)(1, "late"), await util.promisify(setImmediate)("soon"));
  await readLater(0).catch((error) => console.log(error.message));
  util.callbackify(async (a) => a * 2)(21, (error, value) => console.log(error, value));
  util.callbackify(() => Promise.reject(null))((error) => console.log(error.code, error.message, error.reason));
  util.callbackify(async () => { throw new Error("thrown"); })((error) => console.log(error.message));
})();
const { types } = util;
const values = { date: new Date(), regexp: /x/, map: new Map(), set: new Set(), promise: Promise.resolve(), error: new Error(), buffer: new ArrayBuffer(1), view: new DataView(new ArrayBuffer(1)), u8: new Uint8Array(), node: Buffer.alloc(1), proxy: new Proxy({}, {}), generator: (function* () {})(), gf: function* () {}, af: async () => {}, boxed: new String("s"), symbol: Object(Symbol()), weak: new WeakMap(), iterator: new Map().keys(), args: (function () { return arguments; })(), plain: {}, shared: new SharedArrayBuffer(1) };
for (const [name, value] of Object.entries(values)) console.log(name, Object.keys(types).filter((key) => types[key](value)).join());
console.log(types === require("util/types"));
const equal = [
  [{ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 }], [{ a: 1 }, { a: 1, b: undefined }], [[1, 2], [2, 1]], [NaN, NaN], [0, -0], [new Date(1), new Date(1)], [/a/g, /a/i], [new Map([["a", { x: 1 }]]), new Map([["a", { x: 1 }]])], [new Set([{ a: 1 }, 2]), new Set([2, { a: 1 }])], [new Set([1]), new Set(["1"])], [{}, Object.create(null)], [[1], { 0: 1, length: 1 }], [new Error("a"), new Error("a")], [new Error("a"), new TypeError("a")], [Buffer.from("a"), Buffer.from("a")], [new Uint8Array([1]), Buffer.from([1])], [Object(1), Object(1)], [1, "1"], [() => {}, () => {}], [[, 1], [undefined, 1]], [{ [Symbol.for("a")]: 1 }, { [Symbol.for("a")]: 2 }], ["a", new String("a")], [null, undefined], [new Float32Array([0]), new Float32Array([-0])], [new Map([[{ k: 1 }, 1]]), new Map([[{ k: 1 }, 1]])],
];
const loop = () => { const o = { x: 1 }; o.self = o; return o; };
equal.push([loop(), loop()]);
const assert = require("assert");
const holds = (fn, a, b) => { try { fn(a, b); return true; } catch (error) { return error.code === "ERR_ASSERTION" ? false : error; } };
for (const [a, b] of equal) console.log(util.isDeepStrictEqual(a, b), holds(assert.deepEqual, a, b), holds(assert.notDeepStrictEqual, a, b), holds(assert.partialDeepStrictEqual, a, b));
console.log(util.stripVTControlCharacters("\u001b[31mred\u001b[39m"), JSON.stringify(util.styleText("red", "x", { validateStream: false })), JSON.stringify(util.styleText(["bold", "underline"], "x", { validateStream: false })), JSON.stringify(util.styleText("red", `a${util.styleText("blue", "b", { validateStream: false })}c`, { validateStream: false })));
console.log(util.toUSVString("a\ud800b"), util.getSystemErrorName(-2), util.getSystemErrorMap().get(-13), util.getSystemErrorMessage(-17), util._extend({ a: 1 }, { b: 2 }), util.isArray([]));
console.log(util.parseEnv("A=1\n# c\nB='x y' # z\nexport C=\"a\\nb\"\nD=\nE = spaced # comment\nF=`back`\n"));
console.log(util.parseArgs({ args: ["-f", "--bar", "b", "pos", "--no-color", "-abc", "--list=1", "--list", "2", "--", "-x"], options: { foo: { type: "boolean", short: "f" }, bar: { type: "string" }, color: { type: "boolean" }, a: { type: "boolean", short: "a" }, b: { type: "boolean", short: "b" }, c: { type: "boolean", short: "c" }, list: { type: "string", multiple: true }, dflt: { type: "string", default: "d" } }, allowPositionals: true, allowNegative: true, tokens: true }));
const bad = [{ args: ["--nope"] }, { args: ["-x"], options: {}, allowPositionals: true }, { args: ["pos"] }, { args: ["--s"], options: { s: { type: "string", short: "q" } } }, { args: ["--b=1"], options: { b: { type: "boolean" } } }, { args: ["--s", "-z"], options: { s: { type: "string" } } }, { args: ["-s", "-z"], options: { str: { type: "string", short: "s" } } }, { options: { s: { type: "number" } } }, { options: { s: { type: "string", short: "ab" } } }];
for (const config of bad) try { console.log(util.parseArgs(config)); } catch (error) { console.log(error.code, error.message); }
console.log(util.debuglog("none").enabled, util.inspect(new Proxy({ a: 1 }, {}), { showProxy: true }), util.inspect("a'b"), util.inspect(new (class Foo { constructor() { this.x = 1; } })()));
for (const run of [() => util.promisify(1), () => util.inherits(1), () => util.callbackify("x"), () => util.styleText("nope", "x"), () => util.styleText("red", 5), () => util.stripVTControlCharacters(1), () => util.getSystemErrorName(5), () => util.deprecate(() => {}, "m", 5)]) {
  try { run(); } catch (error) { console.log(error.name, error.code, error.message); }
}
