"use strict";
// finished: tells once when a stream is over, or has failed.

const { AbortError, checkFunction, checkSignal, coded, invalidArgType } = load("node/errors");
const {
  isNodeStream, isReadableStreamLike, isWebReadable, isWebWritable, isWritableStreamLike,
} = load("node/stream/questions");
const { nextTick } = load("task_queue");

function prematureClose() {
  return coded(Error, "ERR_STREAM_PREMATURE_CLOSE", "Premature close");
}

function finished(stream, options, callback) {
  if (arguments.length === 2) {
    callback = options;
    options = {};
  } else if (options === undefined || options === null) {
    options = {};
  } else if (typeof options !== "object") {
    throw invalidArgType("options", "of type object", options);
  }
  checkFunction(callback, "callback");
  checkSignal(options.signal, "options.signal");
  let called = false;
  const once = (...args) => {
    if (called) return;
    called = true;
    callback.apply(stream, args);
  };
  if (isWebReadable(stream) || isWebWritable(stream)) return watchWeb(stream, options, once);
  if (!isNodeStream(stream)) {
    throw invalidArgType("stream", "an instance of ReadableStream, WritableStream, or Stream", stream);
  }
  const cleanup = watch(stream, options, once);
  return options.signal === undefined ? cleanup : withSignal(stream, options.signal, cleanup, once);
}

function watch(stream, options, callback) {
  const wantsReadable = options.readable ?? isReadableStreamLike(stream);
  const wantsWritable = options.writable ?? isWritableStreamLike(stream);
  const { _readableState: readState, _writableState: writeState } = stream;
  // Such a stream emits "close" when both its sides are done: until then it is not over.
  const willClose = Boolean(
    (writeState ?? readState) && (writeState?.autoDestroy ?? readState?.autoDestroy) &&
      (writeState?.emitClose ?? readState?.emitClose) && (readState?.closed ?? writeState?.closed) === false &&
      isReadableStreamLike(stream) === wantsReadable && isWritableStreamLike(stream) === wantsWritable,
  );
  let writableDone = !wantsWritable || isWritableFinished(stream, false);
  let readableDone = !wantsReadable || isReadableEnded(stream, false);

  const onFinish = () => {
    writableDone = true;
    if (stream.destroyed && !willClose) return;
    if (willClose && (!stream.readable || wantsReadable)) return;
    if (readableDone) callback();
  };
  const onEnd = () => {
    readableDone = true;
    if (willClose && (!stream.writable || wantsWritable)) return;
    if (writableDone) callback();
  };
  const onError = (error) => callback(error);
  const onClose = () => {
    const error = errorOf(stream);
    if (error) callback(error);
    else if (!readableDone && wantsReadable && !isReadableEnded(stream, false)) callback(prematureClose());
    else if (!writableDone && wantsWritable && !isWritableFinished(stream, false)) callback(prematureClose());
    else callback();
  };
  const onRequest = () => stream.req.on("finish", onFinish);
  const isRequest = typeof stream.abort === "function" && typeof stream.setHeader === "function";

  if (isRequest) {
    stream.on("complete", onFinish);
    stream.on("abort", onClose);
    if (stream.req) onRequest();
    else stream.on("request", onRequest);
  } else if (wantsWritable && !writeState) {
    stream.on("end", onLegacyEnd);
    stream.on("close", onLegacyEnd);
  }
  stream.on("end", onEnd);
  stream.on("finish", onFinish);
  if (options.error !== false) stream.on("error", onError);
  stream.on("close", onClose);

  function onLegacyEnd() {
    if (!stream.writable) onFinish();
  }

  // It may be over already.
  const closed = writeState?.closed || readState?.closed || stream.closed === true;
  if (closed) nextTick(onClose);
  else if (writeState?.errorEmitted || readState?.errorEmitted) {
    if (!willClose) nextTick(onClose);
  } else if (!wantsReadable && (!willClose || stream.readable) && (writableDone || stream.writable === false)) {
    nextTick(onClose);
  } else if (!wantsWritable && (!willClose || stream.writable) && (readableDone || stream.readable === false)) {
    nextTick(onClose);
  } else if (readState && stream.req && stream.aborted) {
    nextTick(onClose);
  }

  return () => {
    callback = () => {};
    for (const [type, listener] of [
      ["complete", onFinish], ["abort", onClose], ["request", onRequest], ["end", onLegacyEnd],
      ["close", onLegacyEnd], ["finish", onFinish], ["end", onEnd], ["error", onError], ["close", onClose],
    ]) stream.removeListener(type, listener);
    if (stream.req && isRequest) stream.req.removeListener("finish", onFinish);
  };
}

function errorOf(stream) {
  const error = stream._writableState?.errored || stream._readableState?.errored;
  return typeof error === "boolean" ? undefined : error;
}

function isWritableFinished(stream, strict) {
  if (stream.writableFinished === true) return true;
  const state = stream._writableState;
  if (!state || state.errored) return false;
  return Boolean(state.finished || (!strict && state.ended && state.length === 0));
}

function isReadableEnded(stream, strict) {
  const state = stream._readableState;
  if (!state) return stream.readableEnded === true;
  if (state.errored) return false;
  return Boolean(state.endEmitted || (!strict && state.ended && state.length === 0));
}

function withSignal(stream, signal, cleanup, callback) {
  const abort = () => {
    cleanup();
    callback.call(stream, new AbortError(signal.reason));
  };
  if (signal.aborted) {
    nextTick(abort);
    return cleanup;
  }
  signal.addEventListener("abort", abort, { once: true });
  const stop = () => signal.removeEventListener("abort", abort);
  for (const type of ["close", "end", "finish", "error"]) stream.once?.(type, stop);
  return () => {
    stop();
    cleanup();
  };
}

// A stream of the web tells of its end only to who holds its lock; asked without one, it is watched through a copy of
// its promise where that can be had.
function watchWeb(stream, options, callback) {
  const { closedPromise } = load("node/stream/adapters");
  closedPromise(stream).then(() => nextTick(callback), (error) => nextTick(callback, error));
  return options.signal === undefined ? () => {} : withSignal(stream, options.signal, () => {}, callback);
}

return { finished, prematureClose };
