"use strict";
// node:zlib: deflate, gzip, brotli and zstd, as functions and as streams.

const { classes } = load("node/zlib/stream");
const { codes, constants } = load("node/zlib/constants");
const { Coder, KINDS, checkNumber } = load("node/zlib/coder");
const { checkFunction, coded, invalidArgType, outOfRange } = load("node/errors");
const { Buffer } = load("node/buffer/class");
const { missing } = load("node/absent");

function bytesOf(input) {
  if (typeof input === "string") return Buffer.from(input);
  if (ArrayBuffer.isView(input)) return new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
  if (load("blob").isArrayBuffer(input)) return new Uint8Array(input);
  throw invalidArgType(
    "buffer", "of type string or an instance of Buffer, TypedArray, DataView, or ArrayBuffer", input,
  );
}

function runSync(kind, input, options = {}) {
  const bytes = bytesOf(input);
  options ??= {};
  checkNumber(options, "chunkSize", 64, Infinity, undefined);
  const limit = checkNumber(options, "maxOutputLength", 1, 0x1fffffffffffff, Infinity);
  const finish = options.finishFlush ?? constants.Z_FINISH;
  const coder = new Coder(kind, options);
  const pieces = [];
  let length = 0;
  const give = (piece) => {
    length += piece.length;
    if (length > limit) {
      throw coded(RangeError, "ERR_BUFFER_TOO_LARGE", `Cannot create a Buffer larger than ${limit} bytes`);
    }
    pieces.push(piece);
  };
  try {
    coder.write(bytes, give);
    coder.finish(coder.isZlib && finish !== constants.Z_FINISH, give);
  } finally {
    coder.close();
  }
  const result = pieces.length === 1
    ? Buffer.from(pieces[0].buffer, pieces[0].byteOffset, pieces[0].length) : Buffer.concat(pieces, length);
  return options.info ? { buffer: result, engine: new classes[kind](options) } : result;
}

function runLater(kind, input, options, callback) {
  if (typeof options === "function") {
    callback = options;
    options = {};
  }
  checkFunction(callback, "callback");
  // What is wrong with the arguments is thrown at once.
  bytesOf(input);
  new Coder(kind, options ?? {}).close();
  const { setImmediate } = load("timers");
  setImmediate(() => {
    let result;
    try {
      result = runSync(kind, input, options);
    } catch (error) {
      callback(error);
      return;
    }
    callback(null, result);
  });
}

// For each kind `gzip`, `gzipSync` and `createGzip`.
const functions = {};
const NAMES = {
  Deflate: "deflate", Gzip: "gzip", DeflateRaw: "deflateRaw", Unzip: "unzip", Inflate: "inflate",
  Gunzip: "gunzip",
  InflateRaw: "inflateRaw", BrotliCompress: "brotliCompress", BrotliDecompress: "brotliDecompress",
  ZstdCompress: "zstdCompress", ZstdDecompress: "zstdDecompress",
};
for (const kind of Object.keys(KINDS)) {
  const name = NAMES[kind];
  Object.assign(functions, {
    [name]: { [name](buffer, options, callback) { runLater(kind, buffer, options, callback); } }[name],
    [`${name}Sync`]: { [`${name}Sync`]: (buffer, options) => runSync(kind, buffer, options) }[`${name}Sync`],
    [`create${kind}`]: { [`create${kind}`]: (options) => new classes[kind](options) }[`create${kind}`],
  });
}

// --- CRC-32 of ISO 3309 ---

let crcTable;

function makeTable() {
  const table = new Int32Array(256);
  for (let n = 0; n < 256; n++) {
    let c = n;
    for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
    table[n] = c;
  }
  return table;
}

function crc32(data, value = 0) {
  if (typeof data === "string") data = Buffer.from(data);
  if (!ArrayBuffer.isView(data)) {
    throw invalidArgType("data", "of type string or an instance of Buffer, TypedArray, or DataView", data);
  }
  if (typeof value !== "number") throw invalidArgType("value", "of type number", value);
  if (!Number.isInteger(value)) throw outOfRange("value", "an integer", value);
  if (value < 0 || value > 0xffffffff) throw outOfRange("value", ">= 0 && <= 4294967295", value);
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const table = (crcTable ??= makeTable());
  let crc = ~value;
  for (let i = 0; i < bytes.length; i++) crc = table[(crc ^ bytes[i]) & 0xff] ^ (crc >>> 8);
  return ~crc >>> 0;
}

return {
  ...classes, ...functions, crc32, codes, constants,
  ...missing("zlib",
    "ZipEntry* ZipFile* ZipBuffer* createZipArchive createZipArchiveSync zipFiles getMaxZipContentSize " +
    "setMaxZipContentSize"),
};
