"use strict";
// The inside of a WritableStream: the stream, its writer and its controller.
// Spec: https://streams.spec.whatwg.org/#ws-abstract-ops
//
//   sink     { write(chunk, controller), close(), abort(reason) }: each may return a promise.
//   request  { resolve(value), reject(reason) }: one write; a Deferred for programs, a counter for pipes.

const { Deferred, LazyPromise, RESOLVED, isObject, noop, rejected, resolved, then, wrapped } =
  load("streams/base");
const { ChunkQueue, Ring } = load("streams/queue");

const WRITABLE = 0;
const ERRORING = 1;
const ERRORED = 2;
const CLOSED = 3;

/// The last entry of a controller's queue once its stream is closing.
const CLOSE = Object.freeze({ __proto__: null });

class Writable {
  constructor() {
    this.state = WRITABLE;
    this.error = undefined;
    this.writer = null;
    this.controller = null;
    this.object = null; // the WritableStream, once there is one
    this.backpressure = false;
    this.writeRequests = new Ring();
    this.writing = null; // the request in flight
    this.closeRequest = null;
    this.closing = null; // the close request in flight
    this.pendingAbort = null;
  }

  get closeQueuedOrInFlight() {
    return this.closeRequest !== null || this.closing !== null;
  }
}

class PendingAbort extends Deferred {
  constructor(reason, wasErroring) {
    super();
    this.reason = reason;
    this.wasErroring = wasErroring;
  }
}

class Writer {
  constructor(stream) {
    if (stream.writer !== null) throw new TypeError("WritableStream is already locked to a writer");
    this.stream = stream;
    stream.writer = this;
    if (stream.state === WRITABLE) {
      const waits = !stream.closeQueuedOrInFlight && stream.backpressure;
      this.ready = waits ? new LazyPromise() : LazyPromise.fulfilled();
      this.closed = new LazyPromise();
    } else if (stream.state === ERRORING) {
      this.ready = LazyPromise.rejected(stream.error);
      this.closed = new LazyPromise();
    } else if (stream.state === CLOSED) {
      this.ready = LazyPromise.fulfilled();
      this.closed = LazyPromise.fulfilled();
    } else {
      this.ready = LazyPromise.rejected(stream.error);
      this.closed = LazyPromise.rejected(stream.error);
    }
  }

  failReady(reason) {
    if (this.ready.pending) this.ready.reject(reason);
    else this.ready = LazyPromise.rejected(reason);
  }

  failClosed(reason) {
    if (this.closed.pending) this.closed.reject(reason);
    else this.closed = LazyPromise.rejected(reason);
  }
}

function releaseWriter(writer) {
  const { stream } = writer;
  const reason = new TypeError("The writer was released");
  writer.failReady(reason);
  writer.failClosed(reason);
  stream.writer = null;
  writer.stream = null;
}

// ---- what a program does to a stream ----

function abortWritable(stream, reason) {
  if (stream.state === CLOSED || stream.state === ERRORED) return resolved(undefined);
  stream.controller.signalAbort(reason);
  // The signal's listeners may have changed the state.
  if (stream.state === CLOSED || stream.state === ERRORED) return resolved(undefined);
  if (stream.pendingAbort !== null) return stream.pendingAbort.promise;
  const wasErroring = stream.state === ERRORING;
  const abort = new PendingAbort(wasErroring ? undefined : reason, wasErroring);
  stream.pendingAbort = abort;
  if (!wasErroring) startErroring(stream, reason);
  return abort.promise;
}

function closeWritable(stream) {
  if (stream.state === CLOSED || stream.state === ERRORED) {
    return rejected(new TypeError(`A stream that is ${nameOf(stream)} cannot be closed`));
  }
  const request = new Deferred();
  stream.closeRequest = request;
  if (stream.writer !== null && stream.backpressure && stream.state === WRITABLE) stream.writer.ready.resolve();
  stream.controller.requestClose();
  return request.promise;
}

