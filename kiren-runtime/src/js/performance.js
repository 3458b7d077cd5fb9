"use strict";
// performance and its timeline: https://w3c.github.io/hr-time/ and https://w3c.github.io/user-timing/
// (what was fetched is in performance_resource.js)
//
// For other modules: now() is performance.now() without the object.

const { DOMException } = load("dom_exception");
const { EventTarget } = load("events");
const { describe, dictionary, finite, illegalConstructor, required, string } = load("webidl");

const INTERNAL = Symbol("internal");

let clock = null;

function now() {
  return (clock ??= native("performance")).now();
}

// Told of each new entry, when there are observers.
let listener = null;

function setEntryListener(fn) {
  listener = fn;
}

class PerformanceEntry {
  #name;
  #type;
  #startTime;
  #duration;

  constructor(token = undefined, name = "", type = "", startTime = 0, duration = 0) {
    if (token !== INTERNAL) illegalConstructor();
    this.#name = name;
    this.#type = type;
    this.#startTime = startTime;
    this.#duration = duration;
  }

  get name() {
    return this.#name;
  }

  get entryType() {
    return this.#type;
  }

  get startTime() {
    return this.#startTime;
  }

  get duration() {
    return this.#duration;
  }

  toJSON() {
    return { name: this.#name, entryType: this.#type, startTime: this.#startTime, duration: this.#duration };
  }
}

Object.defineProperty(PerformanceEntry, "length", { value: 0, configurable: true });
describe(PerformanceEntry);

function cloneDetail(detail) {
  return detail === undefined || detail === null ? null : load("structured_clone").structuredClone(detail);
}

class PerformanceMark extends PerformanceEntry {
  #detail;

  constructor(name, options = undefined) {
    required(1, arguments.length, "PerformanceMark constructor");
    name = string(name);
    options = dictionary(options, "PerformanceMark constructor, options") ?? {};
    const { detail, startTime } = options;
    const start = startTime === undefined ? now() : finite(startTime, "PerformanceMark, startTime");
    if (start < 0) throw new TypeError(`PerformanceMark, startTime: expected 0 or more, found ${start}`);
    super(INTERNAL, name, "mark", start, 0);
    this.#detail = cloneDetail(detail);
  }

  get detail() {
    return this.#detail;
  }

  toJSON() {
    return { ...super.toJSON(), detail: this.#detail };
  }
}

describe(PerformanceMark);

class PerformanceMeasure extends PerformanceEntry {
  #detail;

  constructor(token = undefined, name, start, duration, detail) {
    super(token, name, "measure", start, duration);
    this.#detail = cloneDetail(detail);
  }

  get detail() {
    return this.#detail;
  }

  toJSON() {
    return { ...super.toJSON(), detail: this.#detail };
  }
}

Object.defineProperty(PerformanceMeasure, "length", { value: 0, configurable: true });
describe(PerformanceMeasure);

class Performance extends EventTarget {
  #entries = []; // in order of startTime
  #resources = 250; // so many of them are kept
  #surplus = []; // resources that wait for room

  constructor(token = undefined) {
    if (token !== INTERNAL) illegalConstructor();
    super();
  }

  get timeOrigin() {
    this.#entries;
    return native("performance").time_origin();
  }

  now() {
    this.#entries;
    return now();
  }

  mark(name, options = undefined) {
    required(1, arguments.length, "Performance.mark");
    const mark = new PerformanceMark(name, options);
    this.#add(mark);
    return mark;
  }

  measure(name, startOrOptions = undefined, endMark = undefined) {
    required(1, arguments.length, "Performance.measure");
    name = string(name);
    const options = startOrOptions !== null && typeof startOrOptions === "object" ? startOrOptions : undefined;
    let start, end, duration, detail;
    if (options === undefined) {
      start = startOrOptions === null ? undefined : startOrOptions;
      end = endMark;
    } else {
      ({ detail, duration, end, start } = options);
      const given = detail !== undefined || duration !== undefined || end !== undefined || start !== undefined;
      if (given) {
        if (endMark !== undefined) {
          throw new TypeError("Performance.measure: expected either options or an end mark, found both");
        }
        if (start === undefined && end === undefined) {
          throw new TypeError("Performance.measure: expected options.start or options.end, found neither");
        }
        if (start !== undefined && end !== undefined && duration !== undefined) {
          throw new TypeError("Performance.measure: expected two of options.start, end and duration, found all");
        }
      }
      if (endMark !== undefined) end = endMark;
    }
    const length = duration === undefined ? undefined : finite(duration, "Performance.measure, duration");
    let endTime;
    if (end !== undefined) endTime = this.#timeOf(end);
    else if (start !== undefined && length !== undefined) endTime = this.#timeOf(start) + length;
    else endTime = now();
    let startTime = 0;
    if (start !== undefined) startTime = this.#timeOf(start);
    else if (length !== undefined) startTime = endTime - length;
    const measure = new PerformanceMeasure(INTERNAL, name, startTime, endTime - startTime, detail);
    this.#add(measure);
    return measure;
  }

