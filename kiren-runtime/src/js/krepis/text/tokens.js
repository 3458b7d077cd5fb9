"use strict";
// The tokens of a string, found while they are asked for.

const { KINDS } = load("krepis/text/options");
const host = native("text");

// Rust finds tokens in batches, few at first, for programs that look at the beginning only.
const FIRST_BATCH = 16;
const LARGEST_BATCH = 512;
// Numbers of a token in a batch: start, end, kind.
const NUMBERS = 3;

// First batches that nobody uses: making a typed array costs more than most texts.
const spare = [];
const MOST_SPARE = 8;

class Tokens extends Iterator {
  #text;
  #options;
  #longest;
  #batch = spare.pop() ?? new Uint32Array(FIRST_BATCH * NUMBERS);
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

  #end() {
    this.#at = -1;
    this.#given = this.#count = 0;
    if (this.#batch?.length === FIRST_BATCH * NUMBERS && spare.length < MOST_SPARE) spare.push(this.#batch);
    this.#batch = undefined;
    return false;
  }

  #refill() {
    if (this.#at < 0) return this.#end();
    if (this.#count > 0 && this.#count < LARGEST_BATCH) {
      this.#batch = new Uint32Array(this.#batch.length * 2);
    }
    const batch = this.#batch;
    this.#count = host.tokens(this.#text, this.#options, this.#longest, this.#at, batch);
    this.#given = 0;
    const isLast = this.#count * NUMBERS < batch.length;
    this.#at = isLast ? -1 : batch[batch.length - 2];
    return this.#count > 0 || this.#end();
  }
}

Object.defineProperty(Tokens.prototype, Symbol.toStringTag, { value: "Tokens", configurable: true });

return { Tokens };
