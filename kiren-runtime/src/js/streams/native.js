"use strict";
// Streams for the rest of the runtime: bytes that come from native code, and ways to read a stream without going
// through its public objects. All of it takes and gives ReadableStream objects.
//
//   createReadableStreamFromSource(source) -> ReadableStream of bytes
//     source: { pull() -> Promise<Uint8Array | undefined at the end>, or such a value itself;
//               cancel(reason) -> anything, a promise is awaited;
//               bytes?() -> Promise<Uint8Array>, all that is left in one piece }
//     pull is called once at a time, and only while somebody reads. The stream takes over the chunk with its buffer:
//     the source must not use it again, and nothing else may lie in the buffer that a program should not see.
//   createReadableStreamFromBytes(bytes) -> ReadableStream of one chunk that the stream takes over
//   readAll(stream) -> Promise<Uint8Array>
//     Locks and drains it. Nobody having read from a native stream, its source is read directly (bytes() if it has it).
//   pump(stream, write, close, abort) -> { cancel(reason, done) }
//     Locks it and calls write(chunk) for each chunk, the next one when the promise that it returned, if any, has
//     fulfilled; then close() or abort(error), whichever comes first and once. When write fails the stream is cancelled
//     and abort is told. cancel() stops, cancels the stream, and neither close nor abort is called any more, but done.
//     write is called in the middle of the source's enqueue: it must not run a program's code. Chunks are as the
//     program enqueued them: write throws a TypeError for what is not a Uint8Array.
//   isReadableStream(value), isDisturbed(stream), isLocked(stream), isErrored(stream), isClosed(stream)
//   readableStreamClose(stream), readableStreamError(stream, reason): as its controller would; harmless when it has ended
//   cancelStream(stream, reason) -> Promise: also of a locked one
//   lockStream(stream): a reader that nobody has, for a body that was taken

const { Deferred, describe, noop, rejected, resolved, then } = load("streams/base");
const {
  CLOSED,
  ERRORED,
  READABLE,
  Readable,
  acquireReader,
  cancelReadable,
} = load("streams/readable_state");
const { ByteController } = load("streams/readable_byte");
const { objectOf, stateOf } = load("streams/readable");

// ---- making ----

/// What a byte controller pulls from when the bytes come from native code.
class NativeSource {
  constructor(source) {
    this.source = source;
    this.pulls = true;
    this.controller = null;
    this.onChunk = (bytes) => this.give(bytes);
  }

  pull(controller) {
    this.controller = controller;
    const result = this.source.pull();
    if (result === undefined || ArrayBuffer.isView(result)) return this.give(result);
    return then(resolved(result), this.onChunk);
  }

  give(bytes) {
    const { controller } = this;
    if (!controller.canEnqueue()) return;
    if (bytes === undefined) {
      controller.close();
      if (controller.pending.length > 0) controller.respond(0);
    } else if (bytes.byteLength > 0) {
      controller.enqueueOwned(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    } else {
      controller.pullAgain = true;
    }
  }

  cancel(reason) {
    return this.source.cancel(reason);
  }
}

function createReadableStreamFromSource(source) {
  const stream = new Readable();
  const controller = new ByteController(stream, new NativeSource(source), 0, 0);
  controller.started = true;
  return objectOf(stream);
}

class BytesSource {
  constructor(chunk) {
    this.chunk = chunk;
  }

  pull() {
    const { chunk } = this;
    this.chunk = undefined;
    return chunk;
  }

  bytes() {
    return resolved(this.pull());
  }

  cancel() {
    this.chunk = undefined;
  }
}

function createReadableStreamFromBytes(bytes) {
  return createReadableStreamFromSource(new BytesSource(bytes.byteLength === 0 ? undefined : bytes));
}

// ---- reading ----

/// Locks the stream; its native source if nothing has been taken from that yet, else undefined.
function takeSource(stream) {
  acquireReader(stream);
  const { controller, disturbed } = stream;
  stream.disturbed = true;
  if (disturbed || stream.state !== READABLE || controller.total > 0 || controller.pulling) return undefined;
  return controller.source instanceof NativeSource ? controller.source.source : undefined;
}

function join(chunks, length) {
  if (chunks.length === 1) return chunks[0];
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (let i = 0; i < chunks.length; i++) {
    bytes.set(chunks[i], offset);
    offset += chunks[i].byteLength;
  }
  return bytes;
}

async function readSource(stream, source) {
  try {
    let bytes;
    if (typeof source.bytes === "function") {
      bytes = (await source.bytes()) ?? new Uint8Array(0);
    } else {
      const chunks = [];
      let length = 0;
      for (let chunk; (chunk = await source.pull()) !== undefined;) {
        chunks.push(chunk);
        length += chunk.byteLength;
      }
      bytes = join(chunks, length);
    }
    stream.controller.close();
    return bytes;
  } catch (error) {
    stream.controller.error(error);
    throw error;
  }
}

/// Gathers the chunks of any stream: the one request of its reader.
class Gathering extends Deferred {
  constructor(stream) {
    super();
    this.stream = stream;
    this.chunks = [];
    this.length = 0;
  }

