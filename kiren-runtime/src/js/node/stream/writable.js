"use strict";
// Writable: a target that is written to; what comes while it is busy waits in a buffer.

const { captureRejectionSymbol } = load("node/emitter");
const { Stream } = load("node/stream/legacy");
const { construct, destroy, errorOrDestroy, undestroy } = load("node/stream/destroy");
const { highWaterMarkOf } = load("node/stream/limits");
const { coded, invalidArgType } = load("node/errors");
const { nextTick } = load("task_queue");
const { Buffer } = load("node/buffer/class");

const finishCallbacks = Symbol("callbacks of end()");

class WritableState {
  constructor(options, stream, isDuplex) {
    this.objectMode = Boolean(options.objectMode || (isDuplex && options.writableObjectMode));
    this.highWaterMark = highWaterMarkOf(this.objectMode, options, "writableHighWaterMark", isDuplex);
    this.finalCalled = false;
    this.needDrain = false;
    this.ending = false;
    this.ended = false;
    this.finished = false;
    this.destroyed = false;
    this.decodeStrings = options.decodeStrings !== false;
    this.defaultEncoding = options.defaultEncoding ?? "utf8";
    this.length = 0;
    this.writing = false;
    this.corked = 0;
    this.sync = true;
    this.bufferProcessing = false;
    this.onwrite = (error) => onWrite(stream, error);
    this.writecb = null;
    this.writelen = 0;
    this.buffered = [];
    this.pendingcb = 0;
    this.constructed = true;
    this.prefinished = false;
    this.errorEmitted = false;
    this.emitClose = options.emitClose !== false;
    this.autoDestroy = options.autoDestroy !== false;
    this.errored = null;
    this.closed = false;
    this.closeEmitted = false;
    this[finishCallbacks] = [];
    // Callbacks of writes that ended at once, called together in a tick.
    this.afterWrites = null;
  }

  getBuffer() {
    return this.buffered.slice();
  }

  get bufferedRequestCount() {
    return this.buffered.length;
  }
}

function Writable(options) {
  if (!(this instanceof Writable)) return new Writable(options);
  initialize(this, options ?? {}, false);
  Stream.call(this, options);
  begin(this, options);
}

function initialize(stream, options, isDuplex) {
  stream._writableState = new WritableState(options, stream, isDuplex);
  if (typeof options.write === "function") stream._write = options.write;
  if (typeof options.writev === "function") stream._writev = options.writev;
  if (typeof options.destroy === "function") stream._destroy = options.destroy;
  if (typeof options.final === "function") stream._final = options.final;
  if (typeof options.construct === "function") stream._construct = options.construct;
}

function begin(stream, options) {
  if (options?.signal) load("node/stream/abort").addAbortSignal(options.signal, stream);
  construct(stream, () => {
    const state = stream._writableState;
    if (!state.writing) writeBuffered(stream, state);
    finishMaybe(stream, state);
  });
}

Object.setPrototypeOf(Writable.prototype, Stream.prototype);
Object.setPrototypeOf(Writable, Stream);
Writable.WritableState = WritableState;

// A duplex inherits from Readable only: it is a Writable by what it has.
Object.defineProperty(Writable, Symbol.hasInstance, {
  value(object) {
    if (Function.prototype[Symbol.hasInstance].call(this, object)) return true;
    return this === Writable && object?._writableState instanceof WritableState;
  },
});

Writable.prototype.pipe = function pipe() {
  errorOrDestroy(this, coded(Error, "ERR_STREAM_CANNOT_PIPE", "Cannot pipe, not readable"));
};

// --- writing ---

Writable.prototype.write = function write(chunk, encoding, callback) {
  return takeChunk(this, chunk, encoding, callback) === true;
};