  #timeOf(mark) {
    if (typeof mark === "number") {
      finite(mark, "Performance.measure");
      if (mark < 0) throw new TypeError(`Performance.measure: expected a time of 0 or more, found ${mark}`);
      return mark;
    }
    const name = string(mark);
    const found = this.#entries.findLast((entry) => entry.entryType === "mark" && entry.name === name);
    if (found === undefined) throw new DOMException(`The mark "${name}" does not exist`, "SyntaxError");
    return found.startTime;
  }

  #add(entry) {
    listener?.(entry);
    this.#keep(entry);
  }

  #keep(entry) {
    const entries = this.#entries;
    let at = entries.length;
    while (at > 0 && entries[at - 1].startTime > entry.startTime) at--;
    if (at === entries.length) entries.push(entry);
    else entries.splice(at, 0, entry);
  }

  // Node's name for what the Fetch standard has a fetch do at its end; called without an object, too.
  markResourceTiming(timing, url, initiator, global, cacheMode, body, status, delivery = "") {
    if (cacheMode !== "" && cacheMode !== "local") {
      throw new TypeError(`Performance.markResourceTiming: expected "" or "local" for the cache mode, found ${cacheMode}`);
    }
    const { resourceTiming } = load("performance_resource");
    const entry = resourceTiming(INTERNAL, timing, url, initiator, cacheMode, status, delivery);
    if (performance.#surplus.length === 0 && performance.#hasRoom()) {
      performance.#add(entry);
    } else {
      listener?.(entry);
      if (performance.#surplus.push(entry) === 1) load("timers").setImmediate(() => performance.#spill());
    }
    return entry;
  }

  #hasRoom() {
    return this.#entries.reduce((count, { entryType }) => count + (entryType === "resource"), 0) < this.#resources;
  }

  // Whoever hears that the buffer is full can make room; what finds none is dropped.
  #spill() {
    while (this.#surplus.length > 0) {
      const before = this.#surplus.length;
      if (!this.#hasRoom()) this.dispatchEvent(new (load("events").Event)("resourcetimingbufferfull"));
      while (this.#surplus.length > 0 && this.#hasRoom()) this.#keep(this.#surplus.shift());
      if (this.#surplus.length >= before) this.#surplus = [];
    }
  }

  clearResourceTimings() {
    this.#clear("resource", undefined);
  }

  setResourceTimingBufferSize(size) {
    required(1, arguments.length, "Performance.setResourceTimingBufferSize");
    this.#resources = size >>> 0;
  }

  clearMarks(name = undefined) {
    this.#clear("mark", name);
  }

  clearMeasures(name = undefined) {
    this.#clear("measure", name);
  }

  #clear(type, name) {
    if (name !== undefined) name = string(name);
    this.#entries = this.#entries.filter((entry) =>
      entry.entryType !== type || name !== undefined && entry.name !== name
    );
  }

  getEntries() {
    return this.#entries.slice();
  }

  getEntriesByType(type) {
    required(1, arguments.length, "Performance.getEntriesByType");
    type = string(type);
    return this.#entries.filter((entry) => entry.entryType === type);
  }

  getEntriesByName(name, type = undefined) {
    required(1, arguments.length, "Performance.getEntriesByName");
    name = string(name);
    if (type !== undefined) type = string(type);
    return this.#entries.filter((entry) =>
      entry.name === name && (type === undefined || entry.entryType === type)
    );
  }

  toJSON() {
    return { timeOrigin: this.timeOrigin };
  }
}

describe(Performance);

const performance = new Performance(INTERNAL);

// An entry of another kind, for node:perf_hooks.
function makeEntry(name, type, start, duration, detail) {
  const entry = new PerformanceEntry(INTERNAL, name, type, start, duration);
  Object.defineProperty(entry, "detail", { value: detail, enumerable: true, configurable: true });
  return entry;
}

return {
  Performance, PerformanceEntry, PerformanceMark, PerformanceMeasure, makeEntry, now, performance, setEntryListener,
};
