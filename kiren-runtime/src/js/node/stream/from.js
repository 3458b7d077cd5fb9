"use strict";
// Readable.from and Duplex.from: streams out of iterables, promises, functions and other streams.

const { coded, invalidArgType } = load("node/errors");
const { isIterable, isNodeStream, isReadable, isWebReadable, isWebTransform, isWebWritable, isWritable } = load(
  "node/stream/questions",
);
const { nextTick } = load("task_queue");
const { AbortController } = load("abort");

function from(Readable, iterable, options) {
  if (typeof iterable === "string" || iterable instanceof load("node/buffer/class").Buffer) {
    return new Readable({
      objectMode: true,
      ...options,
      read() {
        this.push(iterable);
        this.push(null);
      },
    });
  }
  const isAsync = typeof iterable?.[Symbol.asyncIterator] === "function";
  if (!isAsync && typeof iterable?.[Symbol.iterator] !== "function") {
    throw invalidArgType("iterable", "an instance of Iterable", iterable);
  }
  const iterator = isAsync ? iterable[Symbol.asyncIterator]() : iterable[Symbol.iterator]();
  const readable = new Readable({ objectMode: true, highWaterMark: 1, ...options });
  let reading = false;

  readable._read = function () {
    if (reading) return;
    reading = true;
    next();
  };

  readable._destroy = function (error, callback) {
    close(error).then(() => nextTick(callback, error), (failure) => nextTick(callback, failure || error));
  };

  async function close(error) {
    const failed = error !== undefined && error !== null;
    if (failed && typeof iterator.throw === "function") {
      const { value, done } = await iterator.throw(error);
      await value;
      if (done) return;
    }
    if (typeof iterator.return === "function") await (await iterator.return()).value;
  }

  async function next() {
    for (;;) {
      try {
        const { value, done } = isAsync ? await iterator.next() : iterator.next();
        if (done) {
          readable.push(null);
          return;
        }
        const chunk = typeof value?.then === "function" ? await value : value;
        if (chunk === null) {
          reading = false;
          throw coded(TypeError, "ERR_STREAM_NULL_VALUES", "May not write null values to stream");
        }
        if (!readable.push(chunk)) {
          reading = false;
          return;
        }
      } catch (error) {
        readable.destroy(error);
        return;
      }
    }
  }

  return readable;
}

function duplexFrom(Duplex, body) {
  const Readable = load("node/stream/readable");
  if (body instanceof Duplex) return body;
  if (isNodeStream(body)) {
    return join(Duplex, isReadable(body) ? body : undefined, isWritable(body) ? body : undefined);
  }
  if (isWebReadable(body)) return join(Duplex, Readable.fromWeb(body), undefined);
  if (isWebWritable(body)) return join(Duplex, undefined, load("node/stream/writable").fromWeb(body));
  if (typeof body === "function") return fromFunction(Duplex, body);
  if (load("blob").isBlob?.(body)) return duplexFrom(Duplex, body.arrayBuffer());
  if (isIterable(body)) return from(Duplex, body, { objectMode: true, writable: false });
  if (isWebTransform(body)) return Duplex.fromWeb(body);
  if (typeof body?.writable === "object" || typeof body?.readable === "object") {
    const side = (stream) => isNodeStream(stream) ? stream : stream === undefined ? undefined : duplexFrom(Duplex, stream);
    return join(Duplex, side(body.readable ?? undefined), side(body.writable ?? undefined));
  }
  if (typeof body?.then === "function") {
    const result = new Duplex({ objectMode: true, writable: false, read() {} });
    body.then((value) => {
      if (value !== undefined && value !== null) result.push(value);
      result.push(null);
    }, (error) => result.destroy(error));
    return result;
  }
  throw invalidArgType("stream",
    "an instance of Blob, ReadableStream, WritableStream, Stream, Iterable, AsyncIterable, Function, " +
      "{ readable, writable } pair, or Promise", body);
}

// A generator function over what is written; what it yields is read.
function fromFunction(Duplex, body) {
  let take;
  let given = new Promise((resolve) => (take = resolve));
  async function* written() {
    for (;;) {
      const { chunk, done, callback } = await given;
      nextTick(callback);
      if (done) return;
      given = new Promise((resolve) => (take = resolve));
      yield chunk;
    }
  }
  const value = body(written(), { signal: new AbortController().signal });
  const write = (chunk, encoding, callback) => take({ chunk, done: false, callback });
  const final = (callback) => take({ done: true, callback });
  if (isIterable(value)) return from(Duplex, value, { objectMode: true, write, final });
  if (typeof value?.then === "function") {
    const result = new Duplex({
      objectMode: true,
      readable: false,
      write,
      final(callback) {
        final(async () => {
          try {
            await value;
            nextTick(callback, null);
          } catch (error) {
            nextTick(callback, error);
          }
        });
      },
    });
    value.then(undefined, (error) => result.destroy(error));
    return result;
  }
  throw coded(TypeError, "ERR_INVALID_RETURN_VALUE",
    'Expected Iterable, AsyncIterable or AsyncFunction to be returned from the "body" function.');
}

// One stream's readable side and another's writable side as one.
function join(Duplex, source, target) {
  const { finished } = load("node/stream/finished");
  const readable = Boolean(source);
  const writable = Boolean(target);
  const sides = [source, target].filter(Boolean);
  let onDrain;
  let onFinish;
  let onReadable;
  const joined = new Duplex({
    readableObjectMode: Boolean(source?.readableObjectMode),
    writableObjectMode: Boolean(target?.writableObjectMode),
    readable,
    writable,
    write(chunk, encoding, callback) {
      if (target.write(chunk, encoding)) callback();
      else onDrain = callback;
    },
    final(callback) {
      target.end();
      onFinish = callback;
    },
    read() {
      for (;;) {
        const chunk = source.read();
        if (chunk === null) {
          onReadable = () => joined._read();
          return;
        }
        if (!joined.push(chunk)) return;
      }
    },
    destroy(error, callback) {
      for (const side of sides) side.destroy(error ?? undefined);
      callback(error);
    },
  });
  if (writable) {
    finished(target, { readable: false }, (error) => {
      const callback = onFinish;
      onFinish = null;
      if (error) joined.destroy(error);
      else callback?.();
    });
    target.on("drain", () => {
      const callback = onDrain;
      onDrain = null;
      callback?.();
    });
  }
  if (readable) {
    finished(source, { writable: false }, (error) => {
      if (error) joined.destroy(error);
    });
    // Listening starts the source too.
    source.on("readable", () => {
      const callback = onReadable;
      onReadable = null;
      callback?.();
    });
    source.on("end", () => joined.push(null));
  }
  return joined;
}

return { duplexFrom, from };