// True or false as write() answers, or an error that was told.
function takeChunk(stream, chunk, encoding, callback) {
  const state = stream._writableState;
  if (typeof encoding === "function") {
    callback = encoding;
    encoding = state.defaultEncoding;
  } else {
    if (!encoding) encoding = state.defaultEncoding;
    else if (encoding !== "buffer" && !Buffer.isEncoding(encoding)) {
      throw coded(TypeError, "ERR_UNKNOWN_ENCODING", `Unknown encoding: ${encoding}`);
    }
    if (typeof callback !== "function") callback = nothing;
  }
  if (chunk === null) throw coded(TypeError, "ERR_STREAM_NULL_VALUES", "May not write null values to stream");
  if (!state.objectMode) {
    if (typeof chunk === "string") {
      if (state.decodeStrings) {
        chunk = Buffer.from(chunk, encoding);
        encoding = "buffer";
      }
    } else if (ArrayBuffer.isView(chunk)) {
      if (!(chunk instanceof Buffer)) chunk = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      encoding = "buffer";
    } else {
      throw invalidArgType("chunk", "of type string or an instance of Buffer, TypedArray, or DataView", chunk);
    }
  }
  let error;
  if (state.ending) error = coded(Error, "ERR_STREAM_WRITE_AFTER_END", "write after end");
  else if (state.destroyed) error = destroyedError("write");
  if (error !== undefined) {
    nextTick(callback, error);
    errorOrDestroy(stream, error, true);
    return error;
  }
  state.pendingcb++;
  return writeOrBuffer(stream, state, chunk, encoding, callback);
}

function nothing() {}

function destroyedError(what) {
  return coded(Error, "ERR_STREAM_DESTROYED", `Cannot call ${what} after a stream was destroyed`);
}

function writeOrBuffer(stream, state, chunk, encoding, callback) {
  const length = state.objectMode ? 1 : chunk.length;
  state.length += length;
  const isBelow = state.length < state.highWaterMark;
  if (!isBelow) state.needDrain = true;
  if (state.writing || state.corked > 0 || state.errored || !state.constructed) {
    state.buffered.push({ chunk, encoding, callback });
  } else {
    startWrite(state, length, callback);
    stream._write(chunk, encoding, state.onwrite);
    state.sync = false;
  }
  return isBelow && !state.errored && !state.destroyed;
}

function startWrite(state, length, callback) {
  state.writelen = length;
  state.writecb = callback;
  state.writing = true;
  state.sync = true;
}

function onWrite(stream, error) {
  const state = stream._writableState;
  const { sync, writecb: callback } = state;
  if (typeof callback !== "function") {
    errorOrDestroy(stream, coded(Error, "ERR_MULTIPLE_CALLBACK", "Callback called multiple times"));
    return;
  }
  state.writing = false;
  state.writecb = null;
  state.length -= state.writelen;
  state.writelen = 0;
  if (error) {
    void error.stack;
    state.errored ??= error;
    if (stream._readableState) stream._readableState.errored ??= error;
    if (sync) nextTick(onWriteError, stream, state, error, callback);
    else onWriteError(stream, state, error, callback);
    return;
  }
  if (state.buffered.length > 0) writeBuffered(stream, state);
  if (!sync) {
    afterWrite(stream, state, 1, callback);
  } else if (state.afterWrites !== null && state.afterWrites.callback === callback) {
    state.afterWrites.count++;
  } else {
    state.afterWrites = { count: 1, callback };
    nextTick(afterWrites, stream, state, state.afterWrites);
  }
}

function afterWrites(stream, state, { count, callback }) {
  state.afterWrites = null;
  afterWrite(stream, state, count, callback);
}

function afterWrite(stream, state, count, callback) {
  const drained = !state.ending && !stream.destroyed && state.length === 0 && state.needDrain;
  if (drained) {
    state.needDrain = false;
    stream.emit("drain");
  }
  while (count-- > 0) {
    state.pendingcb--;
    callback(null);
  }
  if (state.destroyed) failBuffered(state);
  finishMaybe(stream, state);
}

function onWriteError(stream, state, error, callback) {
  state.pendingcb--;
  callback(error);
  failBuffered(state);
  errorOrDestroy(stream, error);
}

// Nothing will be written any more: whoever waits is told.
function failBuffered(state) {
  if (state.writing) return;
  for (const { chunk, callback } of state.buffered.splice(0)) {
    state.length -= state.objectMode ? 1 : chunk.length;
    callback(state.errored ?? destroyedError("write"));
  }
  for (const callback of state[finishCallbacks].splice(0)) callback(state.errored ?? destroyedError("end"));
}

