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

// Two streams, of which each reads what is written to the other.
function duplexPair(options) {
  const waiting = [null, null];
  const sides = [0, 1].map((at) => new Duplex({
    ...options,
    read() {
      const callback = waiting[at];
      waiting[at] = null;
      callback?.();
    },
    write(chunk, encoding, callback) {
      const other = 1 - at;
      if (chunk.length === 0) {
        load("task_queue").nextTick(callback);
      } else {
        sides[other].push(chunk);
        waiting[other] = callback;
      }
    },
    final(callback) {
      sides[1 - at].on("end", callback);
      sides[1 - at].push(null);
    },
  }));
  return sides;
}

Object.assign(Stream, {
  Readable, Writable, Duplex, Transform, PassThrough, Stream, addAbortSignal, compose, destroy, duplexPair, finished, pipeline,
  isDestroyed, isDisturbed, isErrored, isReadable, isWritable, getDefaultHighWaterMark, setDefaultHighWaterMark,
  _isArrayBufferView: ArrayBuffer.isView,
  _isUint8Array: native("types").is_uint8_array,
  _uint8ArrayToBuffer: (bytes) => load("node/buffer").Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
});

load("process/kinds").streamsLoaded({ Readable, Writable });

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
