"use strict";
// The methods of a Readable that are like those of an array: map, filter, toArray and the rest.

const { AbortError, checkFunction, checkSignal, coded, invalidArgType, invalidArgValue, outOfRange } = load("node/errors");
const { AbortController } = load("abort");

function checkOptions(options) {
  if (options === undefined || options === null) return {};
  if (typeof options !== "object") throw invalidArgType("options", "of type object", options);
  checkSignal(options.signal, "options.signal");
  const { concurrency } = options;
  if (concurrency !== undefined) {
    const whole = Math.floor(concurrency);
    if (!Number.isInteger(whole)) throw outOfRange("options.concurrency", "an integer", whole);
    if (whole < 1) throw outOfRange("options.concurrency", `>= 1 && <= ${Number.MAX_SAFE_INTEGER}`, whole);
  }
  return options;
}

function checkAborted(signal) {
  if (signal?.aborted) throw new AbortError(signal.reason);
}

// The results in order, up to `concurrency` of them under way at once.
async function* mapped(stream, fn, { concurrency = 1, signal } = {}) {
  const inner = new AbortController();
  const abort = () => inner.abort(signal.reason);
  signal?.addEventListener("abort", abort, { once: true });
  if (signal?.aborted) abort();
  const running = [];
  try {
    for await (const value of stream) {
      checkAborted(signal);
      const result = Promise.resolve(value).then((chunk) => fn(chunk, { signal: inner.signal }));
      result.catch(() => {});
      running.push(result);
      if (running.length >= concurrency) yield* present(await running.shift());
    }
    while (running.length > 0) yield* present(await running.shift());
    checkAborted(signal);
  } finally {
    inner.abort();
    signal?.removeEventListener("abort", abort);
  }
}

const nothing = Symbol("nothing");

function* present(value) {
  if (value !== nothing) yield value;
}

async function* filtered(stream, fn, options) {
  yield* mapped(stream, async (value, context) => await fn(value, context) ? value : nothing, options);
}

async function* flattened(stream, fn, options) {
  for await (const values of mapped(stream, fn, options)) yield* values;
}

function checkCount(number) {
  number = Number(number);
  if (Number.isNaN(number)) return 0;
  if (number < 0) throw outOfRange("number", ">= 0", number);
  return number;
}

async function* dropped(stream, count, { signal }) {
  checkAborted(signal);
  for await (const value of stream) {
    checkAborted(signal);
    if (count-- <= 0) yield value;
  }
}

async function* taken(stream, count, { signal }) {
  checkAborted(signal);
  if (count <= 0) return;
  for await (const value of stream) {
    checkAborted(signal);
    yield value;
    if (--count <= 0) return;
  }
}

const streaming = {
  map: (stream, fn, options) => (checkFunction(fn, "fn"), mapped(stream, fn, checkOptions(options))),
  filter: (stream, fn, options) => (checkFunction(fn, "fn"), filtered(stream, fn, checkOptions(options))),
  flatMap: (stream, fn, options) => (checkFunction(fn, "fn"), flattened(stream, fn, checkOptions(options))),
  drop: (stream, count, options) => dropped(stream, checkCount(count), checkOptions(options)),
  take: (stream, count, options) => taken(stream, checkCount(count), checkOptions(options)),
};

const promising = {
  async forEach(fn, options) {
    checkFunction(fn, "fn");
    for await (const unused of mapped(this, async (value, context) => {
      await fn(value, context);
      return nothing;
    }, checkOptions(options))) void unused;
  },

  async toArray(options) {
    const { signal } = checkOptions(options);
    const values = [];
    for await (const value of this) {
      checkAborted(signal);
      values.push(value);
    }
    return values;
  },

  async some(fn, options) {
    checkFunction(fn, "fn");
    for await (const found of filtered(this, fn, checkOptions(options))) return (void found, true);
    return false;
  },

  async every(fn, options) {
    checkFunction(fn, "fn");
    return !(await promising.some.call(this, async (...args) => !(await fn(...args)), options));
  },

  async find(fn, options) {
    checkFunction(fn, "fn");
    for await (const found of filtered(this, fn, checkOptions(options))) return found;
    return undefined;
  },

  async reduce(fn, initial, options) {
    checkFunction(fn, "reducer");
    const { signal } = checkOptions(options);
    if (signal?.aborted) {
      const error = new AbortError(signal.reason);
      this.once("error", () => {}).destroy(error);
      throw error;
    }
    let has = arguments.length > 1;
    let result = initial;
    for await (const value of this) {
      checkAborted(signal);
      result = has ? await fn(result, value, { signal }) : value;
      has = true;
    }
    if (!has) {
      throw coded(TypeError, "ERR_MISSING_ARGS", "Reduce of an empty stream requires an initial value");
    }
    return result;
  },
};

function install(Readable) {
  const define = (name, value) => Object.defineProperty(Readable.prototype, name, {
    value, writable: true, enumerable: false, configurable: true,
  });
  for (const [name, operator] of Object.entries(streaming)) {
    define(name, { [name](...args) {
      return Readable.from(operator(this, ...args));
    } }[name]);
  }
  for (const [name, operator] of Object.entries(promising)) define(name, operator);
  define("compose", function compose(stream, options) {
    const { isNodeStream, isWritable } = load("node/stream/questions");
    if (stream === undefined || stream === null || typeof stream === "boolean") {
      throw invalidArgType("stream", "an instance of Stream, Iterable, AsyncIterable, or Function", stream);
    }
    if (isNodeStream(stream) && !isWritable(stream)) throw invalidArgValue("stream", stream, "must be writable");
    const composed = load("node/stream/pipeline").compose(this, stream);
    if (options?.signal) load("node/stream/abort").addAbortSignal(options.signal, composed);
    return composed;
  });
}

return { install };
