"use strict";
// Dir: an open folder, read some entries at a time.

const { booleanOf, integerOf, optionsOf, pathOf, textOf } = load("node/fs/arguments");
const { Dirent } = load("node/fs/stats");
const { Call } = load("node/fs/operations");
const { runLater, runNow } = load("node/fs/forms");
const { checkFunction, coded } = load("node/errors");
const { nextTick } = load("task_queue");
const { constants } = load("node/fs/constants");

// One that nobody closed is closed when nobody can any more.
const forgotten = new FinalizationRegistry((handle) => {
  if (handle.number !== undefined) native("fs").run("close_folder", handle.number);
});

class Dir {
  #path;
  #settings;
  // The native folder that is being read, and which it is.
  #handle = { number: undefined };
  #folder;
  #entries = [];
  // Folders inside, still to be read.
  #below = [];
  #isClosed = false;
  // The last of the calls that are under way, which happen one after the other.
  #busy;

  constructor(number, path, settings) {
    if (number === undefined || number === null) {
      throw coded(TypeError, "ERR_MISSING_ARGS", 'The "handle" argument must be specified');
    }
    this.#handle.number = number;
    this.#path = textOf(path);
    this.#folder = this.#path;
    this.#settings = settings;
    forgotten.register(this, this.#handle, this.#handle);
  }

  get path() {
    return this.#path;
  }

  *#next() {
    for (;;) {
      if (this.#entries.length > 0) return this.#entries.shift();
      if (this.#handle.number === undefined) {
        this.#folder = this.#below.shift();
        if (this.#folder === undefined) return null;
        this.#handle.number = yield openCall(this.#folder);
      }
      const { number } = this.#handle;
      const list = yield new Call(["read_folder", number, this.#settings.bufferSize], "scandir", this.#folder);
      if (list.length === 0) {
        // The first stays open until it is closed.
        if (this.#below.length === 0) return null;
        yield this.#closing();
      }
      for (let i = 0; i < list.length; i += 2) this.#take(list[i], list[i + 1]);
    }
  }

  #take(name, kind) {
    const { convert, recursive } = this.#settings;
    this.#entries.push(new Dirent(convert(name), this.#folder, kind));
    if (recursive && kind === constants.UV_DIRENT_DIR) {
      this.#below.push(load("node/path/posix").join(this.#folder, textOf(name)));
    }
  }

  #closing() {
    const { number } = this.#handle;
    this.#handle.number = undefined;
    return new Call(number === undefined ? undefined : ["close_folder", number], "closedir", this.#path);
  }

  #check() {
    if (this.#isClosed) throw coded(Error, "ERR_DIR_CLOSED", "Directory handle was closed");
  }

  #checkSync() {
    this.#check();
    if (this.#busy === undefined) return;
    throw coded(Error, "ERR_DIR_CONCURRENT_OPERATION",
      "Cannot do synchronous work on directory handle with concurrent asynchronous operations");
  }

  #later(work) {
    const before = this.#busy;
    const run = (async () => {
      await before?.catch(() => {});
      return runLater(work());
    })();
    this.#busy = run;
    const done = () => {
      if (this.#busy === run) this.#busy = undefined;
    };
    run.then(done, done);
    return run;
  }

  readSync() {
    this.#checkSync();
    return runNow(this.#next());
  }

  read(callback) {
    if (callback === undefined) {
      return (async () => {
        this.#check();
        return this.#later(() => this.#next());
      })();
    }
    checkFunction(callback, "callback");
    this.#check();
    this.#later(() => this.#next()).then((entry) => nextTick(callback, null, entry), (error) => nextTick(callback, error));
    return undefined;
  }

  closeSync() {
    this.#checkSync();
    this.#isClosed = true;
    forgotten.unregister(this.#handle);
    runNow(this.#closing());
  }

  close(callback) {
    if (callback === undefined) return (async () => this.#close())();
    checkFunction(callback, "callback");
    this.#check();
    this.#close().then(() => nextTick(callback, null), (error) => nextTick(callback, error));
    return undefined;
  }

  #close() {
    this.#check();
    this.#isClosed = true;
    forgotten.unregister(this.#handle);
    return this.#later(() => this.#closing());
  }

  async *entries() {
    try {
      for (let entry = await this.read(); entry !== null; entry = await this.read()) yield entry;
    } finally {
      if (!this.#isClosed) await this.close();
    }
  }

  [Symbol.dispose]() {
    if (!this.#isClosed) this.closeSync();
  }

  async [Symbol.asyncDispose]() {
    if (!this.#isClosed) await this.close();
  }
}

Object.defineProperty(Dir.prototype, Symbol.asyncIterator, {
  value: Dir.prototype.entries, writable: true, enumerable: false, configurable: true,
});

function openCall(path, settings) {
  const finish = settings === undefined ? undefined : (number) => new Dir(number, path, settings);
  return new Call(["open_folder", path], "opendir", textOf(path), undefined, finish);
}

function open(path, options, nameIn) {
  const { bufferSize = 32, encoding, recursive } = optionsOf(options, { encoding: "utf8" });
  const folder = pathOf(path);
  integerOf(bufferSize, "options.bufferSize", 1, 2 ** 32 - 1);
  booleanOf(recursive, "options.recursive");
  return openCall(folder, { bufferSize, recursive, convert: nameIn(encoding) ?? textOf });
}

return { Dir, open };
