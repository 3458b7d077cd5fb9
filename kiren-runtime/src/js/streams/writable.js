"use strict";
// WritableStream, its writer and its controller, as programs see them.
// Spec: https://streams.spec.whatwg.org/#ws

const {
  ADOPT,
  Deferred,
  apply,
  defineInterface,
  highWaterMarkOf,
  invalidArgument,
  invalidThis,
  isObject,
  rejected,
  required,
  toCallback,
  toStrategy,
} = load("streams/base");
const {
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
  writeInto,
} = load("streams/writable_state");

let stateOf; // the internal stream of a WritableStream, undefined for anything else

/// The sink that a program gave.
class UserSink {
  constructor(object, abort, close, write) {
    this.object = object;
    this.abortFunction = abort;
    this.closeFunction = close;
    this.writeFunction = write;
    this.controllerObject = undefined;
  }

  write(chunk) {
    if (this.writeFunction === undefined) return undefined;
    return apply(this.writeFunction, this.object, [chunk, this.controllerObject]);
  }

  close() {
    return this.closeFunction === undefined ? undefined : apply(this.closeFunction, this.object, []);
  }

  abort(reason) {
    return this.abortFunction === undefined ? undefined : apply(this.abortFunction, this.object, [reason]);
  }
}

/// Reads the sink as Web IDL says (members in alphabetical order) and starts it.
function setUp(stream, sink, strategy) {
  let abort;
  let close;
  let start;
  let write;
  if (sink !== undefined) {
    abort = toCallback(sink, "abort", "underlyingSink");
    close = toCallback(sink, "close", "underlyingSink");
    start = toCallback(sink, "start", "underlyingSink");
    if (sink.type !== undefined) throw new RangeError("underlyingSink.type must be undefined: no type is defined yet");
    write = toCallback(sink, "write", "underlyingSink");
  }
  const user = new UserSink(sink, abort, close, write);
  const controller = new Controller(stream, user, highWaterMarkOf(strategy, 1), strategy.size);
  user.controllerObject = new WritableStreamDefaultController(ADOPT, controller);
  controller.start(start === undefined ? undefined : apply(start, sink, [user.controllerObject]));
}

class WritableStream {
  #state;

  static {
    stateOf = (value) => (isObject(value) && #state in value ? value.#state : undefined);
  }

  constructor(underlyingSink = undefined, strategy = undefined) {
    if (underlyingSink === ADOPT) {
      this.#state = strategy;
      strategy.object = this;
      return;
    }
    if (underlyingSink !== undefined && !isObject(underlyingSink)) {
      throw invalidArgument("underlyingSink", "an object", underlyingSink);
    }
    const converted = toStrategy(strategy, "strategy");
    this.#state = new Writable();
    this.#state.object = this;
    setUp(this.#state, underlyingSink, converted);
  }

  get locked() {
    if (!(#state in this)) throw invalidThis("WritableStream");
    return this.#state.writer !== null;
  }

  abort(reason = undefined) {
    if (!isObject(this) || !(#state in this)) return rejected(invalidThis("WritableStream"));
    if (this.#state.writer !== null) return rejected(new TypeError("A locked WritableStream cannot be aborted"));
    return abortWritable(this.#state, reason);
  }

  close() {
    if (!isObject(this) || !(#state in this)) return rejected(invalidThis("WritableStream"));
    if (this.#state.writer !== null) return rejected(new TypeError("A locked WritableStream cannot be closed"));
    if (this.#state.closeQueuedOrInFlight) return rejected(new TypeError("The stream is closing already"));
    return closeWritable(this.#state);
  }

  getWriter() {
    if (!(#state in this)) throw invalidThis("WritableStream");
    return new WritableStreamDefaultWriter(this);
  }
}

/// The WritableStream of an internal stream, made when first asked for.
function objectOf(stream) {
  return stream.object ?? new WritableStream(ADOPT, stream);
}

const RELEASED = "The writer was released and has no stream any more";

class WritableStreamDefaultWriter {
  #writer;

  constructor(stream) {
    const state = stateOf(stream);
    if (state === undefined) throw invalidArgument("stream", "a WritableStream", stream);
    this.#writer = new Writer(state);
  }

  get closed() {
    if (!isObject(this) || !(#writer in this)) return rejected(invalidThis("WritableStreamDefaultWriter"));
    return this.#writer.closed.promise;
  }

  get desiredSize() {
    if (!(#writer in this)) throw invalidThis("WritableStreamDefaultWriter");
    const { stream } = this.#writer;
    if (stream === null) throw new TypeError(RELEASED);
    if (stream.state === ERRORED || stream.state === ERRORING) return null;
    return stream.state === CLOSED ? 0 : stream.controller.desiredSize();
  }

  get ready() {
    if (!isObject(this) || !(#writer in this)) return rejected(invalidThis("WritableStreamDefaultWriter"));
    return this.#writer.ready.promise;
  }

  abort(reason = undefined) {
    if (!isObject(this) || !(#writer in this)) return rejected(invalidThis("WritableStreamDefaultWriter"));
    const { stream } = this.#writer;
    return stream === null ? rejected(new TypeError(RELEASED)) : abortWritable(stream, reason);
  }

  close() {
    if (!isObject(this) || !(#writer in this)) return rejected(invalidThis("WritableStreamDefaultWriter"));
    const { stream } = this.#writer;
    if (stream === null) return rejected(new TypeError(RELEASED));
    if (stream.closeQueuedOrInFlight) return rejected(new TypeError("The stream is closing already"));
    return closeWritable(stream);
  }

  releaseLock() {
    if (!(#writer in this)) throw invalidThis("WritableStreamDefaultWriter");
    if (this.#writer.stream !== null) releaseWriter(this.#writer);
  }

  write(chunk = undefined) {
    if (!isObject(this) || !(#writer in this)) return rejected(invalidThis("WritableStreamDefaultWriter"));
    if (this.#writer.stream === null) return rejected(new TypeError(RELEASED));
    const request = new Deferred();
    writeInto(this.#writer, chunk, request);
    return request.promise;
  }
}

class WritableStreamDefaultController {
  #controller;

  constructor(token = undefined, controller = undefined) {
    if (token !== ADOPT) throw new TypeError("Illegal constructor");
    this.#controller = controller;
  }

  get signal() {
    if (!(#controller in this)) throw invalidThis("WritableStreamDefaultController");
    return this.#controller.signal();
  }

  error(e = undefined) {
    if (!(#controller in this)) throw invalidThis("WritableStreamDefaultController");
    if (this.#controller.stream.state === WRITABLE) this.#controller.error(e);
  }
}

defineInterface(WritableStream, "WritableStream");
defineInterface(WritableStreamDefaultWriter, "WritableStreamDefaultWriter");
defineInterface(WritableStreamDefaultController, "WritableStreamDefaultController");

return { WritableStream, WritableStreamDefaultController, WritableStreamDefaultWriter, objectOf, stateOf };
