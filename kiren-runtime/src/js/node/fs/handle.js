"use strict";
// FileHandle: an open file of fs/promises.

const { EventEmitter } = load("node/emitter");
const { operations } = load("node/fs/operations");
const { checkAborted, promiseForm, runLater } = load("node/fs/forms");
const { booleanOf } = load("node/fs/arguments");
const { coded, invalidArgType } = load("node/errors");

// Those who use a handle say so: it is closed when the last of them has ended.
const ref = Symbol("ref");
const unref = Symbol("unref");

class FileHandle extends EventEmitter {
  #fd;
  #users = 1;
  #closing;
  #isLocked = false;

  constructor(fd) {
    super();
    this.#fd = fd;
    // One function of each handle, as programs expect that take it off.
    this.close = () => this.#close();
    Object.defineProperty(this, "close", { enumerable: false });
  }

  get fd() {
    return this.#fd;
  }

  getAsyncId() {
    return -1;
  }

  [ref]() {
    this.#users++;
  }

  [unref]() {
    if (--this.#users > 0 || this.#fd < 0) return;
    const work = operations.close(this.#fd);
    this.#fd = -1;
    const { resolve, reject } = this.#closing ?? {};
    runLater(work).then(resolve, reject);
  }

  // Runs an operation on this file.
  async #on(name, ...args) {
    if (this.#fd < 0) throw closedError(name);
    this[ref]();
    try {
      return await promiseForm(operations[name], name)(this.#fd, ...args);
    } finally {
      this[unref]();
    }
  }

  appendFile(data, options) {
    return this.writeFile(data, options);
  }

  chmod(mode) {
    return this.#on("fchmod", mode);
  }

  chown(uid, gid) {
    return this.#on("fchown", uid, gid);
  }

  datasync() {
    return this.#on("fdatasync");
  }

  sync() {
    return this.#on("fsync");
  }

  async read(buffer, offset, length, position) {
    if (buffer === undefined || (buffer !== null && !ArrayBuffer.isView(buffer) && typeof buffer === "object")) {
      ({ buffer, offset, length, position } = buffer ?? {});
      buffer ??= load("node/buffer/class").Buffer.alloc(16384);
    }
    if (offset !== null && typeof offset === "object") ({ offset, length, position } = offset);
    length ??= buffer?.byteLength - (offset ?? 0);
    const bytesRead = await this.#on("read", buffer, offset, length, position);
    return { __proto__: null, bytesRead, buffer };
  }

  async readv(buffers, position) {
    return { __proto__: null, bytesRead: await this.#on("readv", buffers, position), buffers };
  }

  readFile(options) {
    return this.#on("readFile", options);
  }

  async *readLines(options) {
    const stream = this.createReadStream({ encoding: "utf8", ...options });
    let rest = "";
    for await (const chunk of stream) {
      const lines = (rest + chunk).split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop();
      yield* lines;
    }
    if (rest !== "") yield rest;
  }

  stat(options) {
    return this.#on("fstat", options);
  }

  truncate(length) {
    return this.#on("ftruncate", length);
  }

  utimes(atime, mtime) {
    return this.#on("futimes", atime, mtime);
  }

  async write(data, offset, length, position) {
    return { __proto__: null, bytesWritten: await this.#on("write", data, offset, length, position), buffer: data };
  }

  async writev(buffers, position) {
    return { __proto__: null, bytesWritten: await this.#on("writev", buffers, position), buffers };
  }

  async writeFile(data, options) {
    if (typeof data !== "string" && !ArrayBuffer.isView(data) &&
        (typeof data?.[Symbol.asyncIterator] === "function" || typeof data?.[Symbol.iterator] === "function")) {
      const { signal } = options ?? {};
      for await (const chunk of data) {
        checkAborted(signal);
        await this.#on("writeFile", chunk, options);
        checkAborted(signal);
      }
      return;
    }
    await this.#on("writeFile", data, options);
  }

  createReadStream(options) {
    const { ReadStream } = load("node/fs/streams");
    return new ReadStream(undefined, { ...options, fd: this });
  }

  createWriteStream(options) {
    const { WriteStream } = load("node/fs/streams");
    return new WriteStream(undefined, { ...options, fd: this });
  }

  // What is read as a web stream; a file is read by one at a time.
  readableWebStream(options = {}) {
    if (this.#fd < 0) throw coded(Error, "ERR_INVALID_STATE", "Invalid state: The FileHandle is closed");
    if (this.#closing !== undefined) {
      throw coded(Error, "ERR_INVALID_STATE", "Invalid state: The FileHandle is closing");
    }
    if (this.#isLocked) throw coded(Error, "ERR_INVALID_STATE", "Invalid state: The FileHandle is locked");
    if (options === null || typeof options !== "object") throw invalidArgType("options", "of type object", options);
    const autoClose = booleanOf(options.autoClose, "options.autoClose");
    this.#isLocked = true;
    this[ref]();
    const end = async () => {
      this[unref]();
      if (autoClose) await this.close();
    };
    const stream = new (load("streams").ReadableStream)({
      type: "bytes",
      autoAllocateChunkSize: 16384,
      pull: async (controller) => {
        const { byobRequest } = controller;
        const { bytesRead } = await this.read(byobRequest.view, 0, byobRequest.view.byteLength);
        if (bytesRead === 0) {
          controller.close();
          byobRequest.respond(0);
          await end();
          return;
        }
        byobRequest.respond(bytesRead);
      },
      cancel: end,
    });
    this.once("close", () => {
      if (!stream.locked) stream.cancel().catch(() => {});
    });
    return stream;
  }

  #close() {
    if (this.#fd < 0) return Promise.resolve();
    if (this.#closing !== undefined) return this.#closing.promise;
    const closing = Promise.withResolvers();
    this.#closing = closing;
    const end = () => {
      this.#closing = undefined;
    };
    closing.promise.then(end, end);
    this[unref]();
    this.emit("close");
    return closing.promise;
  }

  async [Symbol.asyncDispose]() {
    await this.close();
  }
}

function closedError(syscall) {
  const error = new Error("file closed");
  error.code = "EBADF";
  error.syscall = syscall;
  return error;
}

return { FileHandle, ref, unref };