  run() {
    const { stream } = this;
    while (stream.state === READABLE && stream.controller.available()) {
      if (!this.add(stream.controller.take())) return;
    }
    if (stream.state === READABLE) stream.controller.pull(this);
    else if (stream.state === CLOSED) this.close();
    else this.fail(stream.error);
  }

  add(chunk) {
    if (!(chunk instanceof Uint8Array)) {
      const error = new TypeError(`Expected a stream of Uint8Array chunks, received ${describe(chunk)}`);
      then(cancelReadable(this.stream, error), noop, noop);
      this.reject(error);
      return false;
    }
    this.chunks.push(chunk);
    this.length += chunk.byteLength;
    return true;
  }

  chunk(value) {
    if (this.add(value)) this.run();
  }

  close() {
    this.resolve(join(this.chunks, this.length));
  }

  fail(reason) {
    this.reject(reason);
  }
}

function readAll(object) {
  const stream = stateOf(object);
  if (stream.reader !== null) return rejected(new TypeError("A locked ReadableStream cannot be read"));
  const source = takeSource(stream);
  if (source !== undefined) return readSource(stream, source);
  const gathering = new Gathering(stream);
  gathering.run();
  return gathering.promise;
}

/// Moves the chunks of any stream to a writer's functions: the one request of its reader.
class Pump {
  constructor(stream, write, close, abort) {
    this.stream = stream;
    this.write = write;
    this.whenClosed = close;
    this.whenAborted = abort;
    this.ended = false;
    this.onWritten = () => this.run();
    this.onWriteFailed = (reason) => this.writeFailed(reason);
  }

  run() {
    const { stream } = this;
    while (!this.ended) {
      if (stream.state === CLOSED) {
        this.close();
      } else if (stream.state === ERRORED) {
        this.fail(stream.error);
      } else if (stream.controller.available()) {
        if (!this.give(stream.controller.take())) return;
      } else {
        stream.controller.pull(this);
        return;
      }
    }
  }

  /// True when the next chunk may follow at once.
  give(chunk) {
    try {
      const { write } = this;
      const waiting = write(chunk);
      if (waiting === undefined) return true;
      then(resolved(waiting), this.onWritten, this.onWriteFailed);
    } catch (error) {
      this.writeFailed(error);
    }
    return false;
  }

  writeFailed(reason) {
    if (this.ended) return;
    this.ended = true;
    then(cancelReadable(this.stream, reason), noop, noop);
    const { whenAborted } = this;
    whenAborted(reason);
  }

  chunk(value) {
    if (this.ended) return;
    if (this.give(value)) this.run();
  }

  close() {
    if (this.ended) return;
    this.ended = true;
    const { whenClosed } = this;
    whenClosed();
  }

  fail(reason) {
    if (this.ended) return;
    this.ended = true;
    const { whenAborted } = this;
    whenAborted(reason);
  }

  cancel(reason, done = noop) {
    if (this.ended) return;
    this.ended = true;
    then(cancelReadable(this.stream, reason), done, done);
  }

  /// The same over a native source, without its stream.
  async runSource(source) {
    try {
      for (let chunk; !this.ended && (chunk = await source.pull()) !== undefined;) {
        if (this.ended) return;
        const { write } = this;
        const waiting = write(chunk);
        if (waiting !== undefined) await waiting;
      }
      if (this.ended) return;
      this.stream.controller.close();
      this.close();
    } catch (error) {
      if (this.ended) return;
      // Whether it was the source or write that failed, the source has no reader any more.
      this.writeFailed(error);
    }
  }
}

function pump(object, write, close, abort) {
  const stream = stateOf(object);
  const source = takeSource(stream);
  const running = new Pump(stream, write, close, abort);
  if (source === undefined) running.run();
  else running.runSource(source);
  return running;
}

// ---- the state of a stream ----

function isReadableStream(value) {
  return stateOf(value) !== undefined;
}

function isDisturbed(object) {
  return stateOf(object).disturbed;
}

function isLocked(object) {
  return stateOf(object).reader !== null;
}

function isErrored(object) {
  return stateOf(object).state === ERRORED;
}

function isClosed(object) {
  return stateOf(object).state === CLOSED;
}

function readableStreamClose(object) {
  const { controller } = stateOf(object);
  if (!controller.canEnqueue()) return;
  controller.close();
  if (controller.isByte && controller.pending.length > 0) controller.respond(0);
}

function readableStreamError(object, reason) {
  stateOf(object).controller.error(reason);
}

function cancelStream(object, reason) {
  return cancelReadable(stateOf(object), reason);
}

function lockStream(object) {
  acquireReader(stateOf(object));
}

return {
  cancelStream,
  createReadableStreamFromBytes,
  createReadableStreamFromSource,
  isClosed,
  isDisturbed,
  isErrored,
  isLocked,
  isReadableStream,
  lockStream,
  pump,
  readAll,
  readableStreamClose,
  readableStreamError,
};
