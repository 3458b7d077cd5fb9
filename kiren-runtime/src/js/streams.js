"use strict";
// WHATWG Streams: what the rest of the runtime loads. Each class is loaded when it is first asked for.
// Specs: https://streams.spec.whatwg.org, https://encoding.spec.whatwg.org (text streams),
//        https://compression.spec.whatwg.org
//
// The internals for fetch, bodies and the HTTP server are described at the top of streams/native.js. Inside, public
// classes (streams/readable, writable, transform) are thin faces over the internal objects that carry the algorithms
// (streams/*_state, streams/readable_byte).

function lazily(exports, file, names) {
  for (const name of names) {
    Object.defineProperty(exports, name, { get: () => load(file)[name], enumerable: true });
  }
}

const exports = {};
lazily(exports, "streams/readable", [
  "ReadableByteStreamController",
  "ReadableStream",
  "ReadableStreamBYOBReader",
  "ReadableStreamBYOBRequest",
  "ReadableStreamDefaultController",
  "ReadableStreamDefaultReader",
]);
lazily(exports, "streams/writable", ["WritableStream", "WritableStreamDefaultController", "WritableStreamDefaultWriter"]);
lazily(exports, "streams/transform", ["TransformStream", "TransformStreamDefaultController"]);
lazily(exports, "streams/strategies", ["ByteLengthQueuingStrategy", "CountQueuingStrategy"]);
lazily(exports, "streams/text", ["TextDecoderStream", "TextEncoderStream"]);
lazily(exports, "streams/compression", ["CompressionStream", "DecompressionStream"]);
lazily(exports, "streams/native", [
  "cancelStream",
  "createReadableStreamFromBytes",
  "createReadableStreamFromSource",
  "isClosed",
  "isDisturbed",
  "isErrored",
  "isLocked",
  "isReadableStream",
  "lockStream",
  "pump",
  "readAll",
  "readableStreamClose",
  "readableStreamError",
]);

return exports;
