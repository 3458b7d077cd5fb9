"use strict";
// A readable stream as an async iterator.

const { AbortError } = load("node/errors");

async function* iterate(stream, options) {
  if (typeof stream.read !== "function") stream = load("node/stream/readable").wrap(stream, { objectMode: true });
  let wake = () => {};
  let failure;
  let over = false;
  const onReadable = () => wake();
  stream.on("readable", onReadable);
  const cleanup = load("node/stream/finished").finished(stream, { writable: false }, (error) => {
    failure = error ?? null;
    over = true;
    wake();
  });
  try {
    for (;;) {
      const chunk = stream.destroyed ? null : stream.read();
      if (chunk !== null) {
        yield chunk;
      } else if (failure) {
        throw failure;
      } else if (over) {
        return;
      } else {
        await new Promise((resolve) => {
          wake = resolve;
        });
      }
    }
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    const leave = options?.destroyOnReturn !== false;
    if ((failure || leave) && (!over || stream._readableState?.autoDestroy)) {
      stream.on("error", () => {});
      stream.destroy(failure && !(failure instanceof AbortError && stream.destroyed) ? failure : null);
    } else {
      stream.off("readable", onReadable);
      cleanup();
    }
  }
}

return { iterate };
