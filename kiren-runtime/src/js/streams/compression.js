"use strict";
// CompressionStream and DecompressionStream: gzip, deflate and deflate-raw as the standard has them, and brotli and zstd
// as other runtimes do. What comes out is given piece by piece as the reader asks, so that a small compressed chunk
// cannot fill the memory.
// Spec: https://compression.spec.whatwg.org

const { defineInterface, describe, invalidThis, required, then } = load("streams/base");
const { Transform } = load("streams/transform_state");
const { bufferOf, byteLengthOf, isShared, offsetOf } = load("streams/buffers");
const readableFace = load("streams/readable");
const writableFace = load("streams/writable");

const FORMATS = ["gzip", "deflate", "deflate-raw", "brotli", "zstd"];

function toFormat(value, name) {
  const format = `${value}`;
  if (!FORMATS.includes(format)) {
    throw new TypeError(`${name}: the format must be one of ${FORMATS.join(", ")}, received ${describe(value)}`);
  }
  return format;
}

function toBytes(chunk) {
  if (ArrayBuffer.isView(chunk)) {
    const buffer = bufferOf(chunk);
    if (!isShared(buffer)) return new Uint8Array(buffer, offsetOf(chunk), byteLengthOf(chunk));
  } else if (chunk instanceof ArrayBuffer) {
    return new Uint8Array(chunk);
  }
  throw new TypeError(`The chunk must be an ArrayBuffer or a view of one that is not shared, received ${describe(chunk)}`);
}

// A stream that nobody finishes leaves its coder to the collector.
const abandoned = new FinalizationRegistry((handle) => native("compression").close(handle));

/// A coder of native code: what it is given, it gives back in bounded pieces.
class Coding {
  constructor(format, compress) {
    this.engine = native("compression");
    this.handle = this.engine.create(format, compress);
    abandoned.register(this, this.handle);
  }

  transform(chunk, transform) {
    return this.give(this.engine.push(this.handle, toBytes(chunk)), transform);
  }

  flush(transform) {
    return this.give(this.engine.finish(this.handle), transform);
  }

  /// Each piece after the first waits until the reader wants one.
  give(first, transform) {
    for (let piece = first; piece.byteLength > 0; piece = this.engine.pull(this.handle)) {
      transform.enqueue(piece);
      if (transform.backpressure && this.engine.has_more(this.handle)) {
        return then(transform.change.promise, () => this.resume(transform));
      }
    }
    return undefined;
  }

  resume(transform) {
    // A reader that has gone away wants nothing more.
    return transform.readable.controller.canEnqueue() ? this.give(this.engine.pull(this.handle), transform) : undefined;
  }

  cancel() {
    this.engine.close(this.handle);
  }
}

function codingBy(format, compress) {
  const coding = new Coding(format, compress);
  const transform = new Transform(1, undefined, 0, undefined);
  transform.transformer = coding;
  transform.start(undefined);
  return transform;
}

class CompressionStream {
  #transform;

  constructor(format) {
    required(arguments.length, 1, "CompressionStream");
    this.#transform = codingBy(toFormat(format, "CompressionStream"), true);
  }

  get readable() {
    if (!(#transform in this)) throw invalidThis("CompressionStream");
    return readableFace.objectOf(this.#transform.readable);
  }

  get writable() {
    if (!(#transform in this)) throw invalidThis("CompressionStream");
    return writableFace.objectOf(this.#transform.writable);
  }
}

class DecompressionStream {
  #transform;

  constructor(format) {
    required(arguments.length, 1, "DecompressionStream");
    this.#transform = codingBy(toFormat(format, "DecompressionStream"), false);
  }

  get readable() {
    if (!(#transform in this)) throw invalidThis("DecompressionStream");
    return readableFace.objectOf(this.#transform.readable);
  }

  get writable() {
    if (!(#transform in this)) throw invalidThis("DecompressionStream");
    return writableFace.objectOf(this.#transform.writable);
  }
}

defineInterface(CompressionStream, "CompressionStream");
defineInterface(DecompressionStream, "DecompressionStream");

return { CompressionStream, DecompressionStream };
