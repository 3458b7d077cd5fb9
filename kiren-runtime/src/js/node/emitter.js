"use strict";
// EventEmitter: the class itself. What hangs on it as a module (`once`, `on`, ...) is in node/events.
//
// An event with one listener holds the function, one with several an array. An array is changed in place unless
// an `emit` is going through it, in which case it is replaced by a copy: neither adding nor emitting allocates.

const { checkFunction, coded, outOfRange } = load("node/errors");

const captureRejectionSymbol = Symbol.for("nodejs.rejection");
const errorMonitor = Symbol("events.errorMonitor");
const capture = Symbol("kCapture");

// A method under this symbol is told of every change: `(type, number of listeners)`. For `process` and signals.
const listenersChanged = Symbol("listeners changed");

const limits = { default: 10 };

function EventEmitter(options) {
  initialize(this, options);
}

EventEmitter.prototype._events = undefined;
EventEmitter.prototype._eventsCount = 0;
EventEmitter.prototype._maxListeners = undefined;
define(EventEmitter.prototype, capture, false);

function initialize(emitter, options) {
  if (emitter._events === undefined || emitter._events === Object.getPrototypeOf(emitter)._events) {
    emitter._events = { __proto__: null };
    emitter._eventsCount = 0;
  }
  emitter._maxListeners = emitter._maxListeners || undefined;
  if (options?.captureRejections !== undefined) {
    if (typeof options.captureRejections !== "boolean") {
      const { invalidArgType } = load("node/errors");
      throw invalidArgType("options.captureRejections", "of type boolean", options.captureRejections);
    }
    define(emitter, capture, options.captureRejections);
  }
}

define(EventEmitter, "init", function init(options) {
  initialize(this, options);
});

function define(object, key, value) {
  Object.defineProperty(object, key, { value, writable: true, enumerable: false, configurable: true });
}

EventEmitter.prototype.emit = function emit(type, first, second) {
  const events = this._events;
  const count = arguments.length;
  if (type === "error") {
    if (events?.[errorMonitor] !== undefined) this.emit(errorMonitor, ...dropFirst(arguments));
    if (events === undefined || events.error === undefined) throw unhandledError(first, count > 1);
  }
  if (events === undefined) return false;
  const handler = events[type];
  if (handler === undefined) return false;
  const rest = count > 3 ? dropFirst(arguments) : undefined;
  if (typeof handler === "function") {
    call(this, handler, type, count, first, second, rest);
    return true;
  }
  handler.emitting++;
  try {
    // Listeners that are added meanwhile go to a copy, so the length stays as it is.
    for (let i = 0; i < handler.length; i++) call(this, handler[i], type, count, first, second, rest);
  } finally {
    handler.emitting--;
  }
  return true;
};

function call(emitter, listener, type, count, first, second, rest) {
  let result;
  if (count === 1) result = listener.call(emitter);
  else if (count === 2) result = listener.call(emitter, first);
  else if (count === 3) result = listener.call(emitter, first, second);
  else result = listener.apply(emitter, rest);
  if (result !== undefined && result !== null && emitter[capture] === true) {
    watchRejection(emitter, result, type, count === 1 ? [] : rest ?? [first, second].slice(0, count - 1));
  }
}

function dropFirst(args) {
  const rest = new Array(args.length - 1);
  for (let i = 1; i < args.length; i++) rest[i - 1] = args[i];
  return rest;
}

function unhandledError(error, given) {
  if (error instanceof Error) return error;
  const message = given ? `Unhandled error. (${show(error)})` : "Unhandled error.";
  const unhandled = coded(Error, "ERR_UNHANDLED_ERROR", message);
  unhandled.context = error;
  return unhandled;
}

function show(value) {
  try {
    return load("inspect").inspect(value);
  } catch {
    return String(value);
  }
}

// A promise that a listener returned is rejected: with `captureRejections` that is an event too.
function watchRejection(emitter, result, type, args) {
  try {
    const then = result.then;
    if (typeof then !== "function") return;
    then.call(result, undefined, (error) => load("task_queue").nextTick(emitRejection, emitter, error, type, args));
  } catch (error) {
    emitter.emit("error", error);
  }
}

function emitRejection(emitter, error, type, args) {
  if (typeof emitter[captureRejectionSymbol] === "function") {
    emitter[captureRejectionSymbol](error, type, ...args);
    return;
  }
  // A listener of 'error' that is rejected must not come back here.
  const before = emitter[capture];
  try {
    define(emitter, capture, false);
    emitter.emit("error", error);
  } finally {
    define(emitter, capture, before);
  }
}

// --- adding ---

function add(emitter, type, listener, prepend) {
  checkFunction(listener, "listener");
  let events = emitter._events;
  if (events === undefined) {
    events = emitter._events = { __proto__: null };
    emitter._eventsCount = 0;
  } else if (events.newListener !== undefined) {
    emitter.emit("newListener", type, listener.listener ?? listener);
    events = emitter._events;
  }
  let list = events[type];
  if (list === undefined) {
    events[type] = listener;
    emitter._eventsCount++;
  } else {
    if (typeof list === "function") events[type] = list = listOf([list]);
    else if (list.emitting > 0) events[type] = list = listOf(list.slice(), list.warned);
    if (prepend) list.unshift(listener);
    else list.push(listener);
    const limit = limitOf(emitter);
    if (limit > 0 && list.length > limit && !list.warned) warnOfLeak(emitter, type, list, limit);
  }
  if (emitter[listenersChanged] !== undefined) emitter[listenersChanged](type, emitter.listenerCount(type));
  return emitter;
}