function writeBuffered(stream, state) {
  if (state.corked > 0 || state.bufferProcessing || state.destroyed || !state.constructed) return;
  const { buffered, objectMode } = state;
  if (buffered.length === 0) return;
  state.bufferProcessing = true;
  if (buffered.length > 1 && stream._writev) {
    const entries = buffered.splice(0);
    state.pendingcb -= entries.length - 1;
    const chunks = entries.map(({ chunk, encoding, callback }) => ({ chunk, encoding, callback }));
    chunks.allBuffers = entries.every(({ encoding }) => encoding === "buffer");
    const callback = (error) => {
      for (const entry of entries) entry.callback(error);
    };
    startWrite(state, state.length, callback);
    stream._writev(chunks, state.onwrite);
    state.sync = false;
  } else {
    let at = 0;
    while (at < buffered.length && !state.writing) {
      const { chunk, encoding, callback } = buffered[at];
      buffered[at++] = undefined;
      startWrite(state, objectMode ? 1 : chunk.length, callback);
      stream._write(chunk, encoding, state.onwrite);
      state.sync = false;
    }
    buffered.splice(0, at);
  }
  state.bufferProcessing = false;
}

Writable.prototype._write = function _write(chunk, encoding, callback) {
  if (!this._writev) throw coded(Error, "ERR_METHOD_NOT_IMPLEMENTED", "The _write() method is not implemented");
  this._writev([{ chunk, encoding }], callback);
};

Writable.prototype._writev = null;

Writable.prototype.cork = function cork() {
  this._writableState.corked++;
};

Writable.prototype.uncork = function uncork() {
  const state = this._writableState;
  if (state.corked === 0) return;
  state.corked--;
  if (!state.writing) writeBuffered(this, state);
};

Writable.prototype.setDefaultEncoding = function setDefaultEncoding(encoding) {
  if (typeof encoding === "string") encoding = encoding.toLowerCase();
  if (!Buffer.isEncoding(encoding)) {
    const shown = typeof encoding === "string" ? encoding : load("inspect").inspect(encoding);
    throw coded(TypeError, "ERR_UNKNOWN_ENCODING", `Unknown encoding: ${shown}`);
  }
  this._writableState.defaultEncoding = encoding;
  return this;
};

// --- the end ---

Writable.prototype.end = function end(chunk, encoding, callback) {
  const state = this._writableState;
  if (typeof chunk === "function") {
    callback = chunk;
    chunk = encoding = null;
  } else if (typeof encoding === "function") {
    callback = encoding;
    encoding = null;
  }
  let error;
  if (chunk !== null && chunk !== undefined) {
    const result = takeChunk(this, chunk, encoding);
    if (result instanceof Error) error = result;
  }
  if (state.corked > 0) {
    state.corked = 1;
    this.uncork();
  }
  if (error === undefined) {
    if (!state.errored && !state.ending) {
      state.ending = true;
      finishMaybe(this, state, true);
      state.ended = true;
    } else if (state.finished) {
      error = coded(Error, "ERR_STREAM_ALREADY_FINISHED", "Cannot call end after a stream was finished");
    } else if (state.destroyed) {
      error = destroyedError("end");
    }
  }
  if (typeof callback === "function") {
    if (error) nextTick(callback, error);
    else if (state.errored) nextTick(callback, state.errored);
    else if (state.finished) nextTick(callback);
    else state[finishCallbacks].push(callback);
  }
  return this;
};

function needsFinish(state) {
  return state.ending && !state.destroyed && state.constructed && state.length === 0 && !state.errored &&
    state.buffered.length === 0 && !state.finished && !state.writing && !state.errorEmitted && !state.closeEmitted;
}

function finishMaybe(stream, state, sync = false) {
  if (!needsFinish(state)) return;
  prefinish(stream, state);
  if (state.pendingcb !== 0) return;
  if (sync) {
    state.pendingcb++;
    nextTick(() => {
      if (needsFinish(state)) finish(stream, state);
      else state.pendingcb--;
    });
  } else if (needsFinish(state)) {
    state.pendingcb++;
    finish(stream, state);
  }
}

