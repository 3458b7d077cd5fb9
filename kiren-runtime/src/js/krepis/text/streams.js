"use strict";
// The classes for texts that come in chunks. Rust keeps their state, see ext/text/streams.rs.

const { checkString } = load("node/errors");
const parse = load("krepis/text/options");
const host = native("text");

const dropped = new FinalizationRegistry((stream) => host.free_stream(stream.id));

// What the classes have in common: the stream of Rust, made when the first chunk comes, and the first half of a character
// that the next chunk completes.
class Stream {
  #make;
  #high = "";
  // Shared with the registry, which must not keep the object itself. -1: there is none.
  #stream = { id: -1 };

  constructor(make) {
    this.#make = make;
    dropped.register(this, this.#stream);
  }

  get id() {
    if (this.#stream.id < 0) this.#stream.id = this.#make();
    return this.#stream.id;
  }

  push(chunk) {
    checkString(chunk, "chunk");
    const text = this.#high + chunk;
    const isCut = (text.charCodeAt(text.length - 1) & 0xfc00) === 0xd800;
    this.#high = isCut ? text.at(-1) : "";
    return host.push(this.id, isCut ? text.slice(0, -1) : text);
  }

  // What the last half of a character gives, if there is one, and the rest.
  finish() {
    const id = this.id;
    const high = this.#high;
    this.#high = "";
    this.#stream.id = -1;
    try {
      const last = high === "" ? undefined : host.push(id, high);
      return [last, host.finish(id)];
    } catch (error) {
      // A new text may begin all the same.
      host.free_stream(id);
      throw error;
    }
  }
}

class Normalizer {
  #stream;

  constructor(form) {
    const options = parse.normalization(form);
    this.#stream = new Stream(() => host.new_normalizer(options));
  }

  push(chunk) {
    return this.#stream.push(chunk);
  }

  finish() {
    return this.#stream.finish().join("");
  }
}

class WordCounter {
  #stream;

  constructor(mode) {
    const words = parse.words(mode);
    this.#stream = new Stream(() => host.new_counter(words));
  }

  push(chunk) {
    this.#stream.push(chunk);
  }

  get count() {
    return host.words_so_far(this.#stream.id);
  }

  finish() {
    return this.#stream.finish()[1];
  }
}

class Truncator {
  #stream;

  constructor(limit, unit, options) {
    const most = parse.limit(limit);
    const { unit: number, ellipsis } = parse.truncation(unit, options);
    this.#stream = new Stream(() => host.new_truncator(most, number, ellipsis));
  }

  push(chunk) {
    return this.#stream.push(chunk);
  }

  get isFull() {
    return host.is_full(this.#stream.id);
  }

  finish() {
    return this.#stream.finish().join("");
  }
}

class Tokenizer {
  #stream;

  constructor(options) {
    const kinds = parse.tokenization(options);
    const longest = parse.longest(options);
    this.#stream = new Stream(() => host.new_tokenizer(kinds, longest));
  }

  push(chunk) {
    return tokensOf(this.#stream.push(chunk));
  }

  finish() {
    return this.#stream.finish().flatMap((found) => (found === undefined ? [] : tokensOf(found)));
  }
}

// From text, kind and start of each.
function tokensOf(found) {
  const tokens = [];
  for (let at = 0; at < found.length; at += 3) {
    const text = found[at];
    const start = found[at + 2];
    tokens.push({ text, kind: parse.KINDS[found[at + 1]], start, end: start + text.length });
  }
  return tokens;
}

return { Normalizer, Tokenizer, Truncator, WordCounter };
