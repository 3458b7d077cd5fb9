"use strict";
// Event, EventTarget and the event classes of a server: https://dom.spec.whatwg.org/#events
//
// For other modules:
//   dispatch(target, event)                like dispatchEvent, but leaves the event trusted; true unless cancelled
//   globalTarget, globalHandler(type), setGlobalHandler(type, handler), globalHasListeners(type)   of globalThis
//   defineEventHandler(prototype, "abort") gives a class an `onabort` attribute
//   trusted(event)                         marks an event as made by the runtime; returns it
//   hasListeners(target, type)             is anyone listening?
//   watchListeners(target, (type, some) => {})  told when the first listener of a type comes or the last goes
// An error thrown by a listener goes to globalThis.reportError and does not disturb the dispatch.

const { describe, dictionary, required, show, string } = load("webidl");

const NONE = 0;
const CAPTURING_PHASE = 1;
const AT_TARGET = 2;
const BUBBLING_PHASE = 3;

const BUBBLES = 1;
const CANCELABLE = 2;
const COMPOSED = 4;
const CANCELED = 8;
const STOPPED = 16;
const STOPPED_NOW = 32;
const IN_PASSIVE = 64;
const DISPATCHING = 128;
const INITIALIZED = 256;
const TRUSTED = 512;

let now; // of performance, loaded with the first event

// What EventTarget does to an event, out of sight of everyone else.
let trusted, untrust, isEvent, begin, end, setPassive, stopped, stoppedNow;

class Event {
  #type;
  #flags = INITIALIZED;
  #target = null;
  #currentTarget = null;
  #timeStamp;

  constructor(type, init = undefined) {
    required(1, arguments.length, "Event constructor");
    this.#type = string(type);
    this.#timeStamp = (now ??= load("performance").now)();
    if (init !== undefined && init !== null) {
      dictionary(init, "Event constructor, second argument");
      if (init.bubbles) this.#flags |= BUBBLES;
      if (init.cancelable) this.#flags |= CANCELABLE;
      if (init.composed) this.#flags |= COMPOSED;
    }
  }

  get type() {
    return this.#type;
  }

  get target() {
    return this.#target;
  }

  get srcElement() {
    return this.#target;
  }

  get currentTarget() {
    return this.#currentTarget;
  }

  composedPath() {
    return this.#currentTarget === null ? [] : [this.#currentTarget];
  }

  get eventPhase() {
    return this.#flags & DISPATCHING ? AT_TARGET : NONE;
  }

  stopPropagation() {
    this.#flags |= STOPPED;
  }

