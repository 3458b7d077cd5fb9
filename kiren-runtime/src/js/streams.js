"use strict";
// WHATWG Streams: what the rest of the runtime loads. Each class is loaded when it is first asked for.
// Specs: https://streams.spec.whatwg.org, https://encoding.spec.whatwg.org (text streams),
//        https://compression.spec.whatwg.org

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

return exports;
