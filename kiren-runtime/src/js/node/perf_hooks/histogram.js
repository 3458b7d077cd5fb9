"use strict";
// Histograms of node:perf_hooks: counts of integers in buckets whose width grows with the value, so that each
// is known to so many decimal digits (HdrHistogram).

const { coded, invalidArgType, outOfRange } = load("node/errors");
const { inspect } = load("inspect");

const INTERNAL = Symbol("internal");
const MAX = Number.MAX_SAFE_INTEGER;

function checkInteger(value, name, least, most) {
  if (typeof value === "bigint") value = Number(value);
  if (typeof value !== "number") throw invalidArgType(name, "of type number", value);
  if (!Number.isInteger(value)) throw outOfRange(name, "an integer", value);
  if (value < least || value > most) throw outOfRange(name, `>= ${least} && <= ${most}`, value);
  return value;
}

class Histogram {
  // By the smallest value of a bucket: how many were in it.
  #counts = new Map();
  #sorted = null;
  #count = 0;
  #exceeds = 0;
  #min = MAX;
  #max = 0;
  #lowest;
  #highest;
  #figures;
  #sub;

  constructor(token, { figures = 3, highest = MAX, lowest = 1 } = {}) {
    if (token !== INTERNAL) throw coded(TypeError, "ERR_ILLEGAL_CONSTRUCTOR", "Illegal constructor");
    this.#lowest = lowest;
    this.#highest = highest;
    this.#figures = figures;
    // As many buckets of width 1 as the digits ask for; then they double in width.
    this.#sub = 2 ** Math.ceil(Math.log2(2 * 10 ** figures));
  }

  #width(value) {
    let width = 1;
    while (value / width >= this.#sub) width *= 2;
    return width;
  }

