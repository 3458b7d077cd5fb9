"use strict";
// Dir: an open folder, read entry by entry.

const { pathOf, textOf } = load("node/fs/arguments");
const { checkFunction, coded } = load("node/errors");
const { nextTick } = load("task_queue");

class Dir {
  #path;
  #entries;
  #at = 0;
  #closed = false;

  constructor(path, entries) {
    this.#path = path;
    this.#entries = entries;
  }

  get path() {
    return this.#path;
  }

  #check() {
    if (this.#closed) throw coded(Error, "ERR_DIR_CLOSED", "Directory handle was closed");
  }

  readSync() {
    this.#check();
    return this.#entries[this.#at++] ?? null;
  }

  read(callback) {
    if (callback === undefined) return (async () => this.readSync())();
    checkFunction(callback, "callback");
    const entry = this.readSync();
    nextTick(callback, null, entry);
    return undefined;
  }

  closeSync() {
    this.#check();
    this.#closed = true;
  }

  close(callback) {
    if (callback === undefined) return (async () => this.closeSync())();
    checkFunction(callback, "callback");
    this.closeSync();
    nextTick(callback, null);
    return undefined;
  }

  async *entries() {
    try {
      for (let entry = this.readSync(); entry !== null; entry = this.readSync()) yield entry;
    } finally {
      if (!this.#closed) this.closeSync();
    }
  }

  [Symbol.asyncIterator]() {
    return this.entries();
  }

  [Symbol.dispose]() {
    if (!this.#closed) this.closeSync();
  }

  async [Symbol.asyncDispose]() {
    if (!this.#closed) this.closeSync();
  }
}

function* open(operations, path, options = {}) {
  const folder = pathOf(path);
  try {
    const entries = yield* operations.readdir(folder, {
      encoding: typeof options === "string" ? options : options?.encoding, recursive: options?.recursive,
      withFileTypes: true,
    });
    return new Dir(textOf(folder), entries);
  } catch (error) {
    if (error.syscall === "scandir") {
      error.syscall = "opendir";
      error.message = error.message.replace(", scandir ", ", opendir ");
    }
    throw error;
  }
}

return { Dir, open };
