"use strict";
// The streams of node:zlib.

const { Transform } = load("node/stream/transform");
const { Coder, KINDS, checkNumber } = load("node/zlib/coder");
const { constants } = load("node/zlib/constants");
const { invalidArgType } = load("node/errors");
const { Buffer } = load("node/buffer/class");

const MIN_CHUNK_BYTES = 64;
const DEFAULT_CHUNK_BYTES = 16 * 1024;

// A write that flushes: how much.
const flushing = Symbol("flush");

function ZlibBase(kind, options) {
  if (options === undefined || options === null) options = {};
  if (typeof options !== "object") throw invalidArgType("options", "of type object", options);
  const chunkSize = checkNumber(options, "chunkSize", MIN_CHUNK_BYTES, Infinity, DEFAULT_CHUNK_BYTES);
  const isZlib = KINDS[kind][0] !== "brotli" && KINDS[kind][0] !== "zstd";
  const most = isZlib ? constants.Z_BLOCK : 3;
  const flush = checkNumber(options, "flush", 0, most, constants.Z_NO_FLUSH);
  const finish = checkNumber(options, "finishFlush", 0, most, isZlib ? constants.Z_FINISH : 2);
  checkNumber(options, "maxOutputLength", 1, 0x1fffffffffffff, undefined);
  const coder = new Coder(kind, options);
  Transform.call(this, { autoDestroy: true, ...options });
  this.bytesWritten = 0;
  hidden(this, "_coder", coder);
  hidden(this, "_kind", kind);
  hidden(this, "_options", options);
  hidden(this, "_chunkSize", chunkSize);
  hidden(this, "_defaultFlushFlag", flush);
  hidden(this, "_finishPartial", isZlib ? finish !== constants.Z_FINISH : false);
}
Object.setPrototypeOf(ZlibBase.prototype, Transform.prototype);
Object.setPrototypeOf(ZlibBase, Transform);

function hidden(object, name, value) {
  Object.defineProperty(object, name, { value, writable: true, enumerable: false, configurable: true });
}

Object.defineProperty(ZlibBase.prototype, "_closed", {
  get() {
    return this.destroyed;
  },
  configurable: true,
});

// What comes out is handed on in chunks of the size that was asked for.
ZlibBase.prototype._give = function _give(piece) {
  for (let at = 0; at < piece.length; at += this._chunkSize) {
    const end = Math.min(at + this._chunkSize, piece.length);
    this.push(Buffer.from(piece.buffer, piece.byteOffset + at, end - at));
  }
};

ZlibBase.prototype._transform = function _transform(chunk, encoding, callback) {
  const give = (piece) => this._give(piece);
  try {
    if (chunk[flushing] !== undefined) {
      this._coder.flush(chunk[flushing], give);
    } else {
      this.bytesWritten += chunk.length;
      this._coder.write(chunk, give);
      this._coder.flush(this._defaultFlushFlag, give);
    }
  } catch (error) {
    callback(error);
    return;
  }
  callback();
};

ZlibBase.prototype._flush = function _flush(callback) {
  try {
    this._coder.finish(this._finishPartial, (piece) => this._give(piece));
  } catch (error) {
    callback(error);
    return;
  }
  callback();
};

ZlibBase.prototype._destroy = function _destroy(error, callback) {
  this._coder.close();
  callback(error);
};

ZlibBase.prototype.flush = function flush(kind, callback) {
  if (typeof kind === "function" || (kind === undefined && callback === undefined)) {
    callback = kind;
    kind = this._coder.isZlib ? constants.Z_FULL_FLUSH : 1;
  }
  if (this.writableFinished) {
    if (callback) load("task_queue").nextTick(callback);
  } else if (this.writableEnded) {
    if (callback) this.once("end", callback);
  } else {
    const chunk = Buffer.alloc(0);
    chunk[flushing] = kind;
    this.write(chunk, "", callback);
  }
};

ZlibBase.prototype.close = function close(callback) {
  if (callback) load("node/stream/finished").finished(this, () => callback());
  this.destroy();
};

ZlibBase.prototype.reset = function reset() {
  this._coder.close();
  this._coder = new Coder(this._kind, this._options);
};

const { missingFunction } = load("node/absent");
for (const name of ["params", "_processChunk"]) {
  hidden(ZlibBase.prototype, name, missingFunction("zlib.Zlib", name));
}

// The constructors, which may be called without `new`.
const classes = {};
for (const kind of Object.keys(KINDS)) {
  const Class = {
    [kind]: function (options) {
      if (!(this instanceof Class)) return new Class(options);
      ZlibBase.call(this, kind, options);
    },
  }[kind];
  Object.setPrototypeOf(Class.prototype, ZlibBase.prototype);
  Object.setPrototypeOf(Class, ZlibBase);
  classes[kind] = Class;
}

return { classes };
