"use strict";
// node:events: EventEmitter and what hangs on it: `once` and `on` as promises and iterators, limits, abort
// listeners.

const { AbortError, checkFunction, checkSignal, invalidArgType } = load("node/errors");
const {
  EventEmitter, capture, captureRejectionSymbol, checkLimit, define, errorMonitor, limitOf, limits,
} = load("node/emitter");

// Both kinds of source: a Node emitter or an EventTarget.
function attach(source, type, listener, options) {
  if (typeof source?.on === "function") {
    if (options?.once) source.once(type, listener);
    else source.on(type, listener);
  } else if (typeof source?.addEventListener === "function") {
    source.addEventListener(type, listener, options);
  } else {
    throw invalidArgType("emitter", "an instance of EventEmitter or EventTarget", source);
  }
}

function detach(source, type, listener) {
  if (typeof source.removeListener === "function") source.removeListener(type, listener);
  else source.removeEventListener(type, listener);
}

// A promise of the arguments of the next event; rejected by 'error' or an aborted signal.
async function once(emitter, name, options = {}) {
  const signal = options?.signal;
  checkSignal(signal, "options.signal");
  if (signal?.aborted) throw new AbortError(signal.reason);
  return new Promise((resolve, reject) => {
    const done = () => {
      detach(emitter, name, resolved);
      if (name !== "error" && typeof emitter.once === "function") detach(emitter, "error", failed);
      if (signal !== undefined) signal.removeEventListener("abort", aborted);
    };
    const resolved = (...args) => {
      done();
      resolve(args);
    };
    const failed = (error) => {
      done();
      reject(error);
    };
    const aborted = () => {
      done();
      reject(new AbortError(signal.reason));
    };
    attach(emitter, name, resolved, { once: true });
    if (name !== "error" && typeof emitter.once === "function") emitter.once("error", failed);
    if (signal !== undefined) signal.addEventListener("abort", aborted, { once: true });
  });
}

const asyncIteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf(async function* () {}).prototype);

