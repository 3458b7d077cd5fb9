// node:zlib: functions, streams, errors.
import zlib from "node:zlib";
import { promisify } from "node:util";
import { finished, pipeline } from "node:stream/promises";
import { Readable, Writable } from "node:stream";
import { once } from "node:events";

const text = "hello hello hello ".repeat(500);
for (const [pack, unpack] of [["deflate", "inflate"], ["gzip", "gunzip"], ["deflateRaw", "inflateRaw"], ["brotliCompress", "brotliDecompress"], ["zstdCompress", "zstdDecompress"], ["gzip", "unzip"], ["deflate", "unzip"]]) {
  const packed = zlib[`${pack}Sync`](text);
  console.log(pack, Buffer.isBuffer(packed), packed.length < 200, zlib[`${unpack}Sync`](packed).toString() === text);
  const later = await promisify(zlib[unpack])(await promisify(zlib[pack])(Buffer.from(text)));
  console.log(later.toString() === text, zlib[`${unpack}Sync`](zlib[`${pack}Sync`]("")).length);
  const chunks = [];
  const Pack = pack[0].toUpperCase() + pack.slice(1);
  const Unpack = unpack[0].toUpperCase() + unpack.slice(1);
  await pipeline(
    Readable.from([text.slice(0, 100), text.slice(100)]), zlib[`create${Pack}`](), zlib[`create${Unpack}`]({ chunkSize: 100 }),
    new Writable({ write(chunk, _, done) { chunks.push(chunk); done(); } }),
  );
  console.log(Buffer.concat(chunks).toString() === text, chunks.every((chunk) => chunk.length <= 100));
}
// What others have packed.
console.log(zlib.gunzipSync(Buffer.from("H4sIAAAAAAAAA8tIzcnJBwCGphA2BQAAAA==", "base64")).toString());
console.log(zlib.inflateSync(Buffer.from("789ccb48cdc9c907000 62c0215".replace(" ", ""), "hex")).toString());
console.log(zlib.brotliDecompressSync(Buffer.from("CwKAaGVsbG8D", "base64")).toString());

const attempt = (what, act) => {
  try { console.log(what, act()); } catch (error) { console.log(what, error.name, error.code, error.errno, error.message); }
};
attempt("inflate", () => zlib.inflateSync(Buffer.from("nonsense")));
attempt("gunzip", () => zlib.gunzipSync(Buffer.from("nonsense")));
attempt("cut", () => zlib.gunzipSync(zlib.gzipSync("aaaa").subarray(0, 12)));
attempt("cut, partial", () => zlib.gunzipSync(zlib.gzipSync(text).subarray(0, 40), { finishFlush: zlib.constants.Z_SYNC_FLUSH }).length > 0);
attempt("empty", () => zlib.gunzipSync(Buffer.alloc(0)));
attempt("members", () => zlib.gunzipSync(Buffer.concat([zlib.gzipSync("a"), zlib.gzipSync("b"), Buffer.from([0, 0, 1])])).toString());
attempt("trail", () => zlib.inflateSync(Buffer.concat([zlib.deflateSync("a"), Buffer.from("trail")])).toString());
attempt("brotli cut", () => zlib.brotliDecompressSync(zlib.brotliCompressSync("abc").subarray(0, 3)));
const dictionary = Buffer.from("hello world");
attempt("no dictionary", () => zlib.inflateSync(zlib.deflateSync("hello", { dictionary })));
attempt("wrong dictionary", () => zlib.inflateSync(zlib.deflateSync("hello", { dictionary }), { dictionary: Buffer.from("x") }));
attempt("dictionary", () => zlib.inflateSync(zlib.deflateSync("hello world", { dictionary }), { dictionary }).toString());
attempt("raw dictionary", () => zlib.inflateRawSync(zlib.deflateRawSync("hello world", { dictionary }), { dictionary }).toString());
attempt("smaller", () => zlib.deflateSync("hello world", { dictionary }).length < zlib.deflateSync("hello world").length);
attempt("levels", () => [0, 1, 9].map((level) => zlib.deflateSync(text, { level }).length).map((n, i, all) => i === 0 ? n > text.length : n <= all[i - 1]).join());
attempt("input", () => zlib.deflateSync(1));
attempt("level", () => zlib.deflateSync("a", { level: 10 }));
attempt("chunkSize", () => zlib.createGzip({ chunkSize: 1 }));
attempt("strategy", () => zlib.deflateSync("a", { strategy: 9 }));
attempt("limit", () => zlib.inflateSync(zlib.deflateSync(Buffer.alloc(100)), { maxOutputLength: 10 }));
attempt("callback", () => zlib.gzip("a"));
attempt("param", () => zlib.brotliCompressSync("a", { params: { 99: 1 } }));
attempt("quality", () => zlib.brotliDecompressSync(zlib.brotliCompressSync(text, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1, [zlib.constants.BROTLI_PARAM_LGWIN]: 16 } })).toString() === text);
attempt("zstd level", () => zlib.zstdDecompressSync(zlib.zstdCompressSync(text, { params: { [zlib.constants.ZSTD_c_compressionLevel]: 10, [zlib.constants.ZSTD_c_checksumFlag]: 1 } })).toString() === text);
attempt("types", () => [new Uint8Array([104, 105]), new Uint8Array([104, 105]).buffer, new DataView(new Uint8Array([104, 105]).buffer)].map((input) => zlib.gunzipSync(zlib.gzipSync(input)).toString()).join());
attempt("crc32", () => [zlib.crc32("hello"), zlib.crc32(Buffer.from("lo"), zlib.crc32("hel")), zlib.crc32("")].join());
attempt("crc32", () => zlib.crc32(1));
attempt("without new", () => zlib.Gzip() instanceof zlib.Gzip && zlib.createInflate() instanceof zlib.Inflate);

// A flush has everything come out, and the stream goes on.
const gzip = zlib.createDeflate();
const inflate = zlib.createInflate();
gzip.pipe(inflate);
gzip.write("first");
gzip.flush(() => {});
console.log(String((await once(inflate, "data"))[0]));
gzip.write("second");
gzip.flush(zlib.constants.Z_SYNC_FLUSH);
console.log(String((await once(inflate, "data"))[0]));
gzip.end("third");
console.log(String((await once(inflate, "data"))[0]), gzip.bytesWritten);
await finished(inflate);

const bad = zlib.createGunzip();
bad.on("error", (error) => console.log("error", error.code, error.message, bad.destroyed));
bad.end("nonsense");
await once(bad, "close").catch(() => {});
const closed = zlib.createGzip();
closed.close(() => console.log("closed"));
console.log(zlib.constants.Z_BEST_COMPRESSION, zlib.codes.Z_DATA_ERROR, zlib.codes["-3"]);
