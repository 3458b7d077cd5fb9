"use strict";
// The inside of a ReadableStream: the stream, its reader, and the controller of streams of arbitrary chunks.
// Spec: https://streams.spec.whatwg.org/#rs-abstract-ops and #rs-default-controller-abstract-ops
//
// Three small protocols, each with few classes behind it so that calls stay monomorphic or nearly so:
//   source   { pulls, pull(controller), cancel(reason) }: both may return a promise; `pulls` false means pull is empty.
//   request  { chunk(value), close(value), fail(reason) }: one read; value of close is the view of a BYOB read.
//   controller { pull(request), take(), cancel(reason), release() }: what a reader needs of either kind.

const { LazyPromise, RESOLVED, isObject, noop, rejected, resolved, then, wrapped } = load("streams/base");
const { ChunkQueue, Ring } = load("streams/queue");

const READABLE = 0;
const CLOSED = 1;
const ERRORED = 2;

class Readable {
  constructor() {
    this.state = READABLE;
    this.error = undefined;
    this.disturbed = false;
    this.reader = null;
    this.controller = null;
    this.object = null; // the ReadableStream, once there is one
  }
}

class Reader {
  constructor(stream, byob) {
    this.stream = stream;
    this.byob = byob;
    this.requests = new Ring();
    if (stream.state === READABLE) this.closed = new LazyPromise();
    else if (stream.state === CLOSED) this.closed = LazyPromise.fulfilled();
    else this.closed = LazyPromise.rejected(stream.error);
    stream.reader = this;
  }
}

function acquireReader(stream) {
  if (stream.reader !== null) throw new TypeError("ReadableStream is already locked to a reader");
  return new Reader(stream, false);
}

function acquireByobReader(stream) {
  if (stream.reader !== null) throw new TypeError("ReadableStream is already locked to a reader");
  if (!stream.controller.isByte) {
    throw new TypeError("A BYOB reader needs a byte stream: the underlying source must have type \"bytes\"");
  }
  return new Reader(stream, true);
}

function releaseReader(reader) {
  const stream = reader.stream;
  const reason = new TypeError("The reader was released");
  if (stream.state === READABLE) reader.closed.reject(reason);
  else reader.closed = LazyPromise.rejected(reason);
  stream.controller.release();
  stream.reader = null;
  reader.stream = null;
  failRequests(reader, reason);
}

function failRequests(reader, reason) {
  const { requests } = reader;
  if (requests.length === 0) return;
  reader.requests = new Ring();
  while (requests.length > 0) requests.shift().fail(reason);
}

/// One read through a default reader.
function readInto(stream, request) {
  stream.disturbed = true;
  if (stream.state === READABLE) stream.controller.pull(request);
  else if (stream.state === CLOSED) request.close(undefined);
  else request.fail(stream.error);
}

function closeReadable(stream) {
  stream.state = CLOSED;
  const reader = stream.reader;
  if (reader === null) return;
  reader.closed.resolve();
  if (!reader.byob && reader.requests.length > 0) {
    const { requests } = reader;
    reader.requests = new Ring();
    while (requests.length > 0) requests.shift().close(undefined);
  }
}

function errorReadable(stream, reason) {
  stream.state = ERRORED;
  stream.error = reason;
  const reader = stream.reader;
  if (reader === null) return;
  reader.closed.reject(reason);
  failRequests(reader, reason);
}

function cancelReadable(stream, reason) {
  stream.disturbed = true;
  if (stream.state === CLOSED) return resolved(undefined);
  if (stream.state === ERRORED) return rejected(stream.error);
  closeReadable(stream);
  const reader = stream.reader;
  if (reader !== null && reader.byob) {
    const { requests } = reader;
    reader.requests = new Ring();
    while (requests.length > 0) requests.shift().close(undefined);
  }
  return then(stream.controller.cancel(reason), noop);
}

/// The result of source.cancel as a promise.
function cancelSource(source, reason) {
  try {
    return wrapped(source.cancel(reason));
  } catch (error) {
    return rejected(error);
  }
}

