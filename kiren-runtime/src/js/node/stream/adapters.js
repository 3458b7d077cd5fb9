"use strict";
// Between the streams of Node and those of the web.

const { AbortError, invalidArgType } = load("node/errors");
const { finished } = load("node/stream/finished");
const { isDestroyed, isWebReadable, isWebWritable } = load("node/stream/questions");

function readableFromWeb(stream, options = {}) {
  if (!isWebReadable(stream)) throw invalidArgType("readableStream", "an instance of ReadableStream", stream);
  const Readable = load("node/stream/readable");
  const { highWaterMark, encoding, objectMode = false, signal } = options;
  const reader = stream.getReader();
  let closed = false;
  const readable = new Readable({
    objectMode, highWaterMark, encoding, signal,
    read() {
      reader.read().then(({ value, done }) => {
        readable.push(done ? null : value);
      }, (error) => readable.destroy(error));
    },
    destroy(error, callback) {
      if (closed) callback(error);
      else reader.cancel(error).then(() => callback(error), () => callback(error));
    },
  });
  reader.closed.then(() => {
    closed = true;
  }, (error) => {
    closed = true;
    readable.destroy(error);
  });
  return readable;
}

function readableToWeb(readable, options = {}) {
  const { ReadableStream, CountQueuingStrategy, ByteLengthQueuingStrategy } = load("streams");
  if (isDestroyed(readable) || readable.readable === false) {
    const ended = new ReadableStream();
    ended.cancel();
    return ended;
  }
  const { readableObjectMode: objectMode, readableHighWaterMark: highWaterMark } = readable;
  const strategy = options.strategy ??
    (objectMode ? new CountQueuingStrategy({ highWaterMark }) : new ByteLengthQueuingStrategy({ highWaterMark }));
  let controller;
  let cancelled = false;
  readable.pause();
  const cleanup = finished(readable, { writable: false }, (error) => {
    cleanup();
    readable.on("error", () => {});
    if (cancelled) return;
    if (error) controller.error(error.code === "ERR_STREAM_PREMATURE_CLOSE" ? new AbortError(error) : error);
    else controller.close();
  });
  readable.on("data", (chunk) => {
    controller.enqueue(chunk instanceof Uint8Array && !objectMode ? new Uint8Array(chunk) : chunk);
    if (controller.desiredSize <= 0) readable.pause();
  });
  return new ReadableStream({
    start(given) {
      controller = given;
    },
    pull() {
      readable.resume();
    },
    cancel(reason) {
      cancelled = true;
      readable.destroy(reason);
    },
  }, strategy);
}

function writableFromWeb(stream, options = {}) {
  if (!isWebWritable(stream)) throw invalidArgType("writableStream", "an instance of WritableStream", stream);
  const Writable = load("node/stream/writable");
  const { highWaterMark, decodeStrings = true, objectMode = false, signal } = options;
  const writer = stream.getWriter();
  let closed = false;
  const writable = new Writable({
    highWaterMark, objectMode, decodeStrings, signal,
    write(chunk, encoding, callback) {
      if (typeof chunk === "string" && decodeStrings && !objectMode) {
        const bytes = load("node/buffer/class").Buffer.from(chunk, encoding);
        chunk = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      }
      writer.ready.then(() => writer.write(chunk)).then(() => callback(), callback);
    },
    destroy(error, callback) {
      if (closed) {
        callback(error);
        return;
      }
      const ended = error ? writer.abort(error) : writer.close();
      ended.then(() => callback(error), () => callback(error));
    },
    final(callback) {
      closed = true;
      writer.close().then(() => callback(), callback);
    },
  });
  writer.closed.then(() => {
    closed = true;
    if (!writable.writableEnded) writable.destroy(new (load("node/errors").AbortError)());
  }, (error) => {
    closed = true;
    writable.destroy(error);
  });
  return writable;
}

function writableToWeb(writable) {
  const { WritableStream, CountQueuingStrategy } = load("streams");
  const { writableHighWaterMark: highWaterMark, writableObjectMode: objectMode } = writable;
  const strategy = objectMode ? new CountQueuingStrategy({ highWaterMark }) : { highWaterMark };
  let controller;
  let waiting;
  let closing;
  const cleanup = finished(writable, { readable: false }, (error) => {
    cleanup();
    writable.on("error", () => {});
    if (error) {
      waiting?.reject(error);
      closing?.reject(error);
      controller.error(error);
    } else if (closing !== undefined) {
      closing.resolve();
    } else {
      controller.error(new AbortError());
    }
  });
  writable.on("drain", () => waiting?.resolve());
  return new WritableStream({
    start(given) {
      controller = given;
    },
    async write(chunk) {
      if (!writable.writableNeedDrain && writable.write(chunk)) return;
      waiting = Promise.withResolvers();
      await waiting.promise.finally(() => (waiting = undefined));
    },
    abort(reason) {
      writable.destroy(reason);
    },
    close() {
      closing = Promise.withResolvers();
      writable.end();
      return closing.promise;
    },
  }, strategy);
}

function duplexFromWeb(pair, options) {
  const Duplex = load("node/stream/duplex");
  return load("node/stream/from").duplexFrom(Duplex, {
    readable: readableFromWeb(pair.readable, options),
    writable: writableFromWeb(pair.writable, options),
  });
}

function duplexToWeb(duplex) {
  return { readable: readableToWeb(duplex), writable: writableToWeb(duplex) };
}

// Settled with the end of a stream of the web.
function closedPromise(stream) {
  const holder = isWebReadable(stream) ? stream.getReader() : stream.getWriter();
  const { closed } = holder;
  holder.releaseLock();
  return closed;
}

return {
  closedPromise, duplexFromWeb, duplexToWeb, readableFromWeb, readableToWeb, writableFromWeb, writableToWeb,
};
