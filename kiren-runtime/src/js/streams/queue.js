"use strict";
// The two queues of the streams: requests in order, and chunks with sizes. Both are rings whose capacity is a power of
// two: taking from the front never moves the rest.
// Spec: https://streams.spec.whatwg.org/#queue-with-sizes

const INITIAL_CAPACITY = 4;

function grown(slots, head, length) {
  const larger = new Array(slots.length * 2).fill(undefined);
  const mask = slots.length - 1;
  for (let i = 0; i < length; i++) larger[i] = slots[(head + i) & mask];
  return larger;
}

class Ring {
  constructor() {
    this.slots = undefined;
    this.head = 0;
    this.length = 0;
  }

  push(value) {
    if (this.slots === undefined) {
      this.slots = new Array(INITIAL_CAPACITY).fill(undefined);
    } else if (this.length === this.slots.length) {
      this.slots = grown(this.slots, this.head, this.length);
      this.head = 0;
    }
    this.slots[(this.head + this.length) & (this.slots.length - 1)] = value;
    this.length++;
  }

  peek() {
    return this.slots[this.head];
  }

  shift() {
    const { slots, head } = this;
    const value = slots[head];
    slots[head] = undefined;
    this.head = (head + 1) & (slots.length - 1);
    this.length--;
    return value;
  }

  clear() {
    this.slots = undefined;
    this.head = 0;
    this.length = 0;
  }
}

/// A ring of values and, beside it, one of sizes; `total` is what desiredSize is measured by.
class ChunkQueue {
  constructor() {
    this.values = undefined;
    this.sizes = undefined;
    this.head = 0;
    this.length = 0;
    this.total = 0;
  }

  push(value, size) {
    if (!(size >= 0) || size === Infinity) {
      throw new RangeError(`The size of a chunk must be a finite, non-negative number, received ${size}`);
    }
    if (this.values === undefined) {
      this.values = new Array(INITIAL_CAPACITY).fill(undefined);
      this.sizes = new Array(INITIAL_CAPACITY).fill(0);
    } else if (this.length === this.values.length) {
      this.values = grown(this.values, this.head, this.length);
      this.sizes = grown(this.sizes, this.head, this.length);
      this.head = 0;
    }
    const at = (this.head + this.length) & (this.values.length - 1);
    this.values[at] = value;
    this.sizes[at] = size;
    this.length++;
    this.total += size;
  }

  peek() {
    return this.values[this.head];
  }

  shift() {
    const { values, head } = this;
    const value = values[head];
    values[head] = undefined;
    // Sums of doubles may round to below zero.
    const total = this.total - this.sizes[head];
    this.total = total < 0 ? 0 : total;
    this.head = (head + 1) & (values.length - 1);
    this.length--;
    return value;
  }

  clear() {
    this.values = undefined;
    this.sizes = undefined;
    this.head = 0;
    this.length = 0;
    this.total = 0;
  }
}

return { ChunkQueue, Ring };
