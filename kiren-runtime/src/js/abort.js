"use strict";
// AbortController and AbortSignal: https://dom.spec.whatwg.org/#aborting-ongoing-activities
//
// For other modules (fetch, streams, the HTTP server), without events or user-visible calls:
//   addAbortAlgorithm(signal, () => {})     runs once when the signal aborts, before its listeners
//   removeAbortAlgorithm(signal, algorithm)
//   createSignal() -> signal, abortSignal(signal, reason)   a signal without a controller; createSignal(keep) calls
//                                           keep(true) when somebody begins to listen to it, keep(false) when nobody does
//   checkSignal(value, what)                throws unless value is an AbortSignal
//
// A signal made by AbortSignal.any is held weakly by its sources until somebody listens to it, so that one
// long-lived source does not keep every request's signal alive.

const { DOMException } = load("dom_exception");
const {
  Event,
  EventTarget,
  defineEventHandler,
  dispatch,
  hasListeners,
  trusted,
  watchListeners,
} = load("events");
const { describe, illegalConstructor, integer, required, sequence, show } = load("webidl");

const INTERNAL = Symbol("internal");

let createSignal, abortSignal, addAbortAlgorithm, removeAbortAlgorithm, isSignal, drop;

// A dependent signal that was collected leaves its sources.
const forget = new FinalizationRegistry(({ weak, roots }) => {
  for (const root of roots) {
    const source = root.deref();
    if (source !== undefined) drop(source, weak);
  }
});

class AbortSignal extends EventTarget {
  #aborted = false;
  #reason = undefined;
  #algorithms = null; // Set of functions
  #sources = null; // of a dependent signal: array of source signals
  #dependents = null; // Set of WeakRef<AbortSignal>
  #awaited = null; // Set of those dependents that somebody listens to
  #keep = null; // of a signal that is held by its maker while somebody listens: what tells the maker

  constructor(token = undefined) {
    if (token !== INTERNAL) illegalConstructor();
    super();
  }

  static abort(reason = undefined) {
    const signal = new AbortSignal(INTERNAL);
    signal.#aborted = true;
    signal.#reason = reason === undefined ? abortError() : reason;
    return signal;
  }

  static timeout(milliseconds) {
    required(1, arguments.length, "AbortSignal.timeout");
    const delay = integer(milliseconds, 64, "AbortSignal.timeout", { enforce: true });
    const signal = new AbortSignal(INTERNAL);
    startTimer(delay, () => {
      signal.#abort(new DOMException("The operation was aborted due to timeout", "TimeoutError"));
    });
    return signal;
  }

  static any(signals) {
    required(1, arguments.length, "AbortSignal.any");
    const sources = sequence(signals, "AbortSignal.any");
    for (const source of sources) checkSignal(source, "AbortSignal.any");
    const signal = new AbortSignal(INTERNAL);
    const aborted = sources.find((source) => source.#aborted);
    if (aborted !== undefined) {
      signal.#aborted = true;
      signal.#reason = aborted.#reason;
      return signal;
    }
    const roots = new Set();
    for (const source of sources) {
      if (source.#sources === null) roots.add(source);
      else for (const root of source.#sources) roots.add(root);
    }
    signal.#sources = [...roots];
    const weak = new WeakRef(signal);
    for (const root of roots) (root.#dependents ??= new Set()).add(weak);
    forget.register(signal, { weak, roots: signal.#sources.map((root) => new WeakRef(root)) });
    signal.#watch();
    return signal;
  }

  get aborted() {
    return this.#aborted;
  }

  get reason() {
    return this.#reason;
  }

  throwIfAborted() {
    if (this.#aborted) throw this.#reason;
  }

  #watch() {
    watchListeners(this, (type, some) => {
      if (type === "abort") this.#keepAlive(some || this.#algorithms !== null);
    });
  }

  #keepAlive(on) {
    if (this.#keep !== null) this.#keep(on || this.#isAwaited());
    if (this.#sources === null) return;
    for (const source of this.#sources) {
      if (on) (source.#awaited ??= new Set()).add(this);
      else source.#awaited?.delete(this);
      if (source.#keep !== null) source.#keep(source.#algorithms !== null || hasListeners(source, "abort") || source.#isAwaited());
    }
  }

  #isAwaited() {
    return this.#awaited !== null && this.#awaited.size > 0;
  }

  #abort(reason) {
    if (this.#aborted) return;
    this.#aborted = true;
    this.#reason = reason;
    // All dependents are marked before any code runs.
    const dependents = [];
    if (this.#dependents !== null) {
      for (const weak of this.#dependents) {
        const dependent = weak.deref();
        if (dependent === undefined || dependent.#aborted) continue;
        dependent.#aborted = true;
        dependent.#reason = reason;
        dependents.push(dependent);
      }
      this.#dependents = null;
    }
    this.#awaited = null;
    this.#announce();
    for (const dependent of dependents) dependent.#announce();
  }

  #announce() {
    const algorithms = this.#algorithms;
    if (algorithms !== null) {
      this.#algorithms = null;
      for (const algorithm of algorithms) algorithm();
    }
    if (hasListeners(this, "abort")) dispatch(this, trusted(new Event("abort")));
  }

  static {
    createSignal = (keep = null) => {
      const signal = new AbortSignal(INTERNAL);
      if (keep === null) return signal;
      signal.#keep = keep;
      signal.#watch();
      return signal;
    };
    abortSignal = (signal, reason = undefined) => signal.#abort(reason === undefined ? abortError() : reason);
    addAbortAlgorithm = (signal, algorithm) => {
      if (signal.#aborted) return;
      if (signal.#algorithms === null) {
        signal.#algorithms = new Set();
        signal.#keepAlive(true);
      }
      signal.#algorithms.add(algorithm);
    };
    removeAbortAlgorithm = (signal, algorithm) => {
      if (signal.#algorithms === null || !signal.#algorithms.delete(algorithm)) return;
      if (signal.#algorithms.size > 0) return;
      signal.#algorithms = null;
      if (!hasListeners(signal, "abort")) signal.#keepAlive(false);
    };
    isSignal = (value) => typeof value === "object" && value !== null && #aborted in value;
    drop = (root, weak) => root.#dependents?.delete(weak);
  }
}

defineEventHandler(AbortSignal.prototype, "abort");
describe(AbortSignal);

function abortError() {
  return new DOMException("This operation was aborted", "AbortError");
}

const LONGEST_TIMER = 2 ** 31 - 1;

/** A timer of any length that does not keep the program alive. */
function startTimer(delay, callback) {
  const step = Math.min(delay, LONGEST_TIMER);
  const timer = load("timers").setTimeout(() => {
    if (delay > step) startTimer(delay - step, callback);
    else callback();
  }, step);
  timer.unref();
}

function checkSignal(value, what) {
  if (!isSignal(value)) throw new TypeError(`${what}: expected an AbortSignal, found ${show(value)}`);
}

class AbortController {
  #signal = null; // made when first asked for

  get signal() {
    return this.#signal ??= createSignal();
  }

  abort(reason = undefined) {
    abortSignal(this.#signal ??= createSignal(), reason);
  }
}

describe(AbortController);

return {
  AbortController,
  AbortSignal,
  abortSignal,
  addAbortAlgorithm,
  checkSignal,
  createSignal,
  isSignal,
  removeAbortAlgorithm,
};