  get cancelBubble() {
    return (this.#flags & STOPPED) !== 0;
  }

  set cancelBubble(value) {
    if (value) this.#flags |= STOPPED;
  }

  stopImmediatePropagation() {
    this.#flags |= STOPPED | STOPPED_NOW;
  }

  get bubbles() {
    return (this.#flags & BUBBLES) !== 0;
  }

  get cancelable() {
    return (this.#flags & CANCELABLE) !== 0;
  }

  get returnValue() {
    return (this.#flags & CANCELED) === 0;
  }

  set returnValue(value) {
    if (!value) this.#cancel();
  }

  preventDefault() {
    this.#cancel();
  }

  #cancel() {
    if ((this.#flags & (CANCELABLE | IN_PASSIVE)) === CANCELABLE) this.#flags |= CANCELED;
  }

  get defaultPrevented() {
    return (this.#flags & CANCELED) !== 0;
  }

  get composed() {
    return (this.#flags & COMPOSED) !== 0;
  }

  get isTrusted() {
    return (this.#flags & TRUSTED) !== 0;
  }

  get timeStamp() {
    return this.#timeStamp;
  }

  initEvent(type, bubbles = false, cancelable = false) {
    required(1, arguments.length, "Event.initEvent");
    type = string(type);
    if (this.#flags & DISPATCHING) return;
    this.#type = type;
    this.#target = null;
    this.#flags = INITIALIZED | (bubbles ? BUBBLES : 0) | (cancelable ? CANCELABLE : 0);
  }

  static {
    trusted = (event) => {
      event.#flags |= TRUSTED;
      return event;
    };
    isEvent = (value) => typeof value === "object" && value !== null && #flags in value;
    begin = (event, target) => {
      if (event.#flags & DISPATCHING) {
        const { DOMException } = load("dom_exception");
        throw new DOMException("The event is already being dispatched", "InvalidStateError");
      }
      event.#flags |= DISPATCHING;
      event.#target = target;
      event.#currentTarget = target;
    };
    setPassive = (event, on) => {
      event.#flags = on ? event.#flags | IN_PASSIVE : event.#flags & ~IN_PASSIVE;
    };
    untrust = (event) => {
      event.#flags &= ~TRUSTED;
    };
    stopped = (event) => (event.#flags & STOPPED) !== 0;
    stoppedNow = (event) => (event.#flags & STOPPED_NOW) !== 0;
    end = (event) => {
      event.#flags &= ~(DISPATCHING | STOPPED | STOPPED_NOW);
      event.#currentTarget = null;
      return (event.#flags & CANCELED) === 0;
    };
  }
}

describe(Event, { constants: { NONE, CAPTURING_PHASE, AT_TARGET, BUBBLING_PHASE } });

/** One registration. A handler attribute (`onabort`) is a listener too, with `attribute` set. */
class Listener {
  constructor(callback, capture, once, passive, attribute) {
    this.callback = callback;
    this.capture = capture;
    this.once = once;
    this.passive = passive;
    this.attribute = attribute;
    this.removed = false;
  }
}

// The listeners of a target, out of sight. Those of globalThis, which is no instance, live in a stand-in.
let Listeners, globalStore;

/** `this` of an EventTarget method: a call without one, as in `addEventListener(...)`, means globalThis. */
function targetOf(self) {
  const target = self ?? globalThis;
  if (!Listeners.has(target)) throw new TypeError(`Expected this to be an EventTarget, found ${show(self)}`);
  return target;
}

function checkCallback(callback) {
  if (callback === null || callback === undefined) return false;
  if (typeof callback !== "function" && typeof callback !== "object") {
    throw new TypeError(`The event listener must be a function or an object, found ${show(callback)}`);
  }
  return true;
}

function findListener(list, callback, capture) {
  for (let i = 0; i < list.length; i++) {
    const listener = list[i];
    if (listener.callback === callback && listener.capture === capture && listener.attribute === null) {
      return listener;
    }
  }
  return undefined;
}

class EventTarget {
  #lists = null; // Map from type to array of Listener
  #watcher = null;

  static {
    const storeOf = (target) => target === globalThis ? globalStore : target;
    Listeners = {
      has: (target) => target === globalThis || typeof target === "object" && target !== null && #lists in target,

      list(target, type) {
        const lists = storeOf(target).#lists;
        return lists === null ? undefined : lists.get(type);
      },

      // Lists are replaced, not changed, so that a running dispatch keeps the one it began with.
      add(target, type, listener) {
        const store = storeOf(target);
        const lists = store.#lists ??= new Map();
        const list = lists.get(type);
        if (list === undefined) {
          lists.set(type, [listener]);
          store.#watcher?.(type, true);
        } else {
          lists.set(type, [...list, listener]);
        }
      },

      remove(target, type, listener) {
        const store = storeOf(target);
        listener.removed = true;
        const list = store.#lists?.get(type);
        const at = list === undefined ? -1 : list.indexOf(listener);
        if (at < 0) return;
        if (list.length === 1) {
          store.#lists.delete(type);
          store.#watcher?.(type, false);
        } else {
          store.#lists.set(type, list.toSpliced(at, 1));
        }
      },

      watch(target, watcher) {
        target.#watcher = watcher;
      },
    };
  }

  addEventListener(type, callback, options = undefined) {
    const target = targetOf(this);
    required(2, arguments.length, "EventTarget.addEventListener");
    type = string(type);
    const usable = checkCallback(callback);
    let capture = false;
    let once = false;
    let passive = false;
    let signal;
    if (typeof options === "object" && options !== null || typeof options === "function") {
      capture = Boolean(options.capture);
      once = Boolean(options.once);
      passive = Boolean(options.passive);
      signal = options.signal;
      if (signal !== undefined) load("abort").checkSignal(signal, "EventTarget.addEventListener, signal");
    } else {
      capture = Boolean(options);
    }
    if (!usable || signal?.aborted) return;
    const list = Listeners.list(target, type);
    if (list !== undefined && findListener(list, callback, capture) !== undefined) return;
    const listener = new Listener(callback, capture, once, passive, null);
    Listeners.add(target, type, listener);
    if (signal !== undefined) {
      load("abort").addAbortAlgorithm(signal, () => Listeners.remove(target, type, listener));
    }
  }

  removeEventListener(type, callback, options = undefined) {
    const target = targetOf(this);
    required(2, arguments.length, "EventTarget.removeEventListener");
    type = string(type);
    const usable = checkCallback(callback);
    const capture = typeof options === "object" && options !== null || typeof options === "function"
      ? Boolean(options.capture)
      : Boolean(options);
    const list = usable ? Listeners.list(target, type) : undefined;
    const listener = list === undefined ? undefined : findListener(list, callback, capture);
    if (listener !== undefined) Listeners.remove(target, type, listener);
  }

  dispatchEvent(event) {
    const target = targetOf(this);
    required(1, arguments.length, "EventTarget.dispatchEvent");
    if (!isEvent(event)) {
      throw new TypeError(`EventTarget.dispatchEvent: expected an Event, found ${show(event)}`);
    }
    return dispatch(target, event, false);
  }
}

describe(EventTarget);
globalStore = new EventTarget();

/** Runs the listeners of a target: capturing ones first, each group in order of registration. */
function dispatch(target, event, byRuntime = true) {
  begin(event, target);
  if (!byRuntime) untrust(event);
  const list = Listeners.list(target, event.type);
  if (list !== undefined && !stopped(event)) {
    if (list.length === 1) {
      invoke(target, event, list[0]);
    } else {
      const captured = list.some((listener) => listener.capture);
      if (captured) invokeAll(target, event, list, true);
      if (!stopped(event) || !captured) invokeAll(target, event, list, false);
    }
  }
  return end(event);
}

function invokeAll(target, event, list, capture) {
  for (let i = 0; i < list.length; i++) {
    if (list[i].capture !== capture) continue;
    if (stoppedNow(event)) return;
    invoke(target, event, list[i]);
  }
}

function invoke(target, event, listener) {
  if (listener.removed) return;
  if (listener.once) Listeners.remove(target, event.type, listener);
  if (listener.passive) setPassive(event, true);
  try {
    if (listener.attribute !== null) {
      listener.attribute(target, event, listener.callback);
    } else {
      const { callback } = listener;
      if (typeof callback === "function") {
        callback.call(target, event);
      } else {
        const { handleEvent } = callback;
        if (typeof handleEvent !== "function") {
          throw new TypeError(`The event listener has no handleEvent function, found ${show(handleEvent)}`);
        }
        handleEvent.call(callback, event);
      }
    }
  } catch (error) {
    globalThis.reportError(error);
  }
  if (listener.passive) setPassive(event, false);
}

/** https://html.spec.whatwg.org/#the-event-handler-processing-algorithm */
function runHandler(target, event, handler) {
  const result = event.type === "error" && event instanceof ErrorEvent && target === globalThis
    ? handler.call(target, event.message, event.filename, event.lineno, event.colno, event.error)
    : handler.call(target, event);
  const cancels = event.type === "error" && target === globalThis ? result === true : result === false;
  if (cancels) event.preventDefault();
}

/** Defines the attribute `on${type}` on a prototype (or on an object that is an EventTarget itself). */
function defineEventHandler(prototype, type, onChange = undefined) {
  const name = `on${type}`;
  const find = (target) => Listeners.list(target, type)?.find((listener) => listener.attribute !== null);
  const { get, set } = Object.getOwnPropertyDescriptor({
    get [name]() {
      return find(targetOf(this))?.callback ?? null;
    },
    set [name](value) {
      const target = targetOf(this);
      const handler = typeof value === "function" || typeof value === "object" && value !== null ? value : null;
      const current = find(target);
      if (handler === null) {
        if (current !== undefined) Listeners.remove(target, type, current);
      } else if (current !== undefined) {
        current.callback = handler; // keeps its place in the order
      } else {
        Listeners.add(target, type, new Listener(handler, false, false, false, callHandler));
      }
      onChange?.(target, handler);
    },
  }, name);
  Object.defineProperty(prototype, name, { get, set, enumerable: true, configurable: true });
}

function callHandler(target, event, handler) {
  if (typeof handler === "function") runHandler(target, event, handler);
}

class CustomEvent extends Event {
  #detail = null;

  constructor(type, init = undefined) {
    required(1, arguments.length, "CustomEvent constructor");
    super(type, init);
    if (init?.detail !== undefined) this.#detail = init.detail;
  }

  get detail() {
    return this.#detail;
  }

  initCustomEvent(type, bubbles = false, cancelable = false, detail = null) {
    required(1, arguments.length, "CustomEvent.initCustomEvent");
    if (this.eventPhase !== NONE) return;
    this.initEvent(type, bubbles, cancelable);
    this.#detail = detail;
  }
}

describe(CustomEvent);

class ErrorEvent extends Event {
  #message = "";
  #filename = "";
  #lineno = 0;
  #colno = 0;
  #error = undefined;

  constructor(type, init = undefined) {
    required(1, arguments.length, "ErrorEvent constructor");
    super(type, init);
    if (init === undefined || init === null) return;
    const { colno, error, filename, lineno, message } = init;
    if (message !== undefined) this.#message = string(message);
    if (filename !== undefined) this.#filename = string(filename);
    if (lineno !== undefined) this.#lineno = lineno >>> 0;
    if (colno !== undefined) this.#colno = colno >>> 0;
    this.#error = error;
  }

  get message() {
    return this.#message;
  }

  get filename() {
    return this.#filename;
  }

  get lineno() {
    return this.#lineno;
  }

  get colno() {
    return this.#colno;
  }

  get error() {
    return this.#error;
  }
}

describe(ErrorEvent);

class PromiseRejectionEvent extends Event {
  #promise;
  #reason;

  constructor(type, init) {
    required(2, arguments.length, "PromiseRejectionEvent constructor");
    super(type, init);
    const promise = init?.promise;
    if (promise === null || typeof promise !== "object" && typeof promise !== "function") {
      throw new TypeError(`PromiseRejectionEvent constructor: expected init.promise, found ${show(promise)}`);
    }
    this.#promise = promise;
    this.#reason = init.reason;
  }

  get promise() {
    return this.#promise;
  }

  get reason() {
    return this.#reason;
  }
}

describe(PromiseRejectionEvent);

class MessageEvent extends Event {
  #data = null;
  #origin = "";
  #lastEventId = "";
  #source = null;
  #ports = Object.freeze([]);

  constructor(type, init = undefined) {
    required(1, arguments.length, "MessageEvent constructor");
    super(type, init);
    if (init === undefined || init === null) return;
    const { data, lastEventId, origin, ports, source } = init;
    if (data !== undefined) this.#data = data;
    if (origin !== undefined) this.#origin = string(origin).toWellFormed();
    if (lastEventId !== undefined) this.#lastEventId = string(lastEventId);
    if (source !== undefined) this.#source = source;
    if (ports !== undefined) {
      this.#ports = Object.freeze(load("webidl").sequence(ports, "MessageEvent constructor, ports"));
    }
  }

  get data() {
    return this.#data;
  }

  get origin() {
    return this.#origin;
  }

  get lastEventId() {
    return this.#lastEventId;
  }

  get source() {
    return this.#source;
  }

  get ports() {
    return this.#ports;
  }

  initMessageEvent(type, bubbles = false, cancelable = false, data = null, origin = "", lastEventId = "",
    source = null, ports = []) {
    required(1, arguments.length, "MessageEvent.initMessageEvent");
    if (this.eventPhase !== NONE) return;
    this.initEvent(type, bubbles, cancelable);
    this.#data = data;
    this.#origin = string(origin).toWellFormed();
    this.#lastEventId = string(lastEventId);
    this.#source = source;
    this.#ports = Object.freeze([...ports]);
  }
}

describe(MessageEvent);

class CloseEvent extends Event {
  #wasClean = false;
  #code = 0;
  #reason = "";

  constructor(type, init = undefined) {
    required(1, arguments.length, "CloseEvent constructor");
    super(type, init);
    if (init === undefined || init === null) return;
    const { code, reason, wasClean } = init;
    if (code !== undefined) this.#code = code & 0xffff;
    if (reason !== undefined) this.#reason = string(reason).toWellFormed();
    this.#wasClean = Boolean(wasClean);
  }

  get wasClean() {
    return this.#wasClean;
  }

  get code() {
    return this.#code;
  }

  get reason() {
    return this.#reason;
  }
}

describe(CloseEvent);

const globalHandlers = {};
for (const type of ["error", "unhandledrejection", "rejectionhandled"]) defineEventHandler(globalHandlers, type);

const { addEventListener, dispatchEvent, removeEventListener } = EventTarget.prototype;
const globalTarget = {
  addEventListener(type, callback, options) {
    required(2, arguments.length, "addEventListener");
    return addEventListener.call(globalThis, type, callback, options);
  },
  removeEventListener(type, callback, options) {
    required(2, arguments.length, "removeEventListener");
    return removeEventListener.call(globalThis, type, callback, options);
  },
  dispatchEvent(event) {
    return dispatchEvent.call(globalThis, event);
  },
};

/** `globalThis.on${type}`, for the accessors that the global object has from the start. */
function globalHandler(type) {
  return Reflect.get(globalHandlers, `on${type}`, globalThis);
}

function setGlobalHandler(type, handler) {
  Reflect.set(globalHandlers, `on${type}`, handler, globalThis);
}

function globalHasListeners(type) {
  return hasListeners(globalThis, type);
}

function hasListeners(target, type) {
  return Listeners.list(target, type) !== undefined;
}

return {
  CloseEvent,
  CustomEvent,
  ErrorEvent,
  Event,
  EventTarget,
  MessageEvent,
  PromiseRejectionEvent,
  defineEventHandler,
  dispatch,
  globalHandler,
  globalHasListeners,
  globalTarget,
  hasListeners,
  setGlobalHandler,
  trusted,
  watchListeners: Listeners.watch,
};
