"use strict";
// FileHandle: an open file of fs/promises.

const { EventEmitter } = load("node/emitter");
const { operations } = load("node/fs/operations");
const { promiseForm, runLater } = load("node/fs/forms");
const { coded } = load("node/errors");

class FileHandle extends EventEmitter {
  #fd;
  #closing;

  constructor(fd) {
    super();
    this.#fd = fd;
  }

  get fd() {
    return this.#fd;
  }

  // Runs an operation on this file.
  async #on(name, ...args) {
    if (this.#fd < 0) {
      const error = coded(Error, "EBADF", "file closed");
      error.syscall = name;
      throw error;
    }
    return promiseForm(operations[name], name)(this.#fd, ...args);
  }

  appendFile(data, options) {
    return this.#on("writeFile", data, options);
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
      for await (const chunk of data) await this.#on("writeFile", chunk, options);
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

  close() {
    if (this.#closing !== undefined) return this.#closing;
    if (this.#fd < 0) return Promise.resolve();
    const work = operations.close(this.#fd);
    this.#fd = -1;
    this.#closing = runLater(work).finally(() => {
      this.#closing = undefined;
      this.emit("close");
    });
    return this.#closing;
  }

  async [Symbol.asyncDispose]() {
    await this.close();
  }
}

return { FileHandle };
