"use strict";
// Readable: a source that is read from, at the reader's pace.
//
// A stream is paused or flowing. Chunks that arrive go into a buffer; `_read` is asked for more while that holds less
// than the high-water mark. Flowing, what is in the buffer is emitted as "data"; paused, "readable" tells of it.

const { EventEmitter, captureRejectionSymbol } = load("node/emitter");
const { Stream } = load("node/stream/legacy");
const { construct, destroy, errorOrDestroy, undestroy } = load("node/stream/destroy");
const { highWaterMarkOf } = load("node/stream/limits");
const { coded, invalidArgType } = load("node/errors");
const { nextTick } = load("task_queue");
const { Buffer } = load("node/buffer/class");

const paused = Symbol("kPaused");

// Also of streams whose own methods of that name are something else.
const { listenerCount, prependListener } = EventEmitter.prototype;

function listens(stream, type) {
  return listenerCount.call(stream, type) > 0;
}

// The chunks that wait, first in first out.
class Chunks {
  #list = [];
  #head = 0;

  get length() {
    return this.#list.length - this.#head;
  }

  push(chunk) {
    this.#list.push(chunk);
  }

  unshift(chunk) {
    if (this.#head > 0) this.#list[--this.#head] = chunk;
    else this.#list.unshift(chunk);
  }

  first() {
    return this.#list[this.#head];
  }

  shift() {
    const chunk = this.#list[this.#head];
    this.#list[this.#head++] = undefined;
    if (this.#head === this.#list.length) this.clear();
    else if (this.#head > 1024) this.#list = this.#list.slice(this.#head, this.#list.length + (this.#head = 0));
    return chunk;
  }

  clear() {
    this.#list = [];
    this.#head = 0;
  }

  // Everything at once, of strings or of buffers.
  join(isText) {
    const list = this.#list.slice(this.#head);
    this.clear();
    if (list.length === 1) return list[0];
    return isText ? list.join("") : Buffer.concat(list);
  }

  // The first `count` characters or bytes.
  take(count, isText) {
    const parts = [];
    for (let left = count; left > 0;) {
      const chunk = this.first();
      if (chunk.length <= left) {
        left -= chunk.length;
        parts.push(this.shift());
      } else {
        parts.push(chunk.slice(0, left));
        this.#list[this.#head] = chunk.slice(left);
        left = 0;
      }
    }
    if (parts.length === 1) return parts[0];
    return isText ? parts.join("") : Buffer.concat(parts);
  }

  [Symbol.iterator]() {
    return this.#list.slice(this.#head)[Symbol.iterator]();
  }
}

class ReadableState {
  constructor(options, isDuplex) {
    this.objectMode = Boolean(options.objectMode || (isDuplex && options.readableObjectMode));
    this.highWaterMark = highWaterMarkOf(this.objectMode, options, "readableHighWaterMark", isDuplex);
    this.buffer = new Chunks();
    this.length = 0;
    this.pipes = [];
    this.flowing = null;
    this.ended = false;
    this.endEmitted = false;
    this.reading = false;
    this.constructed = true;
    this.sync = true;
    this.needReadable = false;
    this.emittedReadable = false;
    this.readableListening = false;
    this.resumeScheduled = false;
    this.readingMore = false;
    this.dataEmitted = false;
    this.errorEmitted = false;
    this.emitClose = options.emitClose !== false;
    this.autoDestroy = options.autoDestroy !== false;
    this.destroyed = false;
    this.errored = null;
    this.closed = false;
    this.closeEmitted = false;
    this.defaultEncoding = options.defaultEncoding || "utf8";
    // Targets of pipe() that have to drain before more flows.
    this.awaitDrainWriters = new Set();
    this.decoder = null;
    this.encoding = null;
    this[paused] = null;
    if (options.encoding) {
      const { StringDecoder } = load("node/string_decoder");
      this.decoder = new StringDecoder(options.encoding);
      this.encoding = options.encoding;
    }
  }

  get pipesCount() {
    return this.pipes.length;
  }

  get paused() {
    return this[paused] !== false;
  }

  set paused(value) {
    this[paused] = Boolean(value);
  }
}

function Readable(options) {
  if (!(this instanceof Readable)) return new Readable(options);
  initialize(this, options ?? {}, false);
  Stream.call(this, options);
  begin(this, options);
}

// What Readable's constructor does, which a duplex does for its own readable side.
function initialize(stream, options, isDuplex) {
  stream._readableState = new ReadableState(options, isDuplex);
  if (typeof options.read === "function") stream._read = options.read;
  if (typeof options.destroy === "function") stream._destroy = options.destroy;
  if (typeof options.construct === "function") stream._construct = options.construct;
}

function begin(stream, options) {
  if (options?.signal) load("node/stream/abort").addAbortSignal(options.signal, stream);
  construct(stream, () => {
    if (stream._readableState.needReadable) maybeReadMore(stream, stream._readableState);
  });
}

Object.setPrototypeOf(Readable.prototype, Stream.prototype);
Object.setPrototypeOf(Readable, Stream);
Readable.ReadableState = ReadableState;

Readable.prototype.destroy = destroy;
Readable.prototype._undestroy = undestroy;

Readable.prototype._destroy = function _destroy(error, callback) {
  callback(error);
};

Readable.prototype[captureRejectionSymbol] = function (error) {
  this.destroy(error);
};

Readable.prototype[Symbol.asyncDispose] = function () {
  let error;
  if (!this.destroyed) {
    error = this.readableEnded ? null : new (load("node/errors").AbortError)();
    this.destroy(error);
  }
  return new Promise((resolve, reject) => {
    load("node/stream/finished").finished(this, (failure) => failure && failure !== error ? reject(failure) : resolve(null));
  });
};

// --- chunks come in ---

Readable.prototype.push = function push(chunk, encoding) {
  return take(this, chunk, encoding, false);
};

Readable.prototype.unshift = function unshift(chunk, encoding) {
  return take(this, chunk, encoding, true);
};

function take(stream, chunk, encoding, atFront) {
  const state = stream._readableState;
  if (chunk === null) {
    state.reading = false;
    onEnd(stream, state);
    return false;
  }
  if (!state.objectMode) {
    if (typeof chunk === "string") {
      encoding ||= state.defaultEncoding;
      if (state.encoding !== encoding) {
        // What comes back to the front was decoded already.
        chunk = Buffer.from(chunk, encoding);
        if (atFront && state.encoding) chunk = chunk.toString(state.encoding);
        else encoding = "";
      }
    } else if (ArrayBuffer.isView(chunk)) {
      if (!(chunk instanceof Buffer)) chunk = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      encoding = "";
    } else if (chunk !== undefined) {
      errorOrDestroy(stream, invalidArgType("chunk", "of type string or an instance of Buffer, TypedArray, or DataView", chunk));
      return false;
    }
  }
  if (!state.objectMode && !(chunk?.length > 0)) {
    if (!atFront) {
      state.reading = false;
      maybeReadMore(stream, state);
    }
    return canTakeMore(state);
  }
  if (atFront) {
    if (state.endEmitted) {
      errorOrDestroy(stream, coded(Error, "ERR_STREAM_UNSHIFT_AFTER_END_EVENT", "stream.unshift() after end event"));
      return false;
    }
    if (state.destroyed || state.errored) return false;
    add(stream, state, chunk, true);
  } else if (state.ended) {
    errorOrDestroy(stream, coded(Error, "ERR_STREAM_PUSH_AFTER_EOF", "stream.push() after EOF"));
    return false;
  } else if (state.destroyed || state.errored) {
    return false;
  } else {
    state.reading = false;
    if (state.decoder !== null && !encoding) chunk = state.decoder.write(chunk);
    if (state.objectMode || chunk.length > 0) add(stream, state, chunk, false);
    else maybeReadMore(stream, state);
  }
  return canTakeMore(state);
}

function canTakeMore(state) {
  return !state.ended && (state.length < state.highWaterMark || state.length === 0);
}

function add(stream, state, chunk, atFront) {
  if (state.flowing && state.length === 0 && !state.sync && listens(stream, "data")) {
    state.awaitDrainWriters.clear();
    state.dataEmitted = true;
    stream.emit("data", chunk);
  } else {
    state.length += state.objectMode ? 1 : chunk.length;
    if (atFront) state.buffer.unshift(chunk);
    else state.buffer.push(chunk);
    if (state.needReadable) emitReadable(stream);
  }
  maybeReadMore(stream, state);
}

function onEnd(stream, state) {
  if (state.ended) return;
  if (state.decoder !== null) {
    const rest = state.decoder.end();
    if (rest.length > 0) {
      state.buffer.push(rest);
      state.length += state.objectMode ? 1 : rest.length;
    }
  }
  state.ended = true;
  if (state.sync) {
    emitReadable(stream);
  } else {
    state.needReadable = false;
    state.emittedReadable = true;
    emitReadableNow(stream);
  }
}

function emitReadable(stream) {
  const state = stream._readableState;
  state.needReadable = false;
  if (state.emittedReadable) return;
  state.emittedReadable = true;
  nextTick(emitReadableNow, stream);
}

function emitReadableNow(stream) {
  const state = stream._readableState;
  if (!state.destroyed && !state.errored && (state.length > 0 || state.ended)) {
    stream.emit("readable");
    state.emittedReadable = false;
  }
  state.needReadable = !state.flowing && !state.ended && state.length <= state.highWaterMark;
  flow(stream);
}

// Reads ahead until there is enough, when the caller has had its turn.
function maybeReadMore(stream, state) {
  if (state.readingMore || !state.constructed) return;
  state.readingMore = true;
  nextTick(readMore, stream, state);
}

function readMore(stream, state) {
  while (!state.reading && !state.ended &&
      (state.length < state.highWaterMark || (state.flowing && state.length === 0))) {
    const before = state.length;
    stream.read(0);
    if (state.length === before) break; // Nothing came at once.
  }
  state.readingMore = false;
}

// --- chunks go out ---

// A read of more than the mark means that the mark is too low: the next power of two.
function raisedMark(count) {
  if (count > 0x40000000) throw load("node/errors").outOfRange("size", "<= 1GiB", count);
  return 2 ** Math.ceil(Math.log2(count));
}

function countToRead(count, state) {
  if (count <= 0 || (state.length === 0 && state.ended)) return 0;
  if (state.objectMode) return 1;
  if (Number.isNaN(count)) {
    // Without a size, one chunk at a time; all of it where it is text that is waited for.
    const single = state.length > 0 && (state.flowing || state.decoder === null);
    return single ? state.buffer.first().length : state.length;
  }
  if (count <= state.length) return count;
  return state.ended ? state.length : 0;
}

Readable.prototype.read = function read(size) {
  if (size === undefined) size = NaN;
  else if (!Number.isInteger(size)) size = Number.parseInt(size, 10);
  const state = this._readableState;
  const wanted = size;
  if (size > state.highWaterMark) state.highWaterMark = raisedMark(size);
  if (size !== 0) state.emittedReadable = false;

  // read(0) only asks for more; there may be enough already.
  const enough = state.highWaterMark !== 0 ? state.length >= state.highWaterMark : state.length > 0;
  if (size === 0 && state.needReadable && (enough || state.ended)) {
    if (state.length === 0 && state.ended) endReadable(this);
    else emitReadable(this);
    return null;
  }
  size = countToRead(size, state);
  if (size === 0 && state.ended) {
    if (state.length === 0) endReadable(this);
    return null;
  }
  const wantsMore = state.needReadable || state.length === 0 || state.length - size < state.highWaterMark;
  const canRead = !state.ended && !state.reading && !state.destroyed && !state.errored && state.constructed;
  if (wantsMore && canRead) {
    askSource(this, state);
    // The source may have answered at once.
    if (!state.reading) size = countToRead(wanted, state);
  }

  let chunk = size > 0 ? fromBuffer(size, state) : null;
  if (chunk === null) {
    state.needReadable = state.length <= state.highWaterMark;
    size = 0;
  } else {
    state.length -= size;
    state.awaitDrainWriters.clear();
  }
  if (state.length === 0) {
    if (!state.ended) state.needReadable = true;
    if (wanted !== size && state.ended) endReadable(this);
  }
  if (chunk !== null && !state.errorEmitted && !state.closeEmitted) {
    state.dataEmitted = true;
    this.emit("data", chunk);
  }
  return chunk;
};

function askSource(stream, state) {
  state.reading = true;
  state.sync = true;
  if (state.length === 0) state.needReadable = true;
  try {
    stream._read(state.highWaterMark);
  } catch (error) {
    errorOrDestroy(stream, error);
  }
  state.sync = false;
}

function fromBuffer(size, state) {
  if (state.length === 0) return null;
  if (state.objectMode) return state.buffer.shift();
  const isText = state.decoder !== null;
  return size >= state.length ? state.buffer.join(isText) : state.buffer.take(size, isText);
}

Readable.prototype._read = function _read() {
  throw coded(Error, "ERR_METHOD_NOT_IMPLEMENTED", "The _read() method is not implemented");
};

function endReadable(stream) {
  const state = stream._readableState;
  if (state.endEmitted) return;
  state.ended = true;
  nextTick(emitEnd, stream, state);
}

function emitEnd(stream, state) {
  if (state.errored || state.closeEmitted || state.endEmitted || state.length !== 0) return;
  state.endEmitted = true;
  stream.emit("end");
  const writable = stream._writableState;
  if (stream.writable && stream.allowHalfOpen === false) {
    nextTick(endWritable, stream);
  } else if (state.autoDestroy) {
    // A duplex goes when both its sides are done.
    const writableDone = !writable || (writable.autoDestroy && (writable.finished || writable.writable === false));
    if (writableDone) stream.destroy();
  }
}

function endWritable(stream) {
  if (stream.writable && !stream.writableEnded && !stream.destroyed) stream.end();
}

// --- flowing ---

Readable.prototype.resume = function resume() {
  const state = this._readableState;
  if (!state.flowing) {
    // Who listens for "readable" reads by itself.
    state.flowing = !state.readableListening;
    if (!state.resumeScheduled) {
      state.resumeScheduled = true;
      nextTick(resumeNow, this, state);
    }
  }
  state[paused] = false;
  return this;
};

function resumeNow(stream, state) {
  if (!state.reading) stream.read(0);
  state.resumeScheduled = false;
  stream.emit("resume");
  flow(stream);
  if (state.flowing && !state.reading) stream.read(0);
}

Readable.prototype.pause = function pause() {
  const state = this._readableState;
  if (state.flowing !== false) {
    state.flowing = false;
    this.emit("pause");
  }
  state[paused] = true;
  return this;
};

Readable.prototype.isPaused = function isPaused() {
  return this._readableState[paused] === true || this._readableState.flowing === false;
};

function flow(stream) {
  const state = stream._readableState;
  while (state.flowing && stream.read() !== null);
}

Readable.prototype.setEncoding = function setEncoding(encoding) {
  const { StringDecoder } = load("node/string_decoder");
  const state = this._readableState;
  state.decoder = new StringDecoder(encoding);
  state.encoding = state.decoder.encoding;
  let text = "";
  for (const chunk of state.buffer) text += state.decoder.write(chunk);
  state.buffer.clear();
  if (text !== "") state.buffer.push(text);
  state.length = text.length;
  return this;
};

Readable.prototype.on = function on(type, listener) {
  const result = Stream.prototype.on.call(this, type, listener);
  const state = this._readableState;
  if (type === "data") {
    state.readableListening = listens(this, "readable");
    if (state.flowing !== false) this.resume();
  } else if (type === "readable" && !state.endEmitted && !state.readableListening) {
    state.readableListening = state.needReadable = true;
    state.flowing = false;
    state.emittedReadable = false;
    if (state.length > 0) emitReadable(this);
    else if (!state.reading) nextTick(readNothing, this);
  }
  return result;
};

Readable.prototype.addListener = Readable.prototype.on;

function readNothing(stream) {
  stream.read(0);
}

Readable.prototype.removeListener = function removeListener(type, listener) {
  const result = Stream.prototype.removeListener.call(this, type, listener);
  listenersRemoved(this, type);
  return result;
};

Readable.prototype.off = Readable.prototype.removeListener;

Readable.prototype.removeAllListeners = function removeAllListeners(...args) {
  const result = Stream.prototype.removeAllListeners.apply(this, args);
  if (args.length === 0 || args[0] === undefined) listenersRemoved(this, "readable");
  else listenersRemoved(this, args[0]);
  return result;
};

function listenersRemoved(stream, type) {
  // Without a listener of "data" a stream that flows goes on flowing.
  if (type === "readable") nextTick(updateListening, stream);
}

function updateListening(stream) {
  const state = stream._readableState;
  state.readableListening = listens(stream, "readable");
  if (state.resumeScheduled && state[paused] === false) state.flowing = true;
  else if (listens(stream, "data")) stream.resume();
  else if (!state.readableListening) state.flowing = null;
}

// --- pipe ---

Readable.prototype.pipe = function pipe(target, options) {
  const source = this;
  const state = this._readableState;
  state.pipes.push(target);
  const { process } = load("process");
  const ends = options?.end !== false && target !== process.stdout && target !== process.stderr;
  const atEnd = ends ? endTarget : detach;
  if (state.endEmitted) nextTick(atEnd);
  else source.once("end", atEnd);
  target.on("unpipe", onUnpipe);

  function onUnpipe(from, info) {
    if (from !== source || info?.hasUnpiped) return;
    if (info) info.hasUnpiped = true;
    cleanup();
  }

  function endTarget() {
    target.end();
  }

  function detach() {
    source.unpipe(target);
  }

  let onDrain;
  let cleaned = false;

  function cleanup() {
    target.removeListener("close", onClose);
    target.removeListener("finish", onFinish);
    if (onDrain !== undefined) target.removeListener("drain", onDrain);
    target.removeListener("error", onError);
    target.removeListener("unpipe", onUnpipe);
    source.removeListener("end", endTarget);
    source.removeListener("end", detach);
    source.removeListener("data", onData);
    cleaned = true;
    if (onDrain !== undefined && state.awaitDrainWriters.has(target) &&
        (!target._writableState || target._writableState.needDrain)) {
      onDrain();
    }
  }

  function wait() {
    if (cleaned) return;
    if (state.pipes.includes(target)) state.awaitDrainWriters.add(target);
    source.pause();
    if (onDrain !== undefined) return;
    onDrain = () => {
      state.awaitDrainWriters.delete(target);
      if (state.awaitDrainWriters.size === 0 && listens(source, "data")) source.resume();
    };
    target.on("drain", onDrain);
  }

  function onData(chunk) {
    if (target.write(chunk) === false) wait();
  }

  function onError(error) {
    detach();
    target.removeListener("error", onError);
    if (listens(target, "error")) return;
    const side = target._writableState ?? target._readableState;
    if (side && !side.errorEmitted) errorOrDestroy(target, error);
    else target.emit("error", error);
  }

  function onClose() {
    target.removeListener("finish", onFinish);
    detach();
  }

  function onFinish() {
    target.removeListener("close", onClose);
    detach();
  }

  source.on("data", onData);
  prependListener.call(target, "error", onError);
  target.once("close", onClose);
  target.once("finish", onFinish);
  target.emit("pipe", source);
  if (target.writableNeedDrain === true) wait();
  else if (!state.flowing) source.resume();
  return target;
};

Readable.prototype.unpipe = function unpipe(target) {
  const state = this._readableState;
  const info = { hasUnpiped: false };
  if (state.pipes.length === 0) return this;
  if (target === undefined || target === null) {
    const targets = state.pipes;
    state.pipes = [];
    this.pause();
    for (const each of targets) each.emit("unpipe", this, { hasUnpiped: false });
    return this;
  }
  const at = state.pipes.indexOf(target);
  if (at < 0) return this;
  state.pipes.splice(at, 1);
  if (state.pipes.length === 0) this.pause();
  target.emit("unpipe", this, info);
  return this;
};

// --- older and other kinds ---

Readable.prototype.wrap = function wrap(old) {
  let waiting = false;
  old.on("data", (chunk) => {
    if (!this.push(chunk) && old.pause) {
      waiting = true;
      old.pause();
    }
  });
  old.on("end", () => this.push(null));
  old.on("error", (error) => errorOrDestroy(this, error));
  old.on("close", () => this.destroy());
  old.on("destroy", () => this.destroy());
  this._read = () => {
    if (!waiting || !old.resume) return;
    waiting = false;
    old.resume();
  };
  for (const key of Object.keys(old)) {
    if (this[key] === undefined && typeof old[key] === "function") this[key] = old[key].bind(old);
  }
  return this;
};

Readable.prototype[Symbol.asyncIterator] = function () {
  return load("node/stream/iterate").iterate(this);
};

Readable.prototype.iterator = function iterator(options) {
  if (options !== undefined && (options === null || typeof options !== "object")) {
    throw invalidArgType("options", "of type object", options);
  }
  return load("node/stream/iterate").iterate(this, options);
};

Readable.from = function from(iterable, options) {
  return load("node/stream/from").from(Readable, iterable, options);
};

Readable.fromWeb = function fromWeb(stream, options) {
  return load("node/stream/adapters").readableFromWeb(stream, options);
};

Readable.toWeb = function toWeb(stream, options) {
  return load("node/stream/adapters").readableToWeb(stream, options);
};

Readable.wrap = function wrap(source, options) {
  return new Readable({
    objectMode: source.readableObjectMode ?? source.objectMode ?? true,
    ...options,
    destroy(error, callback) {
      source.destroy?.(error);
      callback(error);
    },
  }).wrap(source);
};

Readable._fromList = fromBuffer;

// --- what can be asked ---

function accessor(name, get, set) {
  Object.defineProperty(Readable.prototype, name, { get, set, enumerable: false, configurable: true });
}

accessor("readable", function () {
  const state = this._readableState;
  return Boolean(state) && state.readable !== false && !state.destroyed && !state.errorEmitted && !state.endEmitted;
}, function (value) {
  if (this._readableState) this._readableState.readable = Boolean(value);
});
accessor("readableDidRead", function () {
  return this._readableState.dataEmitted;
});
accessor("readableAborted", function () {
  const state = this._readableState;
  return state.readable !== false && Boolean(state.destroyed || state.errored) && !state.endEmitted;
});
accessor("readableHighWaterMark", function () {
  return this._readableState.highWaterMark;
});
accessor("readableBuffer", function () {
  return this._readableState && [...this._readableState.buffer];
});
accessor("readableFlowing", function () {
  return this._readableState.flowing;
}, function (value) {
  if (this._readableState) this._readableState.flowing = value;
});
accessor("readableLength", function () {
  return this._readableState.length;
});
accessor("readableObjectMode", function () {
  return this._readableState ? this._readableState.objectMode : false;
});
accessor("readableEncoding", function () {
  return this._readableState ? this._readableState.encoding : null;
});
accessor("readableEnded", function () {
  return this._readableState ? this._readableState.endEmitted : false;
});
accessor("errored", function () {
  return this._readableState ? this._readableState.errored : null;
});
accessor("closed", function () {
  return this._readableState ? this._readableState.closed : false;
});
accessor("destroyed", function () {
  return this._readableState ? this._readableState.destroyed : false;
}, function (value) {
  if (this._readableState) this._readableState.destroyed = value;
});

Object.defineProperty(Readable, "begin", { value: { begin, initialize }, enumerable: false });

return Readable;
