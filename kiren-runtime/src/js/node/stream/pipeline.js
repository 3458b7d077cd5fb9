"use strict";
// pipeline: streams, iterables and functions in a row, which end together. compose: the same as one stream.

const { AbortError, checkFunction, checkSignal, coded, invalidArgType } = load("node/errors");
const { finished, prematureClose } = load("node/stream/finished");
const { isIterable, isNodeStream, isReadable, isWebReadable, isWebTransform, isWebWritable } = load(
  "node/stream/questions",
);
const { nextTick } = load("task_queue");
const { AbortController } = load("abort");

function pipeline(...streams) {
  const callback = streams.pop();
  checkFunction(callback, "streams[stream.length - 1]");
  if (streams.length === 1 && Array.isArray(streams[0])) streams = streams[0];
  let called = false;
  return run(streams, (...args) => {
    if (called) return;
    called = true;
    callback(...args);
  });
}

function run(streams, callback, options = {}) {
  if (streams.length < 2) throw coded(TypeError, "ERR_MISSING_ARGS", 'The "streams" argument must be specified');
  checkSignal(options.signal, "options.signal");
  const Duplex = load("node/stream/duplex");
  const { PassThrough } = load("node/stream/transform");
  const controller = new AbortController();
  const { signal } = controller;
  const destroyers = [];
  // What is left of the last stream is for whoever has it: nothing here listens to it any more.
  const cleanups = [];
  let failure;
  let value;
  let waiting = 0;
  let over = false;

  // The first error ends all other parts; that a stream was closed early is told only when nothing else is.
  function settle(error) {
    if (error && (failure === undefined || failure.code === "ERR_STREAM_PREMATURE_CLOSE")) failure = error;
    if (over || (failure === undefined && waiting > 0)) return;
    while (destroyers.length > 0) destroyers.shift()(failure);
    options.signal?.removeEventListener("abort", abort);
    controller.abort();
    if (waiting > 0) return;
    over = true;
    if (failure === undefined) for (const cleanup of cleanups) cleanup();
    nextTick(callback, failure, value);
  }

  function done(error) {
    waiting--;
    settle(error);
  }

  const abort = () => settle(new AbortError(options.signal.reason));
  if (options.signal?.aborted) nextTick(abort);
  else options.signal?.addEventListener("abort", abort, { once: true });

  let current;
  for (let i = 0; i < streams.length; i++) {
    const stream = streams[i];
    const isFirst = i === 0;
    const isLast = i === streams.length - 1;
    const ends = !isLast || options.end !== false;
    if (isNodeStream(stream)) {
      if (ends) {
        const { cleanup, destroy } = destroyer(stream, !isLast, !isFirst);
        destroyers.push(destroy);
        if (isLast && isReadable(stream)) cleanups.push(cleanup);
      }
      stream.on("error", ignoreError);
      if (isLast && isReadable(stream)) cleanups.push(() => stream.removeListener("error", ignoreError));
    }
    if (isFirst) {
      current = firstOf(stream, signal, Duplex);
    } else if (typeof stream === "function") {
      const input = toIterable(current);
      current = stream(input, { signal });
      if (!isLast) {
        if (!isIterable(current)) {
          throw coded(TypeError, "ERR_INVALID_RETURN_VALUE",
            `Expected AsyncIterable to be returned from the "transform[${i - 1}]" function but got ${typeName(current)}.`);
        }
      } else {
        const output = new PassThrough({ objectMode: true });
        if (typeof current?.then === "function") {
          waiting++;
          const ending = current;
          ending.then((result) => {
            value = result;
            if (result !== undefined && result !== null) output.write(result);
            output.end();
            nextTick(done);
          }, (error) => {
            output.destroy(error);
            nextTick(done, error);
          });
        } else if (isIterable(current)) {
          waiting++;
          pump(current, output, done, true);
        } else {
          throw coded(TypeError, "ERR_INVALID_RETURN_VALUE",
            `Expected AsyncIterable or Promise to be returned from the "destination" function but got ${typeName(current)}.`);
        }
        current = output;
        const { cleanup, destroy } = destroyer(output, false, true);
        destroyers.push(destroy);
        cleanups.push(cleanup);
      }
    } else if (isNodeStream(stream)) {
      if (isNodeStream(current)) {
        waiting += 2;
        const cleanup = connect(current, stream, done, settle, ends);
        if (isLast && isReadable(stream)) cleanups.push(cleanup);
      } else if (isIterable(current)) {
        waiting++;
        pump(current, stream, done, ends);
      } else {
        throw invalidArgType("val", "an instance of Readable, Iterable, AsyncIterable or ReadableStream", current);
      }
      current = stream;
    } else if (isWebTransform(stream)) {
      waiting++;
      pumpToWeb(toIterable(current), stream.writable, done, true);
      current = stream.readable;
    } else if (isWebWritable(stream)) {
      waiting++;
      pumpToWeb(toIterable(current), stream, done, ends);
      current = stream;
    } else {
      current = Duplex.from(stream);
    }
  }
  return current;
}

// Errors are told through the pipeline; without a listener one would be thrown.
function ignoreError() {}

function typeName(value) {
  return value === null || value === undefined || typeof value !== "object"
    ? `type ${typeof value}`
    : `an instance of ${value.constructor?.name ?? "Object"}`;
}

