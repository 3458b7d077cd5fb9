"use strict";
// The baggage of a context: https://www.w3.org/TR/baggage/

const engine = native("context");

/** Names and values that go wherever the request goes, in the order in which they go. */
class Baggage {
  #context;

  constructor(context) {
    this.#context = context;
  }

  get(name) {
    return this.#find(name)?.value;
  }

  has(name) {
    return this.#find(name) !== undefined;
  }

  /** What is said about a member: an object of names and values; a property without a value is `true`. */
  properties(name) {
    return this.#find(name)?.properties;
  }

  /** Puts a member in the place of all others with its name. Values may be any text. */
  set(name, value, properties = {}) {
    const list = Object.entries(properties).flatMap(([key, text]) => [key, text === true ? undefined : String(text)]);
    this.#call(engine.set_baggage, String(name), String(value), list);
    return this;
  }

  /** `false` if there was none. */
  delete(name) {
    return this.#call(engine.set_baggage, String(name), undefined);
  }

  *entries() {
    for (const { name, value } of this.#members()) yield [name, value];
  }

  [Symbol.iterator]() {
    return this.entries();
  }

  /** As the header has it. */
  toString() {
    return this.#context.get("baggage") ?? "";
  }

  toJSON() {
    return Object.fromEntries(this.entries());
  }

  [Symbol.for("nodejs.util.inspect.custom")](depth, options, inspect) {
    return `Baggage ${inspect(new Map(this.entries()), options)}`;
  }

  #find(name) {
    return this.#members().find((member) => member.name === name);
  }

  #members() {
    const list = this.#call(engine.baggage);
    const members = [];
    for (let i = 0; i < list.length; i += 3) {
      const pairs = [];
      for (let p = 0; p < list[i + 2].length; p += 2) pairs.push([list[i + 2][p], list[i + 2][p + 1] ?? true]);
      const properties = Object.fromEntries(pairs);
      members.push({ name: list[i], value: list[i + 1], properties });
    }
    return members;
  }

  #call(fn, ...args) {
    return fn(...load("krepis/context/context").slotAndGeneration(this.#context), ...args);
  }
}

return { Baggage };
