"use strict";
// ReadableStream, its readers and its controllers, as programs see them.
// Spec: https://streams.spec.whatwg.org/#rs

const {
  ADOPT,
  Deferred,
  apply,
  defineInterface,
  highWaterMarkOf,
  invalidArgument,
  invalidThis,
  isObject,
  queueTask,
  rejected,
  required,
  resolved,
  then,
  toCallback,
  toDictionary,
  toStrategy,
  toUnsigned,
} = load("streams/base");
const {
  DefaultController,
  ERRORED,
  READABLE,
  Readable,
  acquireByobReader,
  acquireReader,
  cancelReadable,
  readInto,
  releaseReader,
  startController,
} = load("streams/readable_state");

let stateOf; // the internal stream of a ReadableStream, undefined for anything else

/// The source that a program gave.
class UserSource {
  constructor(object, pull, cancel) {
    this.object = object;
    this.pullFunction = pull;
    this.cancelFunction = cancel;
    this.controllerObject = undefined;
    this.pulls = pull !== undefined;
  }

  pull() {
    return apply(this.pullFunction, this.object, [this.controllerObject]);
  }

  cancel(reason) {
    return this.cancelFunction === undefined ? undefined : apply(this.cancelFunction, this.object, [reason]);
  }
}

function toSourceType(value) {
  if (value === undefined) return undefined;
  const type = `${value}`;
  if (type !== "bytes") throw invalidArgument("underlyingSource.type", 'undefined or "bytes"', type);
  return type;
}

/// Reads the source as Web IDL says (members in alphabetical order) and starts it.
function setUp(stream, source, strategy) {
  let autoAllocate;
  let cancel;
  let pull;
  let start;
  let type;
  if (source !== undefined) {
    autoAllocate = source.autoAllocateChunkSize;
    if (autoAllocate !== undefined) autoAllocate = toUnsigned(autoAllocate, "autoAllocateChunkSize");
    cancel = toCallback(source, "cancel", "underlyingSource");
    pull = toCallback(source, "pull", "underlyingSource");
    start = toCallback(source, "start", "underlyingSource");
    type = toSourceType(source.type);
  }
  const user = new UserSource(source, pull, cancel);
  let controller;
  let object;
  if (type === "bytes") {
    if (strategy.size !== undefined) throw new RangeError("A byte stream cannot have a strategy with a size function");
    const highWaterMark = highWaterMarkOf(strategy, 0);
    if (autoAllocate === 0) throw new TypeError("autoAllocateChunkSize must be greater than 0");
    const { ByteController } = load("streams/readable_byte");
    controller = new ByteController(stream, user, highWaterMark, autoAllocate ?? 0);
    object = new ReadableByteStreamController(ADOPT, controller);
  } else {
    controller = new DefaultController(stream, user, highWaterMarkOf(strategy, 1), strategy.size);
    object = new ReadableStreamDefaultController(ADOPT, controller);
  }
  user.controllerObject = object;
  startController(controller, start === undefined ? undefined : apply(start, source, [object]));
}

class ReadableStream {
  #state;

