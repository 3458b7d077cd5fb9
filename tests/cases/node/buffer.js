// Buffer: making, encodings, numbers, search, comparison.
const { Buffer, constants, kMaxLength, kStringMaxLength, isAscii, isUtf8 } = require("buffer");
console.log(Buffer === globalThis.Buffer, Buffer.from("hi"), Buffer.from("hi") instanceof Uint8Array, Buffer.name, Buffer.poolSize);
const texts = ["", "a", "hello", "h\u00e9llo", "\u20ac\u{1f600}", "\ud800", "SGVsbG8=", "68656c6c6f", "zz", "abc1"];
for (const encoding of ["utf8", "utf-8", "ucs2", "utf16le", "latin1", "binary", "ascii", "base64", "base64url", "hex", "UTF8", "Hex"]) {
  for (const text of texts) {
    const bytes = Buffer.from(text, encoding);
    console.log(encoding, JSON.stringify(text), bytes, JSON.stringify(bytes.toString(encoding)), Buffer.byteLength(text, encoding));
  }
}
const all = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
for (const encoding of ["utf8", "utf16le", "latin1", "ascii", "base64", "base64url", "hex"]) console.log(encoding, JSON.stringify(all.toString(encoding)).length, JSON.stringify(all.toString(encoding, 60, 70)));
console.log(Buffer.alloc(3), Buffer.alloc(5, "ab"), Buffer.alloc(4, 1), Buffer.alloc(4, "YQ==", "base64"), Buffer.alloc(2, Buffer.from("xyz")), Buffer.of(1, 2, 300));
console.log(Buffer.from([1, 2.5, "3", 256, -1]), Buffer.from(new Uint16Array([1, 300])), Buffer.from(new Uint8Array([1, 2, 3]).buffer, 1, 1), Buffer.from({ type: "Buffer", data: [1, 2] }), Buffer.from(new String("boxed")), Buffer.from({ length: 2, 0: 7, 1: 8 }), Buffer.from({ [Symbol.toPrimitive]: () => "prim" }));
console.log(JSON.stringify(Buffer.from("json")), Buffer.isBuffer(Buffer.alloc(1)), Buffer.isBuffer(new Uint8Array(1)), ["utf8", "x", "", 1, "BASE64URL"].map((name) => Buffer.isEncoding(name)));
console.log(Buffer.concat([Buffer.from("a"), Buffer.from("bc")]), Buffer.concat([Buffer.from("abc")], 2), Buffer.concat([Buffer.from("a")], 3), Buffer.concat([]), Buffer.copyBytesFrom(new Uint16Array([1, 2, 3]), 1, 1));
console.log(Buffer.compare(Buffer.from("a"), Buffer.from("b")), Buffer.from("b").compare(Buffer.from("a")), Buffer.from("abc").compare(Buffer.from("xabc"), 1), Buffer.from("a").equals(new Uint8Array([97])));
const b = Buffer.from("this is a buffer, this is");
console.log(b.indexOf("is"), b.indexOf("is", 3), b.indexOf("is", -2), b.indexOf(Buffer.from("a buf")), b.indexOf(97), b.indexOf(97 + 256), b.indexOf("zz"), b.indexOf(""), b.indexOf("", 5), b.indexOf("", 100), b.lastIndexOf("this"), b.lastIndexOf("this", 5), b.lastIndexOf("is", -3), b.lastIndexOf("x"), b.lastIndexOf("this", -100), b.includes("buffer"), b.includes("buffer", 12), b.indexOf("6973", "hex"), b.indexOf("is", undefined), b.lastIndexOf("is", undefined), b.lastIndexOf("is", null), b.lastIndexOf(""));
const wide = Buffer.from("aXbXc", "utf16le");
console.log(wide.indexOf("X", 0, "utf16le"), wide.indexOf("X", 3, "ucs2"), wide.lastIndexOf("X", undefined, "utf16le"));
console.log(Buffer.alloc(6).fill("ab"), Buffer.alloc(6).fill("\u20ac"), Buffer.alloc(4).fill("62", "hex"), Buffer.alloc(4).fill(0x1ff), Buffer.alloc(5).fill("x", 1, 3), Buffer.alloc(3).fill(Buffer.from("q")), Buffer.alloc(3, 7).fill(""), Buffer.alloc(3).fill("\u00e9", "latin1"));
const w = Buffer.alloc(8, "-");
console.log(w.write("hello"), w, w.write("xyz", 6), w, w.write("\u20ac", 6), w.write("ff", 0, "hex"), w.write("abc", 1, 2), w.write("abc", 3, 2, "latin1"), w);
const s = Buffer.from("0123456789");
console.log(s.slice(2, 4).toString(), s.subarray(-3).toString(), s.slice(5, 2), s.subarray(2).buffer === s.buffer, s.toString("utf8", 2, 5), s.toString("utf8", -2), s.toString(undefined, 8, 100), s.toLocaleString());
const t = Buffer.alloc(5);
console.log(s.copy(t), t.toString(), s.copy(t, 2, 8), t.toString(), s.copy(t, 9), s.copy(t, 0, 3, 4), t.toString());
console.log(Buffer.from([1, 2, 3, 4]).swap16(), Buffer.from([1, 2, 3, 4]).swap32(), Buffer.from([1, 2, 3, 4, 5, 6, 7, 8]).swap64());
const n = Buffer.alloc(16);
console.log(n.writeUInt8(255), n.writeInt8(-1, 1), n.writeUInt16LE(513, 2), n.writeUInt16BE(513, 4), n.writeInt32LE(-2, 6), n.writeUInt32BE(0xdeadbeef, 10), n);
console.log(n.readUInt8(0), n.readInt8(1), n.readUInt16LE(2), n.readUInt16BE(4), n.readInt32LE(6), n.readUInt32BE(10), n.readUint32LE(10), n.readInt16BE(6));
console.log(n.writeDoubleBE(Math.PI), n.readDoubleBE(), n.writeFloatLE(1.5, 8), n.readFloatLE(8), n.writeBigInt64LE(-5n, 8), n.readBigInt64LE(8), n.readBigUInt64LE(8), n.writeBigUInt64BE(12345678901234567890n), n);
console.log(n.writeUIntBE(0x123456789abc, 0, 6), n.readUIntBE(0, 6).toString(16), n.writeIntLE(-123456, 0, 3), n.readIntLE(0, 3), n.readUIntLE(0, 3), n.readIntBE(0, 5));
const long = Buffer.alloc(60, 1);
console.log(long, [Buffer.from("in array")], { b: Buffer.alloc(0) });
const extra = Buffer.from("p");
extra.prop = { a: 1 };
console.log(extra, Object.prototype.toString.call(extra), extra.map((x) => x + 1), extra.parent === extra.buffer, typeof extra.offset);
for (const [i, byte] of s.subarray(0, 2).entries()) console.log(i, byte);
console.log([...s.keys()].length, Buffer.from("abc").reverse().toString(), Buffer.from("b a".split(" ").sort().join("")).toString());
console.log(isAscii(Buffer.from("a")), isAscii(Buffer.from("\u00e9")), isUtf8(Buffer.from([0xff])), isUtf8(Buffer.from("\u20ac")), constants.MAX_LENGTH === kMaxLength, kStringMaxLength);
const runs = [
  () => Buffer.from(), () => Buffer.from(null), () => Buffer.from(5), () => Buffer.from({}), () => Buffer.alloc("5"), () => Buffer.alloc(-1), () => Buffer.alloc(NaN), () => Buffer.from("a", "nope"), () => Buffer.alloc(2).toString("nope"),
  () => Buffer.alloc(2).readUInt32LE(), () => Buffer.alloc(8).readUInt32LE(5), () => Buffer.alloc(8).readUInt32LE(1.5), () => Buffer.alloc(8).readUInt32LE("1"), () => Buffer.alloc(8).writeUInt8(256), () => Buffer.alloc(8).writeInt16LE(-40000), () => Buffer.alloc(8).writeBigInt64LE(2n ** 63n), () => Buffer.alloc(8).writeUInt32LE(2 ** 32), () => Buffer.alloc(8).writeUIntBE(2 ** 48, 0, 6), () => Buffer.alloc(8).readUIntBE(0, 7), () => Buffer.alloc(8).writeUIntLE(70000, 0, 2),
  () => Buffer.alloc(3).swap16(), () => Buffer.concat("x"), () => Buffer.concat([1]), () => Buffer.compare(1, Buffer.alloc(1)), () => Buffer.alloc(1).equals("a"), () => Buffer.byteLength(5), () => Buffer.from(new ArrayBuffer(2), 3), () => Buffer.from(new ArrayBuffer(2), 0, 5), () => Buffer.alloc(4).fill("zz", "hex"), () => Buffer.alloc(4).fill("a", 0, 9), () => Buffer.alloc(2).write("a", 5), () => Buffer.alloc(2).write(5), () => Buffer.alloc(2).indexOf({}), () => Buffer.alloc(4).copy("x"), () => Buffer.alloc(4).copy(Buffer.alloc(1), 0, -1),
];
for (const run of runs) try { console.log(run()); } catch (error) { console.log(error.name, error.code, error.message); }