function firstOf(stream, signal, Duplex) {
  if (typeof stream === "function") {
    const output = stream({ signal });
    if (!isIterable(output)) {
      throw coded(TypeError, "ERR_INVALID_RETURN_VALUE",
        `Expected Iterable, AsyncIterable or Stream to be returned from the "source" function but got ${typeName(output)}.`);
    }
    return output;
  }
  if (isNodeStream(stream) || isIterable(stream) || isWebReadable(stream)) return stream;
  if (isWebTransform(stream)) return stream.readable;
  return Duplex.from(stream);
}

function toIterable(value) {
  if (isNodeStream(value) && typeof value[Symbol.asyncIterator] !== "function") {
    return load("node/stream/readable").wrap(value);
  }
  return value;
}

// How a stream is ended when another part of the pipeline has failed.
function destroyer(stream, readable, writable) {
  let isDone = false;
  stream.on("close", () => {
    isDone = true;
  });
  const cleanup = finished(stream, { readable, writable }, (error) => {
    isDone = !error;
  });
  function destroy(error) {
    if (isDone) return;
    isDone = true;
    if (typeof stream.destroy === "function") stream.destroy(error ?? prematureClose());
  }
  return { cleanup, destroy };
}

// One stream into the next: done is called for the end of each of the two sides.
function connect(source, target, done, settle, ends) {
  let endedHere = false;
  target.on("close", () => {
    if (!endedHere) settle(prematureClose());
  });
  source.pipe(target, { end: false });
  if (ends) {
    const end = () => {
      endedHere = true;
      target.end();
    };
    if (source.readableEnded || source._readableState?.endEmitted) nextTick(end);
    else source.once("end", end);
  } else {
    done();
  }
  let told = false;
  finished(source, { readable: true, writable: false }, (error) => {
    const state = source._readableState;
    if (error?.code === "ERR_STREAM_PREMATURE_CLOSE" && state?.ended && !state.errored && !state.errorEmitted) {
      // All was read before it was closed.
      source.once("end", () => done()).once("error", done);
      return;
    }
    if (!told) done(error);
    told = true;
  });
  if (!ends) return () => {};
  return finished(target, { readable: false, writable: true }, done);
}

// An iterable into a stream, which says when it is full.
async function pump(iterable, target, done, ends) {
  let error;
  let wake = null;
  const resume = (failure) => {
    if (failure) error = failure;
    const callback = wake;
    wake = null;
    callback?.();
  };
  const drained = () => new Promise((resolve, reject) => {
    if (error) {
      reject(error);
      return;
    }
    wake = () => error ? reject(error) : resolve();
  });
  target.on("drain", resume);
  const cleanup = finished(target, { readable: false }, resume);
  try {
    if (target.writableNeedDrain) await drained();
    for await (const chunk of iterable) {
      if (!target.write(chunk)) await drained();
    }
    if (ends) {
      target.end();
      await drained();
    }
    done();
  } catch (failure) {
    done(error !== failure && error ? error : failure);
  } finally {
    cleanup();
    target.off("drain", resume);
  }
}

async function pumpToWeb(iterable, target, done, ends) {
  const writer = target.getWriter();
  try {
    for await (const chunk of iterable) {
      await writer.ready;
      await writer.write(chunk);
    }
    if (ends) await writer.close();
    done();
  } catch (error) {
    try {
      await writer.abort(error);
    } catch {
      // The error that ended it is the one to tell.
    }
    done(error);
  }
}

// --- compose ---

function compose(...streams) {
  const Duplex = load("node/stream/duplex");
  if (streams.length === 0) throw coded(TypeError, "ERR_MISSING_ARGS", 'The "streams" argument must be specified');
  if (streams.length === 1) return Duplex.from(streams[0]);
  const parts = streams.map((stream, i) => i > 0 && i < streams.length - 1 ? stream : Duplex.from(stream));
  const head = parts[0];
  let onClose;
  let onDrain;
  let onFinish;
  const tail = pipeline(...parts, (error) => {
    const callback = onClose;
    onClose = null;
    if (callback) callback(error);
    else if (error) composed.destroy(error);
    else if (!canRead && !canWrite) composed.destroy();
  });
  const canWrite = Boolean(head.writable || head.writableEnded === false);
  const canRead = Boolean(tail?.readable);
  const composed = new Duplex({
    writableObjectMode: Boolean(head.writableObjectMode),
    readableObjectMode: Boolean(tail.readableObjectMode),
    writable: canWrite,
    readable: canRead,
    write(chunk, encoding, callback) {
      if (head.write(chunk, encoding)) callback();
      else onDrain = callback;
    },
    final(callback) {
      head.end();
      onFinish = callback;
    },
    read() {
      for (;;) {
        const chunk = tail.read();
        if (chunk === null) {
          tail.once("readable", () => composed._read());
          return;
        }
        if (!composed.push(chunk)) return;
      }
    },
    destroy(error, callback) {
      if (onClose === null) callback(error);
      else {
        onClose = callback;
        tail.destroy(error ?? undefined);
      }
    },
  });
  if (canWrite) {
    head.on("drain", () => {
      const callback = onDrain;
      onDrain = null;
      callback?.();
    });
    tail.on("finish", () => {
      const callback = onFinish;
      onFinish = null;
      callback?.();
    });
  }
  if (canRead) tail.on("end", () => composed.push(null));
  return composed;
}

return { compose, pipeline, run };
