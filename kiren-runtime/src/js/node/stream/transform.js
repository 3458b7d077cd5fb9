"use strict";
// Transform: a Duplex whose output is made of its input. PassThrough: one that changes nothing.

const Duplex = load("node/stream/duplex");
const { coded } = load("node/errors");
const { nextTick } = load("task_queue");

// The callback of a write whose output did not fit, called when more is read.
const waiting = Symbol("kCallback");

function Transform(options) {
  if (!(this instanceof Transform)) return new Transform(options);
  // With nothing to hold on the readable side, the writable side must not hold any either.
  const mark = options?.readableHighWaterMark ?? options?.highWaterMark;
  if (mark === 0) {
    const { writableHighWaterMark = 0 } = options;
    options = { ...options, highWaterMark: null, readableHighWaterMark: 0, writableHighWaterMark };
  }
  Duplex.call(this, options);
  this._readableState.sync = false;
  this[waiting] = null;
  if (options) {
    if (typeof options.transform === "function") this._transform = options.transform;
    if (typeof options.flush === "function") this._flush = options.flush;
  }
  this.on("prefinish", prefinish);
}

Object.setPrototypeOf(Transform.prototype, Duplex.prototype);
Object.setPrototypeOf(Transform, Duplex);

function flush(stream, callback) {
  if (typeof stream._flush !== "function" || stream.destroyed) {
    stream.push(null);
    callback?.();
    return;
  }
  stream._flush((error, data) => {
    if (error) {
      if (callback) callback(error);
      else stream.destroy(error);
      return;
    }
    if (data !== undefined && data !== null) stream.push(data);
    stream.push(null);
    callback?.();
  });
}

function prefinish() {
  if (this._final !== final) flush(this);
}

function final(callback) {
  flush(this, callback);
}

Transform.prototype._final = final;

Transform.prototype._transform = function _transform() {
  throw coded(Error, "ERR_METHOD_NOT_IMPLEMENTED", "The _transform() method is not implemented");
};

Transform.prototype._write = function _write(chunk, encoding, callback) {
  const readable = this._readableState;
  const writable = this._writableState;
  const { length } = readable;
  this._transform(chunk, encoding, (error, data) => {
    if (error) {
      callback(error);
      return;
    }
    if (data !== undefined && data !== null) this.push(data);
    const fits = writable.ended || length === readable.length || readable.length < readable.highWaterMark;
    if (readable.ended) nextTick(callback);
    else if (fits) callback();
    else this[waiting] = callback;
  });
};

Transform.prototype._read = function _read() {
  const callback = this[waiting];
  if (callback === null || callback === undefined) return;
  this[waiting] = null;
  callback();
};

function PassThrough(options) {
  if (!(this instanceof PassThrough)) return new PassThrough(options);
  Transform.call(this, options);
}

Object.setPrototypeOf(PassThrough.prototype, Transform.prototype);
Object.setPrototypeOf(PassThrough, Transform);

PassThrough.prototype._transform = function _transform(chunk, encoding, callback) {
  callback(null, chunk);
};

return { PassThrough, Transform };