  // All that a bucket holds counts as its largest value.
  #top(bottom) {
    return bottom + this.#width(bottom) - 1;
  }

  get count() {
    return this.#count;
  }

  get countBigInt() {
    return BigInt(this.#count);
  }

  get exceeds() {
    return this.#exceeds;
  }

  get exceedsBigInt() {
    return BigInt(this.#exceeds);
  }

  get min() {
    return this.#count === 0 ? 9223372036854776000 : this.#min;
  }

  get minBigInt() {
    return this.#count === 0 ? 9223372036854775807n : BigInt(this.#min);
  }

  get max() {
    return this.#count === 0 ? 0 : this.#top(this.#max - this.#max % this.#width(this.#max));
  }

  get maxBigInt() {
    return BigInt(this.max);
  }

  #middle(bottom) {
    return bottom + Math.floor(this.#width(bottom) / 2);
  }

  get mean() {
    let sum = 0;
    for (const [bottom, count] of this.#counts) sum += this.#middle(bottom) * count;
    return sum / this.#count;
  }

  get stddev() {
    const { mean } = this;
    let sum = 0;
    for (const [bottom, count] of this.#counts) sum += (this.#middle(bottom) - mean) ** 2 * count;
    return Math.sqrt(sum / this.#count);
  }

  #buckets() {
    return (this.#sorted ??= [...this.#counts].sort(([a], [b]) => a - b));
  }

  percentile(percentile) {
    if (typeof percentile !== "number") throw invalidArgType("percentile", "of type number", percentile);
    if (!(percentile > 0 && percentile <= 100)) throw outOfRange("percentile", "> 0 && <= 100", percentile);
    const wanted = Math.max(1, Math.floor(percentile / 100 * this.#count + 0.5));
    let seen = 0;
    for (const [bottom, count] of this.#buckets()) {
      seen += count;
      if (seen >= wanted) return this.#top(bottom);
    }
    return 0;
  }

  percentileBigInt(percentile) {
    return BigInt(this.percentile(percentile));
  }

  // Steps that halve what is left to 100, each with the value up to which so many are.
  get percentiles() {
    const map = new Map();
    if (this.#count === 0) return map.set(100, 0);
    let step = 0;
    let seen = 0;
    let last = 0;
    for (const [bottom, count] of this.#buckets()) {
      seen += count;
      last = bottom;
      const reached = seen / this.#count * 100;
      // The last bucket has one step, and 100.
      for (; step <= reached; step += (100 - step) / 2) {
        map.set(step, bottom);
        if (seen === this.#count) break;
      }
    }
    return map.set(100, last);
  }

  get percentilesBigInt() {
    return new Map([...this.percentiles].map(([key, value]) => [key, BigInt(value)]));
  }

  reset() {
    this.#counts.clear();
    this.#sorted = null;
    this.#count = 0;
    this.#exceeds = 0;
    this.#min = MAX;
    this.#max = 0;
  }

  toJSON() {
    return {
      count: this.count, min: this.min, max: this.max, mean: this.mean, exceeds: this.exceeds,
      stddev: this.stddev,
      percentiles: Object.fromEntries(this.percentiles),
    };
  }

  [Symbol.for("nodejs.util.inspect.custom")](depth, options) {
    if (depth < 0) return this;
    const { count, exceeds, max, mean, min, percentiles, stddev } = this;
    const text = inspect({ min, max, mean, exceeds, stddev, count, percentiles }, { ...options, depth });
    return `Histogram ${text}`;
  }

  static record(histogram, value, times = 1) {
    if (value < histogram.#lowest && value < 0 || value > histogram.#highest) {
      histogram.#exceeds += times;
      return;
    }
    const bottom = value - value % histogram.#width(value);
    const before = histogram.#counts.get(bottom);
    histogram.#sorted = null;
    histogram.#counts.set(bottom, (before ?? 0) + times);
    histogram.#count += times;
    if (value < histogram.#min) histogram.#min = value;
    if (value > histogram.#max) histogram.#max = value;
  }

  static merge(histogram, other) {
    for (const [bottom, count] of other.#counts) Histogram.record(histogram, bottom, count);
    histogram.#exceeds += other.#exceeds;
    if (other.#count > 0) {
      histogram.#min = Math.min(histogram.#min, other.#min);
      histogram.#max = Math.max(histogram.#max, other.#max);
    }
  }
}

class RecordableHistogram extends Histogram {
  #last;

  record(value) {
    Histogram.record(this, checkInteger(value, "val", 1, MAX));
  }

  // The time since the last call, in nanoseconds.
  recordDelta() {
    const now = load("performance").now();
    if (this.#last !== undefined) Histogram.record(this, Math.max(1, Math.round((now - this.#last) * 1e6)));
    this.#last = now;
  }

  add(other) {
    if (!(other instanceof RecordableHistogram)) {
      throw invalidArgType("other", "an instance of RecordableHistogram", other);
    }
    Histogram.merge(this, other);
  }
}

function createHistogram(options = {}) {
  if (options === null || typeof options !== "object") {
    throw invalidArgType("options", "of type object", options);
  }
  const lowest = checkInteger(options.lowest ?? 1, "options.lowest", 1, MAX);
  const highest = checkInteger(options.highest ?? MAX, "options.highest", 2 * lowest, MAX);
  const figures = checkInteger(options.figures ?? 3, "options.figures", 1, 5);
  return new RecordableHistogram(INTERNAL, { figures, highest, lowest });
}

// How late a timer rings that should ring every `resolution` milliseconds.
class IntervalHistogram extends Histogram {
  #timer;
  #resolution;

  constructor(token, resolution) {
    super(token);
    this.#resolution = resolution;
  }

  enable() {
    if (this.#timer !== undefined) return false;
    const { setInterval } = load("timers");
    const { now } = load("performance");
    let last = now();
    this.#timer = setInterval(() => {
      const time = now();
      // The whole time between two rings, as Node counts it.
      Histogram.record(this, Math.max(1, Math.round((time - last) * 1e6)));
      last = time;
    }, this.#resolution);
    this.#timer.unref();
    return true;
  }

  disable() {
    if (this.#timer === undefined) return false;
    load("timers").clearInterval(this.#timer);
    this.#timer = undefined;
    return true;
  }

  [Symbol.dispose]() {
    this.disable();
  }
}

function monitorEventLoopDelay(options = {}) {
  if (options === null || typeof options !== "object") {
    throw invalidArgType("options", "of type object", options);
  }
  return new IntervalHistogram(INTERNAL, checkInteger(options.resolution ?? 10, "options.resolution", 1, MAX));
}

return { Histogram, createHistogram, monitorEventLoopDelay };
