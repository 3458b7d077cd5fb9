"use strict";
// PerformanceObserver: https://w3c.github.io/performance-timeline/#the-performanceobserver-interface

const { coded, invalidArgType } = load("node/errors");
const performance = load("performance");

const TYPES = Object.freeze(["function", "mark", "measure", "resource"]);
const observers = new Set();
let waiting = false;

class PerformanceObserverEntryList {
  #entries;

  constructor(entries) {
    this.#entries = entries.toSorted((a, b) => a.startTime - b.startTime);
  }

  getEntries() {
    return this.#entries.slice();
  }

  getEntriesByType(type) {
    return this.#entries.filter((entry) => entry.entryType === `${type}`);
  }

  getEntriesByName(name, type) {
    return this.#entries.filter((entry) =>
      entry.name === `${name}` && (type === undefined || entry.entryType === `${type}`));
  }
}

class PerformanceObserver {
  #callback;
  #types = new Set();
  #buffer = [];

  constructor(callback) {
    if (typeof callback !== "function") throw invalidArgType("callback", "of type function", callback);
    this.#callback = callback;
  }

  static get supportedEntryTypes() {
    return TYPES;
  }

  observe(options = {}) {
    if (options === null || typeof options !== "object") {
      throw invalidArgType("options", "of type object", options);
    }
    const { buffered, entryTypes, type } = options;
    if (entryTypes === undefined && type === undefined) {
      throw coded(TypeError, "ERR_MISSING_ARGS", 'The "options.entryTypes" and "options.type" arguments must be specified');
    }
    if (entryTypes !== undefined && type !== undefined) {
      throw coded(TypeError, "ERR_INVALID_ARG_VALUE",
        "The property 'options.entryTypes' options.entryTypes can not set with options.type together. " +
          `Received ${load("inspect").inspect(entryTypes)}`);
    }
    if (entryTypes !== undefined && !Array.isArray(entryTypes)) {
      throw invalidArgType("options.entryTypes", "string[]", entryTypes);
    }
    if (entryTypes !== undefined) this.#types.clear();
    for (const name of entryTypes ?? [type]) if (TYPES.includes(name)) this.#types.add(name);
    if (this.#types.size === 0) return;
    observers.add(this);
    performance.setEntryListener(entryAdded);
    if (type !== undefined && buffered) {
      this.#buffer.push(...performance.performance.getEntriesByType(type));
      schedule();
    }
  }

  disconnect() {
    observers.delete(this);
    this.#buffer = [];
    this.#types.clear();
    if (observers.size === 0) performance.setEntryListener(null);
  }

  takeRecords() {
    const records = this.#buffer;
    this.#buffer = [];
    return records;
  }

  static take(observer, entry) {
    if (!observer.#types.has(entry.entryType)) return;
    observer.#buffer.push(entry);
    schedule();
  }

  static deliver(observer) {
    if (observer.#buffer.length === 0) return;
    observer.#callback(new PerformanceObserverEntryList(observer.takeRecords()), observer);
  }
}

function entryAdded(entry) {
  for (const observer of observers) PerformanceObserver.take(observer, entry);
}

function schedule() {
  if (waiting) return;
  waiting = true;
  load("timers").setImmediate(() => {
    waiting = false;
    for (const observer of [...observers]) PerformanceObserver.deliver(observer);
  });
}

// A function that tells observers of "function" how long each call took.
function timerify(fn, options = {}) {
  if (typeof fn !== "function") throw invalidArgType("fn", "of type function", fn);
  if (options === null || typeof options !== "object") {
    throw invalidArgType("options", "of type object", options);
  }
  const { histogram } = options;
  if (histogram !== undefined && typeof histogram.record !== "function") {
    throw invalidArgType("options.histogram", "an instance of RecordableHistogram", histogram);
  }
  function timerified(...args) {
    const start = performance.now();
    const done = () => {
      const duration = performance.now() - start;
      histogram?.record(Math.max(1, Math.ceil(duration * 1e6)));
      entryAdded(performance.makeEntry(fn.name, "function", start, duration, args));
    };
    const result = new.target ? Reflect.construct(fn, args, fn) : Reflect.apply(fn, this, args);
    if (typeof result?.finally === "function") return result.finally(done);
    done();
    return result;
  }
  Object.defineProperties(timerified, {
    length: { value: fn.length, configurable: true, enumerable: true },
    name: { value: `timerified ${fn.name}`, configurable: true, enumerable: true },
  });
  return timerified;
}

return { PerformanceObserver, PerformanceObserverEntryList, timerify };
