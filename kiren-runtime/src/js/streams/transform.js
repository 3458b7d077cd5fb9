"use strict";
// TransformStream and its controller, as programs see them.
// Spec: https://streams.spec.whatwg.org/#ts

const {
  ADOPT,
  apply,
  defineInterface,
  highWaterMarkOf,
  invalidArgument,
  invalidThis,
  isObject,
  toCallback,
  toStrategy,
} = load("streams/base");
const { Transform } = load("streams/transform_state");
const readableFace = load("streams/readable");
const writableFace = load("streams/writable");

/// The transformer that a program gave. Without a transform function chunks pass as they are.
class UserTransformer {
  constructor(object, cancel, flush, transform, controllerObject) {
    this.object = object;
    this.cancelFunction = cancel;
    this.flushFunction = flush;
    this.transformFunction = transform;
    this.controllerObject = controllerObject;
  }

  transform(chunk, transform) {
    if (this.transformFunction === undefined) return transform.enqueue(chunk);
    return apply(this.transformFunction, this.object, [chunk, this.controllerObject]);
  }

  flush() {
    return this.flushFunction === undefined ? undefined : apply(this.flushFunction, this.object, [this.controllerObject]);
  }

  cancel(reason) {
    return this.cancelFunction === undefined ? undefined : apply(this.cancelFunction, this.object, [reason]);
  }
}

class TransformStream {
  #transform;

  constructor(transformer = undefined, writableStrategy = undefined, readableStrategy = undefined) {
    if (transformer !== undefined && !isObject(transformer)) {
      throw invalidArgument("transformer", "an object", transformer);
    }
    const writing = toStrategy(writableStrategy, "writableStrategy");
    const reading = toStrategy(readableStrategy, "readableStrategy");
    let cancel;
    let flush;
    let start;
    let transform;
    if (transformer !== undefined) {
      cancel = toCallback(transformer, "cancel", "transformer");
      flush = toCallback(transformer, "flush", "transformer");
      if (transformer.readableType !== undefined) throw new RangeError("transformer.readableType must be undefined");
      start = toCallback(transformer, "start", "transformer");
      transform = toCallback(transformer, "transform", "transformer");
      if (transformer.writableType !== undefined) throw new RangeError("transformer.writableType must be undefined");
    }
    const readableMark = highWaterMarkOf(reading, 0);
    const writableMark = highWaterMarkOf(writing, 1);
    const inner = new Transform(writableMark, writing.size, readableMark, reading.size);
    this.#transform = inner;
    inner.object = this;
    const controller = new TransformStreamDefaultController(ADOPT, inner);
    inner.transformer = new UserTransformer(transformer, cancel, flush, transform, controller);
    inner.start(start === undefined ? undefined : apply(start, transformer, [controller]));
  }

  get readable() {
    if (!(#transform in this)) throw invalidThis("TransformStream");
    return readableFace.objectOf(this.#transform.readable);
  }

  get writable() {
    if (!(#transform in this)) throw invalidThis("TransformStream");
    return writableFace.objectOf(this.#transform.writable);
  }
}

class TransformStreamDefaultController {
  #transform;

  constructor(token = undefined, transform = undefined) {
    if (token !== ADOPT) throw new TypeError("Illegal constructor");
    this.#transform = transform;
  }

  get desiredSize() {
    if (!(#transform in this)) throw invalidThis("TransformStreamDefaultController");
    return this.#transform.readable.controller.desiredSize();
  }

  enqueue(chunk = undefined) {
    if (!(#transform in this)) throw invalidThis("TransformStreamDefaultController");
    this.#transform.enqueue(chunk);
  }

  error(reason = undefined) {
    if (!(#transform in this)) throw invalidThis("TransformStreamDefaultController");
    this.#transform.error(reason);
  }

  terminate() {
    if (!(#transform in this)) throw invalidThis("TransformStreamDefaultController");
    this.#transform.terminate();
  }
}

defineInterface(TransformStream, "TransformStream");
defineInterface(TransformStreamDefaultController, "TransformStreamDefaultController");

return { TransformStream, TransformStreamDefaultController };
