"use strict";
// node:stream/promises.

const { isNodeStream, isWebReadable, isWebWritable } = load("node/stream/questions");
const { finished: watch } = load("node/stream/finished");
const { run } = load("node/stream/pipeline");

function finished(stream, options) {
  if (options?.cleanup !== undefined && typeof options.cleanup !== "boolean") {
    throw load("node/errors").invalidArgType("cleanup", "of type boolean", options.cleanup);
  }
  return new Promise((resolve, reject) => {
    const cleanup = watch(stream, options ?? {}, (error) => {
      if (options?.cleanup) cleanup();
      if (error) reject(error);
      else resolve();
    });
  });
}

function pipeline(...streams) {
  return new Promise((resolve, reject) => {
    let options;
    const last = streams.at(-1);
    const isPart = isNodeStream(last) || isWebReadable(last) || isWebWritable(last) || typeof last === "function" ||
      typeof last?.[Symbol.asyncIterator] === "function" || typeof last?.[Symbol.iterator] === "function" ||
      typeof last?.writable === "object";
    if (!isPart) options = streams.pop();
    const parts = streams.length === 1 && Array.isArray(streams[0]) ? streams[0] : streams;
    run(parts, (error, value) => {
      if (error) reject(error);
      else resolve(value);
    }, options ?? {});
  });
}

return { finished, pipeline };
