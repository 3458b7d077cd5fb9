// node:v8: values as bytes in V8's own format; facts of the heap.
const v8 = require("node:v8");
const cyclic = { name: "c" };
cyclic.self = cyclic;
cyclic.list = [cyclic, [1, 2]];
const sparse = [1, , 3];
sparse.extra = true;
const shared = { s: 1 };
const error = new RangeError("r", { cause: "c" });
error.stack = "RangeError: r\n    at x";
const values = [
  undefined, null, true, false, 0, 1, -1, 2147483647, -2147483648, 2147483648, 1.5, -0, NaN, Infinity, "", "ascii", "\u00e4", "\u20ac", "x\u20ac".repeat(100),
  0n, 1n, -5n, 2n ** 100n, -(2n ** 64n), {}, { a: 1, 5: "five", "\u00e9": [] }, [], [1, "two", [3]], sparse, cyclic, [shared, shared],
  new Date(1e12), /a+/giu, new Map([[1, { k: "v" }], ["x", new Map()]]), new Set([1, "a", new Set()]), Object(1), Object("s"), Object(true), Object(10n),
  new ArrayBuffer(3), new Uint8Array([1, 2, 3]), Buffer.from("buffer"), new Float64Array([1.5]), new DataView(new ArrayBuffer(2)), new BigInt64Array(1), error, new Error("plain").message,
];
for (const value of values) {
  const bytes = v8.serialize(value);
  const back = v8.deserialize(bytes);
  console.log(bytes.toString("hex").slice(0, 100), back);
}
for (const bad of [() => {}, Symbol("s"), { f() {} }, new WeakMap(), Promise.resolve()]) {
  try { v8.serialize(bad); console.log("fine"); } catch (error) { console.log(error.name, error.message); }
}
for (const bad of ["", "ff", "ff0f", "ff0f7f", "00", "ff0f6f", "ff63"]) {
  try { v8.deserialize(Buffer.from(bad, "hex")); console.log("fine", bad); } catch (error) { console.log(error.name); }
}
class Own extends v8.Serializer {
  _writeHostObject(object) { this.writeUint32(7); this.writeDouble(object.length); this.writeUint64(1, 2); this.writeRawBytes(Buffer.from("raw")); }
}
const own = new Own();
own._setTreatArrayBufferViewsAsHostObjects(true);
own.writeHeader();
own.writeValue({ view: new Uint8Array(4) });
const bytes = own.releaseBuffer();
class OwnBack extends v8.Deserializer {
  _readHostObject() { return [this.readUint32(), this.readDouble(), this.readUint64(), this.readRawBytes(3).toString()]; }
}
const back = new OwnBack(bytes);
console.log(bytes.toString("hex"), back.readHeader(), back.getWireFormatVersion(), back.readValue());
const heap = v8.getHeapStatistics();
console.log(Object.keys(heap).slice(0, 9).join(), heap.used_heap_size > 0, v8.getHeapSpaceStatistics().every((space) => typeof space.space_name === "string" && space.space_size >= 0));
console.log(Object.keys(v8.getHeapCodeStatistics()).join());
console.log(v8.isStringOneByteRepresentation("\u00e4"), v8.isStringOneByteRepresentation("\u20ac"), Number.isInteger(v8.cachedDataVersionTag()));
let inits = 0;
const stop = v8.promiseHooks.onInit(() => { inits++; });
Promise.resolve().then(() => {});
stop();
Promise.resolve();
console.log(inits);