// An iterator over the events of one name. Events that nobody waits for are kept; above `highWaterMark` of them
// an emitter that has `pause` is paused until fewer than `lowWaterMark` are left.
function on(emitter, event, options = {}) {
  const signal = options?.signal;
  checkSignal(signal, "options.signal");
  if (signal?.aborted) throw new AbortError(signal.reason);
  const high = options.highWaterMark ?? options.highWatermark ?? Number.MAX_SAFE_INTEGER;
  const low = options.lowWaterMark ?? options.lowWatermark ?? 1;
  const events = [];
  const waiting = [];
  let failure;
  let finished = false;
  let paused = false;

  const take = (...args) => {
    if (waiting.length > 0) {
      waiting.shift().resolve({ value: args, done: false });
      return;
    }
    events.push(args);
    if (!paused && events.length > high) {
      paused = true;
      emitter.pause?.();
    }
  };
  const fail = (error) => {
    if (waiting.length > 0) waiting.shift().reject(error);
    else failure = { error };
    close();
  };
  const aborted = () => fail(new AbortError(signal.reason));
  const close = () => {
    if (!finished) {
      finished = true;
      detach(emitter, event, take);
      if (event !== "error" && typeof emitter.on === "function") detach(emitter, "error", fail);
      for (const name of options.close ?? []) detach(emitter, name, close);
      signal?.removeEventListener("abort", aborted);
    }
    while (waiting.length > 0) waiting.shift().resolve({ value: undefined, done: true });
    return Promise.resolve({ value: undefined, done: true });
  };

  attach(emitter, event, take);
  if (event !== "error" && typeof emitter.on === "function") emitter.on("error", fail);
  for (const name of options.close ?? []) attach(emitter, name, close);
  signal?.addEventListener("abort", aborted, { once: true });

  return {
    __proto__: asyncIteratorPrototype,
    next() {
      if (events.length > 0) {
        const value = events.shift();
        if (paused && events.length < low) {
          paused = false;
          emitter.resume?.();
        }
        return Promise.resolve({ value, done: false });
      }
      if (failure !== undefined) {
        const { error } = failure;
        failure = undefined;
        return Promise.reject(error);
      }
      if (finished) return Promise.resolve({ value: undefined, done: true });
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
    return() {
      return close();
    },
    throw(error) {
      if (!(error instanceof Error)) {
        throw invalidArgType("EventEmitter.AsyncIterator", "an instance of Error", error);
      }
      fail(error);
      return Promise.resolve({ value: undefined, done: true });
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

function listenerCount(emitter, type) {
  if (typeof emitter.listenerCount === "function") return emitter.listenerCount(type);
  return getEventListeners(emitter, type).length;
}

function getEventListeners(emitter, type) {
  if (typeof emitter?.listeners === "function") return emitter.listeners(type);
  const listenersOf = load("events").listenersOf;
  if (typeof emitter?.addEventListener === "function" && listenersOf !== undefined) {
    return listenersOf(emitter, type);
  }
  throw invalidArgType("emitter", "an instance of EventEmitter or EventTarget", emitter);
}

// An EventTarget has no limit of its own, so the number set for it is only remembered.
const targetLimits = new WeakMap();

function getMaxListeners(emitter) {
  if (typeof emitter?.getMaxListeners === "function") return limitOf(emitter);
  if (typeof emitter?.addEventListener === "function") return targetLimits.get(emitter) ?? limits.default;
  throw invalidArgType("emitter", "an instance of EventEmitter or EventTarget", emitter);
}

function setMaxListeners(n = limits.default, ...emitters) {
  checkLimit(n, "setMaxListeners");
  if (emitters.length === 0) limits.default = n;
  for (const emitter of emitters) {
    if (typeof emitter?.setMaxListeners === "function") emitter.setMaxListeners(n);
    else if (typeof emitter?.addEventListener === "function") targetLimits.set(emitter, n);
    else throw invalidArgType("eventTargets", "an instance of EventEmitter or EventTarget", emitter);
  }
}

// Listens for an abort so that other listeners' stopImmediatePropagation cannot hide it; `using` ends it.
function addAbortListener(signal, listener) {
  if (signal === undefined) throw invalidArgType("signal", "an instance of AbortSignal", signal);
  checkSignal(signal, "signal");
  checkFunction(listener, "listener");
  let remove;
  if (signal.aborted) {
    queueMicrotask(() => listener());
  } else {
    signal.addEventListener("abort", listener, { once: true });
    remove = () => signal.removeEventListener("abort", listener);
  }
  return {
    [Symbol.dispose]() {
      remove?.();
    },
  };
}

// An emitter whose listeners run in the frame in which it was made.
class EventEmitterAsyncResource extends EventEmitter {
  #resource;

  constructor(options = undefined) {
    const { AsyncResource } = load("node/async_hooks");
    let name = options?.name;
    if (typeof options === "string") {
      name = options;
      options = undefined;
    } else if (new.target === EventEmitterAsyncResource) {
      load("node/errors").checkString(name, "options.name");
    }
    super(options);
    this.#resource = new AsyncResource(name || new.target.name, options);
    const emitter = this;
    Object.defineProperty(this.#resource, "eventEmitter", { get: () => emitter, enumerable: true, configurable: true });
  }

  emit(event, ...args) {
    return this.#resource.runInAsyncScope(super.emit, this, event, ...args);
  }

  emitDestroy() {
    this.#resource.emitDestroy();
  }

  get asyncId() {
    return this.#resource.asyncId();
  }

  get triggerAsyncId() {
    return this.#resource.triggerAsyncId();
  }

  get asyncResource() {
    return this.#resource;
  }
}

Object.assign(EventEmitter, {
  EventEmitterAsyncResource, usingDomains: false,
  EventEmitter, addAbortListener, captureRejectionSymbol, errorMonitor, getEventListeners, getMaxListeners,
  listenerCount, on, once, setMaxListeners,
});

Object.defineProperties(EventEmitter, {
  defaultMaxListeners: {
    get: () => limits.default,
    set(n) {
      checkLimit(n, "defaultMaxListeners");
      limits.default = n;
    },
    enumerable: true,
    configurable: true,
  },
  captureRejections: {
    get: () => EventEmitter.prototype[capture],
    set(value) {
      if (typeof value !== "boolean") {
        throw invalidArgType("EventEmitter.captureRejections", "of type boolean", value);
      }
      define(EventEmitter.prototype, capture, value);
    },
    enumerable: true,
    configurable: true,
  },
});

return EventEmitter;
