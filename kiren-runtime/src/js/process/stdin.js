"use strict";
// process.stdin: a readable stream over the host's reader. Nothing is read, and no thread runs, before a
// program listens to 'data' or 'readable', iterates, pipes or resumes. It has the interface of node:stream's
// Readable, and gives way to it.

const { EventEmitter, listenersChanged } = load("node/emitter");
const { coded, systemError } = load("node/errors");
const { nextTick } = load("task_queue");
const { Chunk, Decoder, checkEncoding } = load("process/text");

class Input extends EventEmitter {
  // null: not decided yet, as long as nobody has asked for data.
  #flowing = null;
  #chunks = [];
  #decoder = null;
  #encoding = null;
  #reading = false;
  #referenced = true;
  #held = false;
  // The end was read; 'end' was emitted; destroyed.
  #finished = false;
  #ended = false;
  #destroyed = false;
  #emitting = false;
  #raw = false;

  get fd() {
    return 0;
  }

  get readable() {
    return !this.#ended && !this.#destroyed;
  }

  get readableEnded() {
    return this.#ended;
  }

  get readableFlowing() {
    return this.#flowing;
  }

  get readableEncoding() {
    return this.#encoding;
  }

  get readableLength() {
    return this.#chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  }

  get destroyed() {
    return this.#destroyed;
  }

  get closed() {
    return this.#destroyed;
  }

  get errored() {
    return null;
  }

  get readableAborted() {
    return this.#destroyed && !this.#ended;
  }

  get readableDidRead() {
    return this.#reading || this.#finished;
  }

  get readableHighWaterMark() {
    return 65536;
  }

  get readableObjectMode() {
    return false;
  }

  setEncoding(encoding) {
    this.#encoding = checkEncoding(encoding ?? "utf8");
    this.#decoder = new Decoder(this.#encoding);
    const waiting = this.#chunks;
    this.#chunks = [];
    for (const chunk of waiting) this.#push(this.#decoder.write(chunk));
    return this;
  }

  [listenersChanged](type, count) {
    if (type === "data" && count > 0 && this.#flowing !== false && this.listenerCount("readable") === 0) {
      this.resume();
    }
    if (type === "readable" && count > 0) {
      this.#flowing = false;
      this.#read();
      if (this.#chunks.length > 0 || this.#finished) this.#announceReadable();
    }
  }

  resume() {
    if (this.#destroyed) return this;
    this.#flowing = true;
    nextTick(Input.#flow, this);
    this.#read();
    return this;
  }

  pause() {
    this.#flowing = false;
    this.#hold();
    return this;
  }

  isPaused() {
    return this.#flowing === false;
  }

  ref() {
    this.#referenced = true;
    this.#hold();
    return this;
  }

  unref() {
    this.#referenced = false;
    this.#hold();
    return this;
  }

  // The next `size` bytes or characters, or all that has come; null when there is none.
  read(size) {
    let result = null;
    if (this.#chunks.length > 0 && size !== 0) {
      const all = this.#join();
      if (size === undefined || size >= all.length) {
        result = size === undefined || size === all.length || this.#finished ? all : null;
      } else {
        result = all.slice(0, size);
        this.#chunks.push(all.slice(size));
      }
      if (result === null) this.#chunks.push(all);
    }
    if (result !== null) this.emit("data", result);
    if (this.#chunks.length === 0 && this.#finished) nextTick(Input.#end, this);
    else this.#read();
    return result;
  }

  unshift(chunk) {
    this.#chunks.unshift(chunk);
  }

  #join() {
    const chunks = this.#chunks;
    this.#chunks = [];
    if (chunks.length === 1) return chunks[0];
    if (typeof chunks[0] === "string") return chunks.join("");
    const all = new Chunk(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
    let at = 0;
    for (const chunk of chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    return all;
  }

  // Asks the host for more, unless it is asked already.
  #read() {
    if (!this.#reading && !this.#finished && !this.#destroyed) {
      this.#reading = true;
      native("process").read_stdin().then(
        (bytes) => {
          this.#reading = false;
          this.#arrived(bytes);
        },
        (error) => {
          this.#reading = false;
          this.destroy(error);
        },
      );
    }
    this.#hold();
  }

  // A read under way keeps the program alive while somebody wants its result.
  #hold() {
    const wanted = this.#flowing === true || this.listenerCount("readable") > 0;
    const held = this.#reading && this.#referenced && wanted && !this.#destroyed;
    if (held === this.#held) return;
    this.#held = held;
    native("process").hold(held ? 1 : -1);
  }

  #arrived(bytes) {
    if (this.#destroyed) {
      this.#hold();
      return;
    }
    if (bytes.length === 0) {
      this.#finished = true;
      if (this.#decoder !== null) this.#push(this.#decoder.end());
    } else {
      this.#push(this.#decoder === null ? Chunk.of(bytes) : this.#decoder.write(bytes));
    }
    if (this.#flowing === true) Input.#flow(this);
    else if (this.listenerCount("readable") > 0) this.#announceReadable();
    this.#hold();
  }

  #push(chunk) {
    if (chunk.length > 0) this.#chunks.push(chunk);
  }

  #announceReadable() {
    if (this.#emitting) return;
    this.#emitting = true;
    nextTick(Input.#emitReadable, this);
  }

  static #emitReadable(input) {
    input.#emitting = false;
    if (input.#destroyed || input.#ended) return;
    input.emit("readable");
    if (input.#finished && input.#chunks.length === 0) nextTick(Input.#end, input);
  }

  // Hands on what has come while the stream flows.
  static #flow(input) {
    while (input.#flowing === true && input.#chunks.length > 0) input.emit("data", input.#chunks.shift());
    if (input.#flowing !== true) return;
    if (input.#finished) Input.#end(input);
    else input.#read();
  }

  static #end(input) {
    if (input.#ended || input.#destroyed) return;
    input.#ended = true;
    input.emit("end");
    input.destroy();
  }

  destroy(error) {
    if (this.#destroyed) return this;
    this.#destroyed = true;
    this.#hold();
    nextTick(Input.#close, this, error);
    return this;
  }

  static #close(input, error) {
    if (error !== undefined && error !== null) input.emit("error", error);
    input.emit("close");
  }

  pipe(destination, options) {
    this.on("data", (chunk) => {
      if (destination.write(chunk) === false && destination.writableNeedDrain) {
        this.pause();
        destination.once("drain", () => this.resume());
      }
    });
    const { process } = load("process");
    if (options?.end !== false && destination !== process.stdout && destination !== process.stderr) {
      this.once("end", () => destination.end());
    }
    destination.emit?.("pipe", this);
    return destination;
  }

  async *[Symbol.asyncIterator]() {
    let wake;
    let failure;
    const stir = () => wake?.();
    const failed = (error) => {
      failure = { error };
      stir();
    };
    this.on("readable", stir).on("end", stir).on("close", stir).on("error", failed);
    try {
      for (;;) {
        const chunk = this.#destroyed ? null : this.read();
        if (chunk !== null) {
          yield chunk;
        } else if (failure !== undefined) {
          throw failure.error;
        } else if (this.#ended || this.#destroyed) {
          return;
        } else {
          await new Promise((resolve) => (wake = resolve));
        }
      }
    } finally {
      this.off("readable", stir).off("end", stir).off("close", stir).off("error", failed);
      this.destroy();
    }
  }

  get isRaw() {
    return this.#raw;
  }

  setRawMode(raw) {
    if (!this.isTTY) throw coded(Error, "ERR_INVALID_STATE", "standard input is not a terminal");
    const failure = native("process").set_raw_mode(Boolean(raw));
    if (failure !== undefined) throw systemError("setRawMode", failure);
    this.#raw = Boolean(raw);
    return this;
  }
}

load("process/kinds").belongs(Input, "Readable");

// Only a terminal has these, and packages ask for them by name.
function openInput() {
  const input = new Input();
  if (native("stdio").is_terminal(0)) {
    input.isTTY = true;
  } else {
    Object.defineProperty(input, "setRawMode", { value: undefined, writable: true, configurable: true });
    Object.defineProperty(input, "isRaw", { value: undefined, writable: true, configurable: true });
  }
  return input;
}

return { openInput };
