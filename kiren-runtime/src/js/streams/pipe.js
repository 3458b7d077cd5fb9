"use strict";
// ReadableStream.pipeTo and pipeThrough, over the internal streams: no promise per chunk of its own.
// Spec: https://streams.spec.whatwg.org/#readable-stream-pipe-to

const { Deferred, apply, invalidArgument, markHandled, queueTask, resolved, then, toDictionary } = load("streams/base");
const readable = load("streams/readable_state");
const writable = load("streams/writable_state");

// ---- arguments ----

function toDestination(value, name) {
  const state = load("streams/writable").stateOf(value);
  if (state === undefined) throw invalidArgument(name, "a WritableStream", value);
  return state;
}

function toPair(value, readableStateOf) {
  const dictionary = toDictionary(value, "transform") ?? {};
  const side = dictionary.readable;
  if (readableStateOf(side) === undefined) throw invalidArgument("transform.readable", "a ReadableStream", side);
  return { readable: side, writable: toDestination(dictionary.writable, "transform.writable") };
}

function toPipeOptions(value) {
  const dictionary = toDictionary(value, "options") ?? {};
  const preventAbort = Boolean(dictionary.preventAbort);
  const preventCancel = Boolean(dictionary.preventCancel);
  const preventClose = Boolean(dictionary.preventClose);
  const { signal } = dictionary;
  if (signal !== undefined && !isAbortSignal(signal)) {
    throw invalidArgument("options.signal", "an AbortSignal", signal);
  }
  return { preventAbort, preventCancel, preventClose, signal };
}

let signalAborted;
let signalReason;
function isAbortSignal(value) {
  if (signalAborted === undefined) {
    const { prototype } = load("abort").AbortSignal;
    signalAborted = Object.getOwnPropertyDescriptor(prototype, "aborted").get;
    signalReason = Object.getOwnPropertyDescriptor(prototype, "reason").get;
  }
  try {
    apply(signalAborted, value, []);
    return true;
  } catch {
    return false;
  }
}

// ---- the pipe ----

/// One running pipe. It is the read request of its reader and the write request of its writer.
class Pipe {
  constructor(source, destination, options) {
    this.source = source;
    this.destination = destination;
    this.preventAbort = options.preventAbort;
    this.preventCancel = options.preventCancel;
    this.preventClose = options.preventClose;
    this.signal = options.signal;
    this.onAbort = null;
    this.reader = readable.acquireReader(source);
    this.writer = new writable.Writer(destination);
    source.disturbed = true;
    this.result = new Deferred();
    this.shuttingDown = false;
    this.reading = false; // a read is waiting for its chunk
    this.writes = 0; // not yet settled
    this.whenWritten = null;
    this.step = () => this.run();
  }

  start() {
    if (this.signal !== undefined && this.watchSignal()) return;
    then(this.reader.closed.promise, () => this.sourceClosed(), (reason) => this.sourceErrored(reason));
    then(this.writer.closed.promise, () => this.destinationClosed(), (reason) => this.destinationErrored(reason));
    // What is so already must shut down before anything is read.
    if (this.source.state === readable.ERRORED) this.sourceErrored(this.source.error);
    else if (this.destination.state === writable.ERRORED) this.destinationErrored(this.destination.error);
    else if (this.source.state === readable.CLOSED) this.sourceClosed();
    else if (this.destination.closeQueuedOrInFlight || this.destination.state === writable.CLOSED) {
      this.destinationClosed();
    } else this.run();
  }

  // ---- moving chunks ----

  /// Moves what is there while the destination wants more; then waits for the one or the other.
  run() {
    const { destination, source, writer } = this;
    while (!this.shuttingDown && !this.reading) {
      if (destination.state !== writable.WRITABLE || destination.closeQueuedOrInFlight) return;
      if (destination.backpressure) {
        then(writer.ready.promise, this.step, this.step);
        return;
      }
      if (source.state !== readable.READABLE) return;
      if (source.controller.available()) {
        writable.writeInto(writer, source.controller.take(), this.counted());
      } else {
        this.reading = true;
        source.controller.pull(this);
        return;
      }
    }
  }

  counted() {
    this.writes++;
    return this;
  }

