"use strict";
// What can be asked of any stream, also of one that is only like those here.

function isObject(value) {
  return value !== null && (typeof value === "object" || typeof value === "function");
}

function isReadableStreamLike(value) {
  return isObject(value) && typeof value.pipe === "function" && typeof value.on === "function" &&
    (value._writableState === undefined || value._readableState?.readable !== false) &&
    (value._writableState === undefined || value._readableState !== undefined);
}

function isWritableStreamLike(value) {
  return isObject(value) && typeof value.write === "function" && typeof value.on === "function" &&
    (value._readableState === undefined || value._writableState?.writable !== false) &&
    (value._readableState === undefined || value._writableState !== undefined);
}

function isNodeStream(value) {
  return isObject(value) && (value._readableState !== undefined || value._writableState !== undefined ||
    (typeof value.on === "function" && (typeof value.write === "function" || typeof value.pipe === "function")));
}

function isWebReadable(value) {
  return isObject(value) && !isNodeStream(value) && typeof value.pipeThrough === "function" &&
    typeof value.getReader === "function";
}

function isWebWritable(value) {
  return isObject(value) && !isNodeStream(value) && typeof value.getWriter === "function" &&
    typeof value.abort === "function";
}

function isWebTransform(value) {
  return isObject(value) && !isNodeStream(value) && isWebReadable(value.readable) && isWebWritable(value.writable);
}

function isIterable(value) {
  return value !== null && value !== undefined &&
    (typeof value[Symbol.asyncIterator] === "function" || typeof value[Symbol.iterator] === "function");
}

function isDestroyed(stream) {
  if (!isNodeStream(stream)) return null;
  const state = stream._writableState ?? stream._readableState;
  return Boolean(stream.destroyed || state?.destroyed);
}

function isErrored(stream) {
  return Boolean(stream?._readableState?.errored ?? stream?._writableState?.errored ?? stream?.readableErrored ??
    stream?.writableErrored);
}

function isDisturbed(stream) {
  return Boolean(stream?.readableDidRead ?? stream?._readableState?.dataEmitted ?? stream?.locked);
}

function isReadable(stream) {
  if (typeof stream?.readable !== "boolean") return null;
  if (isDestroyed(stream)) return false;
  return isReadableStreamLike(stream) && stream.readable && !isReadableFinished(stream);
}

function isWritable(stream) {
  if (typeof stream?.writable !== "boolean") return null;
  if (isDestroyed(stream)) return false;
  return isWritableStreamLike(stream) && stream.writable && !stream.writableEnded;
}

function isReadableFinished(stream) {
  const state = stream._readableState;
  if (stream.readableEnded === true || state?.endEmitted) return true;
  return state !== undefined && state.ended && state.length === 0;
}

return {
  isDestroyed, isDisturbed, isErrored, isIterable, isNodeStream, isReadable, isReadableFinished, isReadableStreamLike,
  isWebReadable, isWebTransform, isWebWritable, isWritable, isWritableStreamLike,
};