function nameOf(stream) {
  return stream.state === CLOSED ? "closed" : stream.state === WRITABLE ? "writable" : "errored";
}

/// Queues one chunk of a writer for the sink. The request is settled when the sink has taken or refused the chunk.
function writeInto(writer, chunk, request) {
  const { stream } = writer;
  const { controller } = stream;
  const size = controller.sizeOf(chunk);
  if (stream !== writer.stream) {
    request.reject(new TypeError("The writer was released and has no stream any more"));
  } else if (stream.state === ERRORED) {
    request.reject(stream.error);
  } else if (stream.closeQueuedOrInFlight || stream.state === CLOSED) {
    request.reject(new TypeError("A stream that is closing or closed cannot be written to"));
  } else if (stream.state === ERRORING) {
    request.reject(stream.error);
  } else {
    stream.writeRequests.push(request);
    controller.write(chunk, size);
  }
}

// ---- errors ----

function startErroring(stream, reason) {
  const { controller, writer } = stream;
  stream.state = ERRORING;
  stream.error = reason;
  if (writer !== null) writer.failReady(reason);
  if (stream.writing === null && stream.closing === null && controller.started) finishErroring(stream);
}

function dealWithRejection(stream, reason) {
  if (stream.state === WRITABLE) startErroring(stream, reason);
  else finishErroring(stream);
}

function finishErroring(stream) {
  stream.state = ERRORED;
  stream.controller.queue.clear();
  const { error, writeRequests } = stream;
  stream.writeRequests = new Ring();
  while (writeRequests.length > 0) writeRequests.shift().reject(error);
  const abort = stream.pendingAbort;
  if (abort === null) {
    rejectClosed(stream);
    return;
  }
  stream.pendingAbort = null;
  if (abort.wasErroring) {
    abort.reject(error);
    rejectClosed(stream);
    return;
  }
  then(
    stream.controller.abortSink(abort.reason),
    () => {
      abort.resolve(undefined);
      rejectClosed(stream);
    },
    (reason) => {
      abort.reject(reason);
      rejectClosed(stream);
    },
  );
}

function rejectClosed(stream) {
  if (stream.closeRequest !== null) {
    stream.closeRequest.reject(stream.error);
    stream.closeRequest = null;
  }
  if (stream.writer !== null) stream.writer.failClosed(stream.error);
}

function updateBackpressure(stream, backpressure) {
  const { writer } = stream;
  if (writer !== null && backpressure !== stream.backpressure) {
    if (backpressure) writer.ready = new LazyPromise();
    else writer.ready.resolve();
  }
  stream.backpressure = backpressure;
}

// ---- the controller ----

/// Takes the place of a sink that will not be called again.
const spent = { write: noop, close: noop, abort: noop };

class Controller {
  constructor(stream, sink, highWaterMark, size) {
    this.stream = stream;
    this.sink = sink;
    this.mark = highWaterMark;
    this.measure = size; // undefined: every chunk counts 1
    this.queue = new ChunkQueue();
    this.started = false;
    this.aborter = null; // an AbortController, made when the sink first asks for the signal
    this.abortedWith = null;
    this.onWritten = () => this.written();
    this.onWriteFailed = (reason) => this.writeFailed(reason);
    stream.controller = this;
    updateBackpressure(stream, this.desiredSize() <= 0);
  }

  start(startResult) {
    const { stream } = this;
    then(
      wrapped(startResult),
      () => {
        this.started = true;
        this.advance();
      },
      (reason) => {
        this.started = true;
        dealWithRejection(stream, reason);
      },
    );
  }

  desiredSize() {
    return this.mark - this.queue.total;
  }

  sizeOf(chunk) {
    if (this.measure === undefined) return 1;
    try {
      const { measure } = this;
      return +measure(chunk);
    } catch (error) {
      this.errorIfNeeded(error);
      return 1;
    }
  }