// `warned` is what Node calls it too: packages look for it.
function listOf(list, warned) {
  list.emitting = 0;
  if (warned) list.warned = true;
  return list;
}

function warnOfLeak(emitter, type, list, limit) {
  list.warned = true;
  const what = emitter.constructor?.name || "EventEmitter";
  const warning = new Error(
    `Possible EventEmitter memory leak detected. ${list.length} ${String(type)} listeners added to [${what}]. ` +
      `MaxListeners is ${limit}. Use emitter.setMaxListeners() to increase limit`,
  );
  warning.name = "MaxListenersExceededWarning";
  warning.emitter = emitter;
  warning.type = type;
  warning.count = list.length;
  load("process").process.emitWarning(warning);
}

EventEmitter.prototype.addListener = function addListener(type, listener) {
  return add(this, type, listener, false);
};

EventEmitter.prototype.on = EventEmitter.prototype.addListener;

EventEmitter.prototype.prependListener = function prependListener(type, listener) {
  return add(this, type, listener, true);
};

EventEmitter.prototype.once = function once(type, listener) {
  checkFunction(listener, "listener");
  return this.on(type, wrapOnce(this, type, listener));
};

EventEmitter.prototype.prependOnceListener = function prependOnceListener(type, listener) {
  checkFunction(listener, "listener");
  return this.prependListener(type, wrapOnce(this, type, listener));
};

function wrapOnce(emitter, type, listener) {
  let fired = false;
  function wrapped(...args) {
    if (fired) return undefined;
    fired = true;
    emitter.removeListener(type, wrapped);
    return listener.apply(emitter, args);
  }
  wrapped.listener = listener;
  return wrapped;
}

// --- removing ---

EventEmitter.prototype.removeListener = function removeListener(type, listener) {
  checkFunction(listener, "listener");
  const events = this._events;
  const list = events?.[type];
  if (list === undefined) return this;
  let removed;
  if (typeof list === "function") {
    if (list !== listener && list.listener !== listener) return this;
    removed = list;
    removeEvent(this, type);
  } else {
    // The most recently added one goes first.
    let at = list.length - 1;
    while (at >= 0 && list[at] !== listener && list[at].listener !== listener) at--;
    if (at < 0) return this;
    removed = list[at];
    if (list.length === 2) {
      events[type] = list[1 - at];
    } else if (list.emitting > 0) {
      events[type] = listOf(list.toSpliced(at, 1), list.warned);
    } else {
      list.splice(at, 1);
    }
  }
  if (events.removeListener !== undefined) this.emit("removeListener", type, removed.listener ?? removed);
  if (this[listenersChanged] !== undefined) this[listenersChanged](type, this.listenerCount(type));
  return this;
};

EventEmitter.prototype.off = EventEmitter.prototype.removeListener;

function removeEvent(emitter, type) {
  if (--emitter._eventsCount === 0) emitter._events = { __proto__: null };
  else delete emitter._events[type];
}

EventEmitter.prototype.removeAllListeners = function removeAllListeners(type) {
  const events = this._events;
  if (events === undefined) return this;
  if (arguments.length === 0) {
    for (const key of Reflect.ownKeys(events)) {
      if (key !== "removeListener") this.removeAllListeners(key);
    }
    if (events.removeListener !== undefined) this.removeAllListeners("removeListener");
    return this;
  }
  const list = events[type];
  if (list === undefined) return this;
  if (events.removeListener !== undefined) {
    const all = typeof list === "function" ? [list] : list.slice();
    for (let i = all.length - 1; i >= 0; i--) this.removeListener(type, all[i]);
  } else {
    removeEvent(this, type);
    if (this[listenersChanged] !== undefined) this[listenersChanged](type, 0);
  }
  return this;
};

// --- asking ---

EventEmitter.prototype.listeners = function listeners(type) {
  return this.rawListeners(type).map((listener) => listener.listener ?? listener);
};

EventEmitter.prototype.rawListeners = function rawListeners(type) {
  const list = this._events?.[type];
  if (list === undefined) return [];
  return typeof list === "function" ? [list] : list.slice();
};

EventEmitter.prototype.listenerCount = function listenerCount(type, listener) {
  const list = this._events?.[type];
  if (list === undefined) return 0;
  if (listener === undefined || listener === null) return typeof list === "function" ? 1 : list.length;
  return this.rawListeners(type).filter((one) => one === listener || one.listener === listener).length;
};

EventEmitter.prototype.eventNames = function eventNames() {
  return this._events === undefined ? [] : Reflect.ownKeys(this._events);
};

EventEmitter.prototype.setMaxListeners = function setMaxListeners(n) {
  checkLimit(n, "setMaxListeners");
  this._maxListeners = n;
  return this;
};

EventEmitter.prototype.getMaxListeners = function getMaxListeners() {
  return limitOf(this);
};

function limitOf(emitter) {
  return emitter._maxListeners ?? limits.default;
}

function checkLimit(n, name) {
  if (typeof n !== "number") {
    const { invalidArgType } = load("node/errors");
    throw invalidArgType(name, "of type number", n);
  }
  if (!(n >= 0)) throw outOfRange(name, ">= 0", n);
}

return {
  EventEmitter, capture, captureRejectionSymbol, checkLimit, define, errorMonitor, limitOf, limits,
  listenersChanged,
};
