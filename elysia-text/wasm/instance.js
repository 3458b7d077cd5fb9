// An instance of the module, and the way of text into its memory and out of it. An instance keeps nothing from one text to
// the next: memory is used again, and where a long text has taken much of it the instance is thrown away.

import { coded } from "./arguments.js";

/** An instance with more memory than this, in bytes, is thrown away. */
const KEPT = 4 << 20;

/** Shorter strings are copied faster one unit at a time. */
const SHORT = 24;

/** Writes and reads UTF-16 at once where there is one (Node, Bun, Deno, Krepis); lone surrogates stay what they are. */
const { Buffer } = globalThis;

export class Instance {
  /** The exports of the module: `src/exports.rs`. */
  wasm;
  /** Who wrote the text that is in memory, if they said so. */
  owner = null;
  #module;
  #units;
  #numbers;
  #bytes;
  /** Where text and results are, in units and in numbers. */
  #input = 0;
  #output = 0;

  constructor(module, instance) {
    this.#module = module;
    this.#adopt(instance ?? new WebAssembly.Instance(module));
  }

  #adopt(instance) {
    this.wasm = instance.exports;
    this.owner = null;
    this.#output = this.wasm.output() >>> 2;
    this.#look();
  }

  /** Memory that has grown wants new views. */
  #look() {
    const { buffer } = this.wasm.memory;
    this.#units = new Uint16Array(buffer);
    this.#numbers = new Uint32Array(buffer);
    this.#bytes = Buffer?.from(buffer);
  }

  /** Makes `text`, and `more` behind it, the text that exports work on. */
  write(text, more = "") {
    this.owner = null;
    this.#input = this.wasm.input(text.length + more.length) >>> 1;
    if (this.#units.length === 0) this.#look();
    this.#copy(text, this.#input);
    if (more !== "") this.#copy(more, this.#input + text.length);
  }

  #copy(text, at) {
    if (text.length > SHORT && this.#bytes !== undefined) {
      this.#bytes.write(text, at * 2, "utf16le");
      return;
    }
    const units = this.#units;
    for (let index = 0; index < text.length; index++) units[at + index] = text.charCodeAt(index);
  }

  /** A number of the last result. */
  result(index) {
    if (this.#numbers.length === 0) this.#look();
    return this.#numbers[this.#output + index];
  }

  /** A copy of numbers of the last result. */
  results(from, to) {
    return this.#numbers.slice(this.#output + from, this.#output + to);
  }

  /** The string of `length` units at `address`, which is sliced from `text` where that is what was written there. */
  read(address, length, text) {
    const at = address >>> 1;
    const start = at - this.#input;
    if (start + length <= text.length) return text.slice(start, start + length);
    if (length > SHORT && this.#bytes !== undefined) return this.#bytes.toString("utf16le", at * 2, (at + length) * 2);
    let made = "";
    // As many arguments as every engine takes.
    for (let from = at; from < at + length; from += 4096) {
      made += String.fromCharCode.apply(null, this.#units.subarray(from, Math.min(from + 4096, at + length)));
    }
    return made;
  }

  /** Gives the memory back that a long text has taken. */
  release() {
    if (this.#units.length === 0) this.#look();
    if (this.#units.byteLength > KEPT) this.#renew();
  }

  #renew() {
    this.#adopt(new WebAssembly.Instance(this.#module));
  }

  /** What to throw for what was thrown in a call: for lack of memory it ended in the midst, and the instance with it. */
  failure(error) {
    if (!(error instanceof WebAssembly.RuntimeError)) return error;
    this.#renew();
    const message = "The text is too long for the memory of WebAssembly";
    return coded(RangeError, "ERR_OUT_OF_RANGE", message, { cause: error });
  }
}