  static {
    stateOf = (value) => (isObject(value) && #state in value ? value.#state : undefined);
  }

  constructor(underlyingSource = undefined, strategy = undefined) {
    if (underlyingSource === ADOPT) {
      this.#state = strategy;
      strategy.object = this;
      return;
    }
    if (underlyingSource !== undefined && !isObject(underlyingSource)) {
      throw invalidArgument("underlyingSource", "an object", underlyingSource);
    }
    const converted = toStrategy(strategy, "strategy");
    this.#state = new Readable();
    this.#state.object = this;
    setUp(this.#state, underlyingSource, converted);
  }

  static from(asyncIterable) {
    required(arguments.length, 1, "ReadableStream.from");
    return objectOf(load("streams/from").readableFrom(asyncIterable));
  }

  get locked() {
    if (!(#state in this)) throw invalidThis("ReadableStream");
    return this.#state.reader !== null;
  }

  cancel(reason = undefined) {
    if (!isObject(this) || !(#state in this)) return rejected(invalidThis("ReadableStream"));
    if (this.#state.reader !== null) return rejected(new TypeError("A locked ReadableStream cannot be cancelled"));
    return cancelReadable(this.#state, reason);
  }

  getReader(options = undefined) {
    if (!(#state in this)) throw invalidThis("ReadableStream");
    const mode = toDictionary(options, "options")?.mode;
    if (mode === undefined) return new ReadableStreamDefaultReader(this);
    if (`${mode}` !== "byob") throw invalidArgument("options.mode", 'undefined or "byob"', mode);
    return new ReadableStreamBYOBReader(this);
  }

  pipeThrough(transform, options = undefined) {
    if (!(#state in this)) throw invalidThis("ReadableStream");
    required(arguments.length, 1, "ReadableStream.pipeThrough");
    const { startPipe, toPair, toPipeOptions } = load("streams/pipe");
    const pair = toPair(transform, stateOf);
    const converted = toPipeOptions(options);
    if (this.#state.reader !== null) throw new TypeError("A locked ReadableStream cannot be piped");
    if (pair.writable.writer !== null) throw new TypeError("The writable side of the transform is locked");
    startPipe(this.#state, pair.writable, converted, false);
    return pair.readable;
  }

  pipeTo(destination, options = undefined) {
    try {
      if (!(#state in this)) throw invalidThis("ReadableStream");
      required(arguments.length, 1, "ReadableStream.pipeTo");
      const { startPipe, toDestination, toPipeOptions } = load("streams/pipe");
      const writable = toDestination(destination, "destination");
      const converted = toPipeOptions(options);
      if (this.#state.reader !== null) throw new TypeError("A locked ReadableStream cannot be piped");
      if (writable.writer !== null) throw new TypeError("The destination of the pipe is locked");
      return startPipe(this.#state, writable, converted, true);
    } catch (error) {
      return rejected(error);
    }
  }

  tee() {
    if (!(#state in this)) throw invalidThis("ReadableStream");
    const [one, two] = load("streams/tee").tee(this.#state);
    return [objectOf(one), objectOf(two)];
  }

  values(options = undefined) {
    if (!(#state in this)) throw invalidThis("ReadableStream");
    const preventCancel = Boolean(toDictionary(options, "options")?.preventCancel);
    return new ReadableStreamAsyncIterator(ADOPT, acquireReader(this.#state), preventCancel);
  }
}

/// The ReadableStream of an internal stream, made when first asked for.
function objectOf(stream) {
  return stream.object ?? new ReadableStream(ADOPT, stream);
}

// ---- readers ----

class ReadRequest extends Deferred {
  chunk(value) {
    this.resolve({ value, done: false });
  }

  close(value) {
    this.resolve({ value, done: true });
  }

  fail(reason) {
    this.reject(reason);
  }
}

function requireStream(value) {
  const state = stateOf(value);
  if (state === undefined) throw invalidArgument("stream", "a ReadableStream", value);
  return state;
}

const RELEASED = "The reader was released and has no stream any more";

class ReadableStreamDefaultReader {
  #reader;

  constructor(stream) {
    this.#reader = acquireReader(requireStream(stream));
  }

  get closed() {
    if (!isObject(this) || !(#reader in this)) return rejected(invalidThis("ReadableStreamDefaultReader"));
    return this.#reader.closed.promise;
  }

  cancel(reason = undefined) {
    if (!isObject(this) || !(#reader in this)) return rejected(invalidThis("ReadableStreamDefaultReader"));
    const { stream } = this.#reader;
    return stream === null ? rejected(new TypeError(RELEASED)) : cancelReadable(stream, reason);
  }

  read() {
    if (!isObject(this) || !(#reader in this)) return rejected(invalidThis("ReadableStreamDefaultReader"));
    const { stream } = this.#reader;
    if (stream === null) return rejected(new TypeError(RELEASED));
    if (stream.state === READABLE && stream.controller.available()) {
      stream.disturbed = true;
      return resolved({ value: stream.controller.take(), done: false });
    }
    const request = new ReadRequest();
    readInto(stream, request);
    return request.promise;
  }

  releaseLock() {
    if (!(#reader in this)) throw invalidThis("ReadableStreamDefaultReader");
    if (this.#reader.stream !== null) releaseReader(this.#reader);
  }
}

class ReadableStreamBYOBReader {
  #reader;

  constructor(stream) {
    this.#reader = acquireByobReader(requireStream(stream));
  }

  get closed() {
    if (!isObject(this) || !(#reader in this)) return rejected(invalidThis("ReadableStreamBYOBReader"));
    return this.#reader.closed.promise;
  }

  cancel(reason = undefined) {
    if (!isObject(this) || !(#reader in this)) return rejected(invalidThis("ReadableStreamBYOBReader"));
    const { stream } = this.#reader;
    return stream === null ? rejected(new TypeError(RELEASED)) : cancelReadable(stream, reason);
  }

  read(view, options = undefined) {
    try {
      if (!(#reader in this)) throw invalidThis("ReadableStreamBYOBReader");
      required(arguments.length, 1, "ReadableStreamBYOBReader.read");
      load("streams/buffers").checkView(view, "view");
      const given = toDictionary(options, "options")?.min;
      const min = given === undefined ? 1 : toUnsigned(given, "options.min");
      const { readByob, refuseByobView } = load("streams/readable_byte");
      const refusal = refuseByobView(view, min);
      if (refusal !== undefined) return rejected(refusal);
      if (this.#reader.stream === null) return rejected(new TypeError(RELEASED));
      const request = new ReadRequest();
      readByob(this.#reader, view, min, request);
      return request.promise;
    } catch (error) {
      return rejected(error);
    }
  }

  releaseLock() {
    if (!(#reader in this)) throw invalidThis("ReadableStreamBYOBReader");
    if (this.#reader.stream !== null) releaseReader(this.#reader);
  }
}

// ---- controllers ----

class ReadableStreamDefaultController {
  #controller;

  constructor(token = undefined, controller = undefined) {
    if (token !== ADOPT) throw new TypeError("Illegal constructor");
    this.#controller = controller;
  }

  get desiredSize() {
    if (!(#controller in this)) throw invalidThis("ReadableStreamDefaultController");
    return this.#controller.desiredSize();
  }

  close() {
    if (!(#controller in this)) throw invalidThis("ReadableStreamDefaultController");
    if (!this.#controller.canEnqueue()) throw refusal(this.#controller, "closed again");
    this.#controller.close();
  }

  enqueue(chunk = undefined) {
    if (!(#controller in this)) throw invalidThis("ReadableStreamDefaultController");
    if (!this.#controller.canEnqueue()) throw refusal(this.#controller, "given a chunk");
    this.#controller.enqueue(chunk);
  }

  error(e = undefined) {
    if (!(#controller in this)) throw invalidThis("ReadableStreamDefaultController");
    this.#controller.error(e);
  }
}

function refusal(controller, what) {
  const state = controller.stream.state === ERRORED ? "An errored" : "A closed";
  return new TypeError(`${state} stream cannot be ${what}`);
}

class ReadableByteStreamController {
  #controller;

  constructor(token = undefined, controller = undefined) {
    if (token !== ADOPT) throw new TypeError("Illegal constructor");
    this.#controller = controller;
  }

  get byobRequest() {
    if (!(#controller in this)) throw invalidThis("ReadableByteStreamController");
    const request = this.#controller.byobRequest();
    if (request === null) return null;
    request.object ??= new ReadableStreamBYOBRequest(ADOPT, request);
    return request.object;
  }

  get desiredSize() {
    if (!(#controller in this)) throw invalidThis("ReadableByteStreamController");
    return this.#controller.desiredSize();
  }

  close() {
    if (!(#controller in this)) throw invalidThis("ReadableByteStreamController");
    if (!this.#controller.canEnqueue()) throw refusal(this.#controller, "closed again");
    this.#controller.close();
  }

  enqueue(chunk) {
    if (!(#controller in this)) throw invalidThis("ReadableByteStreamController");
    required(arguments.length, 1, "ReadableByteStreamController.enqueue");
    const { byteLengthOf, bufferOf, checkView, sizeOf } = load("streams/buffers");
    checkView(chunk, "chunk");
    if (byteLengthOf(chunk) === 0) throw new TypeError("The chunk must not be empty");
    if (sizeOf(bufferOf(chunk)) === 0) throw new TypeError("The buffer of the chunk must not be empty");
    if (!this.#controller.canEnqueue()) throw refusal(this.#controller, "given a chunk");
    this.#controller.enqueue(chunk);
  }

  error(e = undefined) {
    if (!(#controller in this)) throw invalidThis("ReadableByteStreamController");
    this.#controller.error(e);
  }
}

class ReadableStreamBYOBRequest {
  #request;

  constructor(token = undefined, request = undefined) {
    if (token !== ADOPT) throw new TypeError("Illegal constructor");
    this.#request = request;
  }

  get view() {
    if (!(#request in this)) throw invalidThis("ReadableStreamBYOBRequest");
    return this.#request.view;
  }

  respond(bytesWritten) {
    if (!(#request in this)) throw invalidThis("ReadableStreamBYOBRequest");
    required(arguments.length, 1, "ReadableStreamBYOBRequest.respond");
    this.#request.respond(toUnsigned(bytesWritten, "bytesWritten"));
  }

  respondWithNewView(view) {
    if (!(#request in this)) throw invalidThis("ReadableStreamBYOBRequest");
    required(arguments.length, 1, "ReadableStreamBYOBRequest.respondWithNewView");
    load("streams/buffers").checkView(view, "view");
    this.#request.respondWithNewView(view);
  }
}

// ---- for await ----

/// One step of an iteration. It lets go of the stream when the stream has ended.
class IterationRequest extends Deferred {
  constructor(iterator) {
    super();
    this.iterator = iterator;
  }

  chunk(value) {
    // One turn later, as the specification has it: by then the source has been asked for the next chunk.
    queueTask(() => {
      this.iterator.ongoing = null;
      this.resolve({ value, done: false });
    });
  }

  close() {
    this.iterator.finish();
    this.resolve({ value: undefined, done: true });
  }

  fail(reason) {
    this.iterator.finish();
    this.reject(reason);
  }
}

class Iteration {
  constructor(reader, preventCancel) {
    this.reader = reader;
    this.preventCancel = preventCancel;
    this.finished = false;
    this.ongoing = null;
  }

  finish() {
    this.ongoing = null;
    this.finished = true;
    releaseReader(this.reader);
  }

  next() {
    if (this.finished) return resolved({ value: undefined, done: true });
    const { stream } = this.reader;
    if (stream.state === READABLE && stream.controller.available()) {
      stream.disturbed = true;
      return resolved({ value: stream.controller.take(), done: false });
    }
    const request = new IterationRequest(this);
    this.ongoing = request.promise;
    readInto(stream, request);
    return request.promise;
  }

  return(value) {
    if (this.finished) return resolved({ value, done: true });
    this.finished = true;
    const { stream } = this.reader;
    const cancelled = this.preventCancel ? resolved(undefined) : cancelReadable(stream, value);
    releaseReader(this.reader);
    return then(cancelled, () => ({ value, done: true }));
  }
}

class ReadableStreamAsyncIterator {
  #iteration;

  constructor(token, reader, preventCancel) {
    this.#iteration = new Iteration(reader, preventCancel);
  }

  next() {
    if (!isObject(this) || !(#iteration in this)) return rejected(invalidThis("ReadableStreamAsyncIterator"));
    const iteration = this.#iteration;
    if (iteration.ongoing === null) return iteration.next();
    const step = () => iteration.next();
    return (iteration.ongoing = then(iteration.ongoing, step, step));
  }

  return(value) {
    if (!isObject(this) || !(#iteration in this)) return rejected(invalidThis("ReadableStreamAsyncIterator"));
    const iteration = this.#iteration;
    if (iteration.ongoing === null) return (iteration.ongoing = iteration.return(value));
    const step = () => iteration.return(value);
    return (iteration.ongoing = then(iteration.ongoing, step, step));
  }
}

defineInterface(ReadableStream, "ReadableStream");
defineInterface(ReadableStreamDefaultReader, "ReadableStreamDefaultReader");
defineInterface(ReadableStreamBYOBReader, "ReadableStreamBYOBReader");
defineInterface(ReadableStreamDefaultController, "ReadableStreamDefaultController");
defineInterface(ReadableByteStreamController, "ReadableByteStreamController");
defineInterface(ReadableStreamBYOBRequest, "ReadableStreamBYOBRequest");
defineInterface(ReadableStreamAsyncIterator, "ReadableStream AsyncIterator");
delete ReadableStreamAsyncIterator.prototype.constructor;
Object.setPrototypeOf(
  ReadableStreamAsyncIterator.prototype,
  Object.getPrototypeOf(Object.getPrototypeOf(async function* () {}.prototype)),
);
Object.defineProperty(ReadableStream.prototype, Symbol.asyncIterator, {
  value: ReadableStream.prototype.values,
  writable: true,
  configurable: true,
});

return {
  ReadableByteStreamController,
  ReadableStream,
  ReadableStreamBYOBReader,
  ReadableStreamBYOBRequest,
  ReadableStreamDefaultController,
  ReadableStreamDefaultReader,
  objectOf,
  stateOf,
};
