"use strict";
// One compression or decompression over native code: its options, what goes in and comes out, and its errors
// as Node has them.

const { constants } = load("node/zlib/constants");
const { coded, invalidArgType, outOfRange } = load("node/errors");
const host = native("compression");

const GZIP_MAGIC = 0x1f;

// Which format native code is asked for, and whether it compresses.
const KINDS = {
  Deflate: ["deflate", true],
  Inflate: ["deflate", false],
  Gzip: ["gzip", true],
  Gunzip: ["gzip", false],
  DeflateRaw: ["deflate-raw", true],
  InflateRaw: ["deflate-raw", false],
  Unzip: ["unzip", false],
  BrotliCompress: ["brotli", true],
  BrotliDecompress: ["brotli", false],
  ZstdCompress: ["zstd", true],
  ZstdDecompress: ["zstd", false],
};

function checkNumber(options, name, least, most, otherwise) {
  const value = options[name];
  if (value === undefined || Number.isNaN(value)) return otherwise;
  if (typeof value !== "number") throw invalidArgType(`options.${name}`, "of type number", value);
  if (value < least || value > most || !Number.isInteger(value)) {
    const range = most === Infinity ? `>= ${least}` : `>= ${least} and <= ${most}`;
    throw outOfRange(`options.${name}`, Number.isFinite(value) ? range : "a finite number", value);
  }
  return value;
}

function dictionaryOf(options) {
  const { dictionary } = options;
  if (dictionary === undefined || ArrayBuffer.isView(dictionary)) return dictionary;
  if (load("blob").isArrayBuffer(dictionary)) return new Uint8Array(dictionary);
  throw invalidArgType(
    "options.dictionary", "an instance of Buffer, TypedArray, DataView, or ArrayBuffer", dictionary,
  );
}

// Numbers and values for native code.
function parametersOf(format, compress, options) {
  if (format === "brotli" || format === "zstd") return namedParameters(format, compress, options.params ?? {});
  const level = checkNumber(options, "level", -1, 9, constants.Z_DEFAULT_COMPRESSION);
  // 0 has the reader take what the header says.
  const least = compress || options.windowBits !== 0 ? 8 : 0;
  const windowBits = checkNumber(options, "windowBits", least, 15, 15) || 15;
  checkNumber(options, "memLevel", 1, 9, 8);
  checkNumber(options, "strategy", 0, 4, 0);
  return [0, level, 1, windowBits];
}

function namedParameters(format, compress, params) {
  const [name, prefix] = format === "brotli"
    ? ["Brotli", compress ? "BROTLI_PARAM_" : "BROTLI_DECODER_PARAM_"]
    : ["Zstd", compress ? "ZSTD_c_" : "ZSTD_d_"];
  const known = new Set();
  for (const key of Object.keys(constants)) if (key.startsWith(prefix)) known.add(constants[key]);
  const list = [];
  for (const [key, value] of Object.entries(params)) {
    if (!known.has(Number(key))) {
      throw coded(RangeError, `ERR_${name.toUpperCase()}_INVALID_PARAM`, `${key} is not a valid ${name} parameter`);
    }
    if (typeof value !== "number" && typeof value !== "boolean") {
      throw invalidArgType("options.params[key]", "of type number", value);
    }
    list.push(Number(key), Number(value));
  }
  return list;
}

class Coder {
  #format;
  #compress;
  #parameters;
  #dictionary;
  #handle = 0;
  #ended = false;
  #began = false;

  constructor(kind, options) {
    [this.#format, this.#compress] = KINDS[kind];
    this.#parameters = parametersOf(this.#format, this.#compress, options);
    this.#dictionary = dictionaryOf(options);
    if (this.#format !== "unzip") this.#open(this.#format);
  }

  get compresses() {
    return this.#compress;
  }

  get isZlib() {
    return this.#format !== "brotli" && this.#format !== "zstd";
  }

  #open(format) {
    this.close();
    this.#handle = host.create(format, this.#compress, this.#parameters, this.#dictionary, !this.#compress);
    this.#ended = false;
  }

  /** Takes bytes in; `give` gets each piece that comes out. */
  write(bytes, give) {
    while (bytes.length > 0) {
      if (!this.#began && this.#format === "unzip") this.#open(bytes[0] === GZIP_MAGIC ? "gzip" : "deflate");
      this.#began = true;
      if (this.#ended) {
        // Another member of a gzip file; other bytes behind the end are nobody's.
        if (bytes[0] !== GZIP_MAGIC || (this.#format !== "gzip" && this.#format !== "unzip")) return;
        this.#open("gzip");
      }
      this.#drain(() => host.push(this.#handle, bytes), give);
      const unused = this.#compress ? -1 : host.unused(this.#handle);
      if (unused < 0) return;
      this.#ended = true;
      bytes = bytes.subarray(bytes.length - unused);
    }
  }

  /** Has what was written come out. */
  flush(kind, give) {
    if (this.#compress && kind !== constants.Z_NO_FLUSH) {
      this.#drain(() => host.flush(this.#handle, kind === constants.Z_FULL_FLUSH), give);
    }
  }

  /** There is no more input; `partial` is satisfied with what has come out. */
  finish(partial, give) {
    if (this.#handle === 0) {
      if (partial) return;
      throw zlibError("unexpected end of file", "Z_BUF_ERROR");
    }
    if (!this.#ended && !(partial && !this.#compress)) this.#drain(() => host.finish(this.#handle), give);
    this.close();
  }

  #drain(first, give) {
    try {
      for (let piece = first(); piece.length > 0; piece = host.pull(this.#handle)) give(piece);
    } catch (error) {
      throw error.code === undefined ? this.#errorOf(error) : error;
    }
  }

  // Native code says what is wrong in words.
  #errorOf(error) {
    const text = error.message;
    if (text.includes("ends too early")) return zlibError("unexpected end of file", "Z_BUF_ERROR");
    if (text.includes("with a dictionary")) {
      return zlibError(this.#dictionary === undefined ? "Missing dictionary" : "Bad dictionary", "Z_NEED_DICT");
    }
    if (this.#format === "brotli") return failure("Decompression failed", "ERR_BROTLI_DECODER", -1);
    if (this.#format === "zstd") {
      return failure("Data corruption detected", "ZSTD_error_corruption_detected", 20);
    }
    const detail = /: (?:deflate decompression error: )?(.+)$/.exec(text)?.[1] ?? text;
    return zlibError(detail, "Z_DATA_ERROR");
  }

  close() {
    if (this.#handle !== 0) host.close(this.#handle);
    this.#handle = 0;
  }
}

function zlibError(message, code) {
  return failure(message, code, constants[code]);
}

function failure(message, code, errno) {
  const error = new Error(message);
  error.errno = errno;
  error.code = code;
  return error;
}

return { Coder, KINDS, checkNumber };