function prefinish(stream, state) {
  if (state.prefinished || state.finalCalled) return;
  if (typeof stream._final === "function" && !state.destroyed) {
    state.finalCalled = true;
    callFinal(stream, state);
  } else {
    state.prefinished = true;
    stream.emit("prefinish");
  }
}

function callFinal(stream, state) {
  let called = false;
  function done(error) {
    if (called) {
      errorOrDestroy(stream, error ?? coded(Error, "ERR_MULTIPLE_CALLBACK", "Callback called multiple times"));
      return;
    }
    called = true;
    state.pendingcb--;
    if (error) {
      for (const callback of state[finishCallbacks].splice(0)) callback(error);
      errorOrDestroy(stream, error, state.sync);
    } else if (needsFinish(state)) {
      state.prefinished = true;
      stream.emit("prefinish");
      state.pendingcb++;
      nextTick(finish, stream, state);
    }
  }
  state.sync = true;
  state.pendingcb++;
  try {
    stream._final(done);
  } catch (error) {
    done(error);
  }
  state.sync = false;
}

function finish(stream, state) {
  state.pendingcb--;
  state.finished = true;
  for (const callback of state[finishCallbacks].splice(0)) callback(null);
  stream.emit("finish");
  if (!state.autoDestroy) return;
  const readable = stream._readableState;
  const readableDone = !readable || (readable.autoDestroy && (readable.endEmitted || readable.readable === false));
  if (readableDone) stream.destroy();
}

Writable.prototype.destroy = function (error, callback) {
  const state = this._writableState;
  if (!state.destroyed && (state.buffered.length > 0 || state[finishCallbacks].length > 0)) nextTick(failBuffered, state);
  destroy.call(this, error, callback);
  return this;
};
Object.defineProperty(Writable.prototype.destroy, "name", { value: "destroy" });

Writable.prototype._undestroy = undestroy;

Writable.prototype._destroy = function _destroy(error, callback) {
  callback(error);
};

Writable.prototype[captureRejectionSymbol] = function (error) {
  this.destroy(error);
};

Writable.prototype[Symbol.asyncDispose] = async function () {
  let error;
  if (!this.destroyed) {
    error = this.writableFinished ? null : new (load("node/errors").AbortError)();
    this.destroy(error);
  }
  await new Promise((resolve, reject) => {
    load("node/stream/finished").finished(this, (failure) =>
      failure && failure.name !== "AbortError" ? reject(failure) : resolve());
  });
};

Writable.fromWeb = function fromWeb(stream, options) {
  return load("node/stream/adapters").writableFromWeb(stream, options);
};

Writable.toWeb = function toWeb(stream) {
  return load("node/stream/adapters").writableToWeb(stream);
};

// --- what can be asked ---

const accessors = {
  closed: [(state) => state.closed, false],
  destroyed: [(state) => state.destroyed, false, (state, value) => {
    state.destroyed = value;
  }],
  errored: [(state) => state.errored, null],
  writable: [
    (state) => state.writable !== false && !state.destroyed && !state.errored && !state.ending && !state.ended, false,
    (state, value) => {
      state.writable = Boolean(value);
    },
  ],
  writableFinished: [(state) => state.finished, false],
  writableObjectMode: [(state) => state.objectMode, false],
  writableBuffer: [(state) => state.getBuffer(), undefined],
  writableEnded: [(state) => state.ending, false],
  writableNeedDrain: [(state) => !state.destroyed && !state.ending && state.needDrain, false],
  writableHighWaterMark: [(state) => state.highWaterMark, undefined],
  writableCorked: [(state) => state.corked, 0],
  writableLength: [(state) => state.length, undefined],
  writableErrored: [(state) => state.errored, null],
  writableAborted: [
    (state) => state.writable !== false && Boolean(state.destroyed || state.errored) && !state.finished, false,
  ],
};

for (const [name, [get, missing, set]] of Object.entries(accessors)) {
  Object.defineProperty(Writable.prototype, name, {
    get() {
      return this._writableState ? get(this._writableState) : missing;
    },
    set: set && function (value) {
      if (this._writableState) set(this._writableState, value);
    },
    enumerable: false,
    configurable: true,
  });
}

Object.defineProperty(Writable, "begin", { value: { begin, initialize }, enumerable: false });

return Writable;
