"use strict";
// The tokens of a string, found while they are asked for.

const { KINDS } = load("krepis/text/options");
const host = native("text");

// Numbers of a token in a batch: start, end, kind.
const NUMBERS = 3;

// Rust finds tokens in batches, few at first, for programs that look at the beginning only. Batches are used again: making
// a typed array costs more than the tokens of most texts.
class Batches {
  #numbers;
  #spare = [];

  constructor(tokens) {
    this.#numbers = tokens * NUMBERS;
  }

  take() {
    return this.#spare.pop() ?? new Uint32Array(this.#numbers);
  }

  give(batch) {
    if (this.#spare.length < 8) this.#spare.push(batch);
  }
}

const small = new Batches(16);
const large = new Batches(512);

class Tokens extends Iterator {
  #text;
  #options;
  #longest;
  #batch = small.take();
  #batches = small;
  // Tokens in the batch, and those given of them.
  #count = 0;
  #given = 0;
  // Where the next batch begins; -1 after the last one.
  #at = 0;

  constructor(text, options, longest) {
    super();
    this.#text = text;
    this.#options = options;
    this.#longest = longest;
  }

  next() {
    if (this.#given === this.#count && !this.#refill()) return { value: undefined, done: true };
    const batch = this.#batch;
    const place = this.#given * NUMBERS;
    this.#given++;
    const start = batch[place];
    const end = batch[place + 1];
    const value = { text: this.#text.slice(start, end), kind: KINDS[batch[place + 2]], start, end };
    return { value, done: false };
  }

  return(value) {
    this.#end();
    return { value, done: true };
  }

  #refill() {
    if (this.#at < 0) return this.#end();
    if (this.#count > 0 && this.#batches === small) {
      small.give(this.#batch);
      this.#batches = large;
      this.#batch = large.take();
    }
    const batch = this.#batch;
    this.#count = host.tokens(this.#text, this.#options, this.#longest, this.#at, batch);
    this.#given = 0;
    const isLast = this.#count * NUMBERS < batch.length;
    this.#at = isLast ? -1 : batch[batch.length - 2];
    return this.#count > 0 || this.#end();
  }

  // Gives the batch back, once.
  #end() {
    this.#at = -1;
    this.#given = this.#count = 0;
    if (this.#batch !== undefined) this.#batches.give(this.#batch);
    this.#batch = undefined;
    return false;
  }
}

Object.defineProperty(Tokens.prototype, Symbol.toStringTag, { value: "Tokens", configurable: true });

return { Tokens };
