"use strict";
// addAbortSignal: a signal that destroys a stream.

const { AbortError, checkSignal, invalidArgType } = load("node/errors");

function addAbortSignal(signal, stream) {
  if (signal === undefined) throw invalidArgType("signal", "an instance of AbortSignal", signal);
  checkSignal(signal, "signal");
  const { isNodeStream } = load("node/stream/questions");
  if (!isNodeStream(stream)) {
    throw invalidArgType("stream", "an instance of ReadableStream, WritableStream, or Stream", stream);
  }
  return destroyOnAbort(signal, stream);
}

function destroyOnAbort(signal, stream) {
  const abort = () => stream.destroy(new AbortError(signal.reason));
  if (signal.aborted) {
    abort();
    return stream;
  }
  signal.addEventListener("abort", abort, { once: true });
  load("node/stream/finished").finished(stream, () => signal.removeEventListener("abort", abort));
  return stream;
}

return { addAbortSignal, destroyOnAbort };
