"use strict";
// ByteLengthQueuingStrategy and CountQueuingStrategy.
// Spec: https://streams.spec.whatwg.org/#qs

const { defineInterface, describe, invalidThis, isObject, required } = load("streams/base");

// Neither is a constructor, and every strategy shows the same function.
const { size: byteLengthSize } = { size: (chunk) => chunk.byteLength };
const { size: countSize } = { size: () => 1 };

function toInit(init) {
  if (init !== undefined && init !== null && !isObject(init)) {
    throw new TypeError(`init must be an object, received ${describe(init)}`);
  }
  const highWaterMark = init?.highWaterMark;
  if (highWaterMark === undefined) throw new TypeError("init.highWaterMark is required");
  return +highWaterMark;
}

class ByteLengthQueuingStrategy {
  #highWaterMark;

  constructor(init) {
    required(arguments.length, 1, "ByteLengthQueuingStrategy");
    this.#highWaterMark = toInit(init);
  }

  get highWaterMark() {
    if (!(#highWaterMark in this)) throw invalidThis("ByteLengthQueuingStrategy");
    return this.#highWaterMark;
  }

  get size() {
    if (!(#highWaterMark in this)) throw invalidThis("ByteLengthQueuingStrategy");
    return byteLengthSize;
  }
}

class CountQueuingStrategy {
  #highWaterMark;

  constructor(init) {
    required(arguments.length, 1, "CountQueuingStrategy");
    this.#highWaterMark = toInit(init);
  }

  get highWaterMark() {
    if (!(#highWaterMark in this)) throw invalidThis("CountQueuingStrategy");
    return this.#highWaterMark;
  }

  get size() {
    if (!(#highWaterMark in this)) throw invalidThis("CountQueuingStrategy");
    return countSize;
  }
}

defineInterface(ByteLengthQueuingStrategy, "ByteLengthQueuingStrategy");
defineInterface(CountQueuingStrategy, "CountQueuingStrategy");

return { ByteLengthQueuingStrategy, CountQueuingStrategy };
