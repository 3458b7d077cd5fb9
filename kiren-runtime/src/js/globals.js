"use strict";
// The global object: which internal module each global comes from. All but the first few are loaded when a program
// first names them.

const LAZY = {
  dom_exception: ["DOMException"],
  events: [
    "Event", "EventTarget", "CustomEvent", "ErrorEvent", "MessageEvent", "CloseEvent", "PromiseRejectionEvent",
  ],
  abort: ["AbortController", "AbortSignal"],
  performance: ["Performance", "PerformanceEntry", "PerformanceMark", "PerformanceMeasure", "performance"],
  url: ["URL", "URLSearchParams"],
  encoding: ["TextEncoder", "TextDecoder", "atob", "btoa"],
  streams: [
    "ReadableStream", "ReadableStreamDefaultReader", "ReadableStreamBYOBReader", "ReadableStreamDefaultController",
    "ReadableByteStreamController", "ReadableStreamBYOBRequest", "WritableStream", "WritableStreamDefaultWriter",
    "WritableStreamDefaultController", "TransformStream", "TransformStreamDefaultController",
    "ByteLengthQueuingStrategy", "CountQueuingStrategy", "TextEncoderStream", "TextDecoderStream",
    "CompressionStream", "DecompressionStream",
  ],
  headers: ["Headers"],
  request: ["Request"],
  response: ["Response"],
  blob: ["Blob", "File"],
  form_data: ["FormData"],
  fetch: ["fetch"],
  structured_clone: ["structuredClone"],
  message_channel: ["MessageChannel", "MessagePort"],
  crypto: ["crypto", "Crypto"],
  "node/buffer/class": ["Buffer"],
  process: ["process"],
  navigator: ["navigator", "Navigator"],
};

const SHOWN = new Set(["performance", "atob", "btoa", "fetch", "structuredClone", "crypto", "navigator"]);

function install(global, load) {
  const { queueMicrotask } = load("task_queue");
  const timers = load("timers");
  define(global, "console", load("console").console);
  for (const name of ["setTimeout", "setInterval", "setImmediate", "clearTimeout", "clearInterval", "clearImmediate"]) {
    defineEnumerable(global, name, timers[name]);
  }
  defineEnumerable(global, "queueMicrotask", queueMicrotask);
  defineEnumerable(global, "reportError", function reportError(error) {
    native("tasks").report_uncaught(error);
  });
  for (const [module, names] of Object.entries(LAZY)) {
    for (const name of names) defineLazy(global, name, module, load);
  }
  for (const name of ["addEventListener", "removeEventListener", "dispatchEvent"]) {
    defineLazy(global, name, "events", load, (events) => events.globalTarget[name].bind(events.globalTarget));
  }
  for (const type of ["error", "unhandledrejection", "rejectionhandled"]) {
    Object.defineProperty(global, `on${type}`, {
      get: () => load.loaded("events")?.globalHandler(type) ?? null,
      set: (handler) => load("events").setGlobalHandler(type, handler),
      enumerable: true,
      configurable: true,
    });
  }
  defineEnumerable(global, "global", global);
  define(global, "self", global);
  Object.defineProperty(global, Symbol.toStringTag, { value: "global", configurable: true });
}

function define(object, name, value) {
  Object.defineProperty(object, name, { value, writable: true, enumerable: false, configurable: true });
}

function defineEnumerable(object, name, value) {
  Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
}

// A getter that loads the module, replaces itself by the value, and lets a program assign over it. As Web IDL has it,
// operations and attributes of the global object are enumerable and classes are not.
function defineLazy(global, name, module, load, pick = (exports) => exports[name]) {
  const settle = SHOWN.has(name) ? defineEnumerable : define;
  Object.defineProperty(global, name, {
    get() {
      const value = pick(load(module));
      settle(this ?? global, name, value);
      return value;
    },
    set(value) {
      settle(this ?? global, name, value);
    },
    enumerable: SHOWN.has(name),
    configurable: true,
  });
}

return { install };