  chunk(value) {
    // The source is in the middle of its enqueue: the sink must not run within it.
    this.counted();
    queueTask(() => {
      this.reading = false;
      writable.writeInto(this.writer, value, this);
      this.run();
    });
  }

  close() {
    this.reading = false;
  }

  fail() {
    this.reading = false;
  }

  resolve() {
    // The stream is in the middle of settling its write: what comes next must not run within it.
    if (--this.writes === 0 && this.whenWritten !== null) queueTask(this.whenWritten);
  }

  reject() {
    this.resolve();
  }

  // ---- ends ----

  sourceErrored(reason) {
    if (this.preventAbort) this.shutDown(null, true, reason);
    else this.shutDown(() => writable.abortWritable(this.destination, reason), true, reason);
  }

  destinationErrored(reason) {
    if (this.preventCancel) this.shutDown(null, true, reason);
    else this.shutDown(() => readable.cancelReadable(this.source, reason), true, reason);
  }

  sourceClosed() {
    if (this.preventClose) this.shutDown(null, false, undefined);
    else this.shutDown(() => this.closeDestination(), false, undefined);
  }

  destinationClosed() {
    if (this.shuttingDown) return;
    const reason = new TypeError("The destination of the pipe is closing or closed");
    if (this.preventCancel) this.shutDown(null, true, reason);
    else this.shutDown(() => readable.cancelReadable(this.source, reason), true, reason);
  }

  closeDestination() {
    const { destination } = this;
    if (destination.closeQueuedOrInFlight || destination.state === writable.CLOSED) return resolved(undefined);
    if (destination.state === writable.ERRORED) return Promise.reject(destination.error);
    return writable.closeWritable(destination);
  }

  /// Once only: waits for the writes when the destination can still take them, acts, and settles the pipe.
  shutDown(action, failed, reason) {
    if (this.shuttingDown) return;
    this.shuttingDown = true;
    const act = () => {
      if (action === null) {
        this.finish(failed, reason);
        return;
      }
      then(action(), () => this.finish(failed, reason), (error) => this.finish(true, error));
    };
    const { destination } = this;
    if (destination.state === writable.WRITABLE && !destination.closeQueuedOrInFlight) {
      this.whenWritten = act;
      if (this.writes === 0) queueTask(act);
    } else {
      act();
    }
  }

  finish(failed, reason) {
    writable.releaseWriter(this.writer);
    readable.releaseReader(this.reader);
    if (this.onAbort !== null) load("abort").removeAbortAlgorithm(this.signal, this.onAbort);
    if (failed) this.result.reject(reason);
    else this.result.resolve(undefined);
  }

  // ---- abort ----

  /// True when the signal has ended the pipe before it began.
  watchSignal() {
    const { signal } = this;
    this.onAbort = () => this.abort(apply(signalReason, signal, []));
    if (apply(signalAborted, signal, [])) {
      const { onAbort } = this;
      this.onAbort = null;
      onAbort();
      return true;
    }
    load("abort").addAbortAlgorithm(signal, this.onAbort);
    return false;
  }

  abort(reason) {
    const actions = () => {
      const all = [];
      if (!this.preventAbort && this.destination.state === writable.WRITABLE) {
        all.push(writable.abortWritable(this.destination, reason));
      }
      if (!this.preventCancel && this.source.state === readable.READABLE) {
        all.push(readable.cancelReadable(this.source, reason));
      }
      return whenAll(all);
    };
    this.shutDown(actions, true, reason);
  }
}

/// Fulfils when all have; rejects with the first rejection.
function whenAll(promises) {
  const result = new Deferred();
  let left = promises.length;
  if (left === 0) result.resolve(undefined);
  for (const promise of promises) {
    then(promise, () => {
      if (--left === 0) result.resolve(undefined);
    }, result.reject);
  }
  return result.promise;
}

/// Both streams must be unlocked. `observed` says whether somebody looks at the promise; if not, it counts as handled.
function startPipe(source, destination, options, observed) {
  const pipe = new Pipe(source, destination, options);
  if (!observed) markHandled(pipe.result.promise);
  pipe.start();
  return pipe.result.promise;
}

return { startPipe, toDestination, toPair, toPipeOptions };
