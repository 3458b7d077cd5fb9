"use strict";
// node:stream.

const { Stream } = load("node/stream/legacy");
const Readable = load("node/stream/readable");
const Writable = load("node/stream/writable");
const Duplex = load("node/stream/duplex");
const { PassThrough, Transform } = load("node/stream/transform");
const { addAbortSignal } = load("node/stream/abort");
const { finished } = load("node/stream/finished");
const { compose, pipeline } = load("node/stream/pipeline");
const { isDestroyed, isDisturbed, isErrored, isReadable, isWritable } = load("node/stream/questions");
const { getDefaultHighWaterMark, setDefaultHighWaterMark } = load("node/stream/limits");

load("node/stream/operators").install(Readable);

Object.assign(Stream, {
  Readable, Writable, Duplex, Transform, PassThrough, Stream, addAbortSignal, compose, destroy, finished, pipeline,
  isDestroyed, isDisturbed, isErrored, isReadable, isWritable, getDefaultHighWaterMark, setDefaultHighWaterMark,
  _isArrayBufferView: ArrayBuffer.isView,
  _isUint8Array: native("types").is_uint8_array,
  _uint8ArrayToBuffer: (bytes) => load("node/buffer").Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
});

function destroy(stream, error) {
  if (stream === undefined || stream === null || isDestroyed(stream)) return stream;
  if (typeof stream.destroy === "function") stream.destroy(error);
  else if (typeof stream.close === "function") stream.close();
  return stream;
}

Object.defineProperty(Stream, "promises", {
  get: () => load("node/stream/promises"),
  enumerable: true,
  configurable: true,
});

const custom = Symbol.for("nodejs.util.promisify.custom");
for (const [fn, name] of [[pipeline, "pipeline"], [finished, "finished"]]) {
  Object.defineProperty(fn, custom, {
    get: () => load("node/stream/promises")[name],
    enumerable: true,
    configurable: true,
  });
}

return Stream;