  write(chunk, size) {
    try {
      this.queue.push(chunk, size);
    } catch (error) {
      this.errorIfNeeded(error);
      return;
    }
    const { stream } = this;
    if (!stream.closeQueuedOrInFlight && stream.state === WRITABLE) {
      updateBackpressure(stream, this.desiredSize() <= 0);
    }
    this.advance();
  }

  requestClose() {
    this.queue.push(CLOSE, 0);
    this.advance();
  }

  /// Gives the next chunk to the sink when it is idle.
  advance() {
    const { stream, queue } = this;
    if (!this.started || stream.writing !== null) return;
    if (stream.state === ERRORING) {
      finishErroring(stream);
      return;
    }
    if (queue.length === 0) return;
    const next = queue.peek();
    if (next === CLOSE) {
      this.processClose();
      return;
    }
    stream.writing = stream.writeRequests.shift();
    let result;
    try {
      result = this.sink.write(next, this);
      result = isObject(result) ? resolved(result) : RESOLVED;
    } catch (error) {
      result = rejected(error);
    }
    then(result, this.onWritten, this.onWriteFailed);
  }

  written() {
    const { stream } = this;
    const request = stream.writing;
    stream.writing = null;
    request.resolve(undefined);
    const { state } = stream;
    this.queue.shift();
    if (!stream.closeQueuedOrInFlight && state === WRITABLE) {
      updateBackpressure(stream, this.desiredSize() <= 0);
    }
    this.advance();
  }

  writeFailed(reason) {
    const { stream } = this;
    if (stream.state === WRITABLE) this.clear();
    const request = stream.writing;
    stream.writing = null;
    request.reject(reason);
    dealWithRejection(stream, reason);
  }

  processClose() {
    const { stream } = this;
    stream.closing = stream.closeRequest;
    stream.closeRequest = null;
    this.queue.shift();
    let result;
    try {
      result = wrapped(this.sink.close());
    } catch (error) {
      result = rejected(error);
    }
    this.clear();
    then(result, () => this.closeDone(), (reason) => this.closeFailed(reason));
  }

  closeDone() {
    const { stream } = this;
    stream.closing.resolve(undefined);
    stream.closing = null;
    if (stream.state === ERRORING) {
      stream.error = undefined;
      if (stream.pendingAbort !== null) {
        stream.pendingAbort.resolve(undefined);
        stream.pendingAbort = null;
      }
    }
    stream.state = CLOSED;
    if (stream.writer !== null) stream.writer.closed.resolve();
  }

  closeFailed(reason) {
    const { stream } = this;
    stream.closing.reject(reason);
    stream.closing = null;
    if (stream.pendingAbort !== null) {
      stream.pendingAbort.reject(reason);
      stream.pendingAbort = null;
    }
    dealWithRejection(stream, reason);
  }

  abortSink(reason) {
    let result;
    try {
      result = wrapped(this.sink.abort(reason));
    } catch (error) {
      result = rejected(error);
    }
    this.clear();
    return result;
  }

  error(reason) {
    this.clear();
    startErroring(this.stream, reason);
  }

  errorIfNeeded(reason) {
    if (this.stream.state === WRITABLE) this.error(reason);
  }

  clear() {
    this.sink = spent;
    this.measure = undefined;
  }

  signal() {
    if (this.aborter === null) {
      const { AbortController } = load("abort");
      this.aborter = new AbortController();
      if (this.abortedWith !== null) this.aborter.abort(this.abortedWith.reason);
    }
    return this.aborter.signal;
  }

  signalAbort(reason) {
    if (this.aborter !== null) this.aborter.abort(reason);
    else this.abortedWith ??= { reason };
  }
}

return {
  CLOSED,
  Controller,
  ERRORED,
  ERRORING,
  WRITABLE,
  Writable,
  Writer,
  abortWritable,
  closeWritable,
  releaseWriter,
  startErroring,
  writeInto,
};