/// Calls pull when the controller wants more, never twice at a time. Used by both kinds of controller.
function pullIfNeeded(controller) {
  if (!controller.source.pulls || !controller.wantsPull()) return;
  if (controller.pulling) {
    controller.pullAgain = true;
    return;
  }
  controller.pulling = true;
  if (controller.onPulled === null) {
    controller.onPulled = () => {
      controller.pulling = false;
      if (controller.pullAgain) {
        controller.pullAgain = false;
        pullIfNeeded(controller);
      }
    };
    controller.onFailed = (reason) => controller.error(reason);
  }
  let result;
  try {
    result = controller.source.pull(controller);
    if (isObject(result)) result = resolved(result);
    else result = RESOLVED;
  } catch (error) {
    result = rejected(error);
  }
  then(result, controller.onPulled, controller.onFailed);
}

/// The first pull may come once start has settled.
function startController(controller, startResult) {
  then(
    wrapped(startResult),
    () => {
      controller.started = true;
      pullIfNeeded(controller);
    },
    (reason) => controller.error(reason),
  );
}

/// Takes the place of a source that will not be called again, so that what it held can be freed.
const spent = { pulls: false, pull: noop, cancel: noop };

class DefaultController {
  constructor(stream, source, highWaterMark, size) {
    this.stream = stream;
    this.source = source;
    this.mark = highWaterMark;
    this.measure = size; // undefined: every chunk counts 1
    this.queue = new ChunkQueue();
    this.started = false;
    this.closeRequested = false;
    this.pulling = false;
    this.pullAgain = false;
    this.onPulled = null;
    this.onFailed = null;
    stream.controller = this;
  }

  get isByte() {
    return false;
  }

  desiredSize() {
    const { state } = this.stream;
    if (state === ERRORED) return null;
    if (state === CLOSED) return 0;
    return this.mark - this.queue.total;
  }

  canEnqueue() {
    return !this.closeRequested && this.stream.state === READABLE;
  }

  wantsPull() {
    if (!this.started || this.closeRequested || this.stream.state !== READABLE) return false;
    const { reader } = this.stream;
    if (reader !== null && reader.requests.length > 0) return true;
    return this.mark - this.queue.total > 0;
  }

  enqueue(chunk) {
    if (!this.canEnqueue()) return;
    const { reader } = this.stream;
    if (reader !== null && reader.requests.length > 0) {
      reader.requests.shift().chunk(chunk);
    } else if (this.measure === undefined) {
      this.queue.push(chunk, 1);
    } else {
      try {
        const { measure } = this;
        this.queue.push(chunk, +measure(chunk));
      } catch (error) {
        this.error(error);
        throw error;
      }
    }
    pullIfNeeded(this);
  }

  close() {
    if (!this.canEnqueue()) return;
    this.closeRequested = true;
    if (this.queue.length === 0) {
      this.clear();
      closeReadable(this.stream);
    }
  }

  error(reason) {
    if (this.stream.state !== READABLE) return;
    this.queue.clear();
    this.clear();
    errorReadable(this.stream, reason);
  }

  clear() {
    this.source = spent;
    this.measure = undefined;
  }

  cancel(reason) {
    this.queue.clear();
    const result = cancelSource(this.source, reason);
    this.clear();
    return result;
  }

  available() {
    return this.queue.length > 0;
  }

  /// The next chunk of a queue that has one.
  take() {
    const chunk = this.queue.shift();
    if (this.closeRequested && this.queue.length === 0) {
      this.clear();
      closeReadable(this.stream);
    } else {
      pullIfNeeded(this);
    }
    return chunk;
  }

  pull(request) {
    if (this.queue.length > 0) {
      request.chunk(this.take());
    } else {
      this.stream.reader.requests.push(request);
      pullIfNeeded(this);
    }
  }

  release() {}
}

/// A stream over an internal source: no start, so the first pull comes as soon as somebody wants a chunk.
function createReadable(source, highWaterMark) {
  const stream = new Readable();
  const controller = new DefaultController(stream, source, highWaterMark, undefined);
  controller.started = true;
  return stream;
}

return {
  CLOSED,
  DefaultController,
  ERRORED,
  READABLE,
  Readable,
  acquireByobReader,
  acquireReader,
  cancelReadable,
  cancelSource,
  closeReadable,
  createReadable,
  errorReadable,
  pullIfNeeded,
  readInto,
  releaseReader,
  spent,
  startController,
};
