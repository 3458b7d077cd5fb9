"use strict";
// process.stdout and process.stderr: writable streams without a queue, since each write is handed to the host at
// once. What is here has the interface of node:stream's Writable, and gives way to it.

const { EventEmitter } = load("node/emitter");
const { coded, invalidArgType } = load("node/errors");
const { nextTick } = load("task_queue");

class Output extends EventEmitter {
  #fd;
  #ended = false;
  #destroyed = false;

  constructor(fd) {
    super();
    this.#fd = fd;
  }

  get fd() {
    return this.#fd;
  }

  get writable() {
    return !this.#ended && !this.#destroyed;
  }

  get writableEnded() {
    return this.#ended;
  }

  get writableFinished() {
    return this.#ended;
  }

  get writableLength() {
    return 0;
  }

  get writableHighWaterMark() {
    return 16384;
  }

  get writableNeedDrain() {
    return false;
  }

  get writableObjectMode() {
    return false;
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

  get writableAborted() {
    return false;
  }

  get writableCorked() {
    return 0;
  }

  write(chunk, encoding, callback) {
    if (typeof encoding === "function") {
      callback = encoding;
      encoding = undefined;
    }
    if (!this.writable) {
      const error = this.#destroyed
        ? coded(Error, "ERR_STREAM_DESTROYED", "Cannot call write after a stream was destroyed")
        : coded(Error, "ERR_STREAM_WRITE_AFTER_END", "write after end");
      if (typeof callback === "function") nextTick(callback, error);
      nextTick(emitError, this, error);
      return false;
    }
    writeTo(this.#fd, chunk, encoding);
    if (typeof callback === "function") nextTick(callback);
    return true;
  }

  end(chunk, encoding, callback) {
    if (typeof chunk === "function") {
      callback = chunk;
      chunk = undefined;
    } else if (typeof encoding === "function") {
      callback = encoding;
      encoding = undefined;
    }
    if (chunk !== undefined && chunk !== null) this.write(chunk, encoding);
    if (typeof callback === "function") this.once("finish", callback);
    if (!this.#ended) {
      this.#ended = true;
      nextTick(emitFinish, this);
    }
    return this;
  }

  // The descriptor stays open: others write to it too.
  destroy(error) {
    if (this.#destroyed) return this;
    this.#destroyed = true;
    if (error !== undefined && error !== null) nextTick(emitError, this, error);
    nextTick(emitClose, this);
    return this;
  }

  cork() {}

  uncork() {}

  setDefaultEncoding() {
    return this;
  }

  // Since there is no queue, nothing is ever unreferenced.
  ref() {
    return this;
  }

  unref() {
    return this;
  }
}

function writeTo(fd, chunk, encoding) {
  const stdio = native("stdio");
  if (chunk === null) throw coded(TypeError, "ERR_STREAM_NULL_VALUES", "May not write null values to stream");
  if (typeof chunk === "string") {
    const name = load("process/text").checkEncoding(encoding ?? "utf8");
    if (name === "utf8") {
      if (fd === 1) stdio.write_stdout(chunk);
      else stdio.write_stderr(chunk);
      return;
    }
    stdio.write_bytes(fd, load("process/text").encode(chunk, name));
  } else if (ArrayBuffer.isView(chunk)) {
    stdio.write_bytes(fd, chunk);
  } else {
    throw invalidArgType("chunk", "of type string or an instance of Buffer, TypedArray, or DataView", chunk);
  }
}

function emitError(stream, error) {
  stream.emit("error", error);
}

function emitFinish(stream) {
  stream.emit("finish");
}

function emitClose(stream) {
  stream.emit("close");
}

load("process/kinds").belongs(Output, "Writable");

function openOutput(fd) {
  if (!native("stdio").is_terminal(fd)) return new Output(fd);
  const { makeTerminal } = load("process/terminal");
  return makeTerminal(Output, fd);
}

return { openOutput };
