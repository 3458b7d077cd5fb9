"use strict";
// fs.Utf8Stream: text for a log file, gathered and written in large pieces.

const { EventEmitter } = load("node/emitter");
const { booleanOf, integerOf } = load("node/fs/arguments");
const { checkFunction, checkString, coded, invalidArgType, invalidArgValue } = load("node/errors");
const { Buffer } = load("node/buffer/class");
const { nextTick } = load("task_queue");
const { clearInterval, setInterval, setTimeout } = load("timers");

const MAX_WRITE_LEN = 16 * 1024;
const RETRY_MS = 100;

function sizeOf(value, name, missing = 0) {
  return value === undefined || value === null ? missing : integerOf(value, name, 0, 2 ** 32 - 1);
}

function state(text) {
  return coded(Error, "ERR_INVALID_STATE", `Invalid state: ${text}`);
}

class Utf8Stream extends EventEmitter {
  #fs;
  #fd = -1;
  #file = null;
  #waiting = [];
  #waitingLength = 0;
  #isOpening = false;
  #isWriting = false;
  #isEnding = false;
  #isDestroyed = false;
  #isTicking = false;
  #flushes = [];
  #settings;
  #timer;

  constructor(options = {}) {
    super();
    const {
      append = true, contentMode = "utf8", dest, fs, fsync = false, maxLength, maxWrite, minLength, mkdir = false, mode,
      periodicFlush = 0, retryEAGAIN = () => true, sync = false,
    } = options;
    const fd = options.fd ?? dest;
    if (typeof fd !== "number" && typeof fd !== "string") {
      throw invalidArgType("fd", "one of type number or string", fd);
    }
    for (const [name, value] of Object.entries({ append, fsync, mkdir, sync })) booleanOf(value, `options.${name}`);
    checkFunction(retryEAGAIN, "options.retryEAGAIN");
    integerOf(periodicFlush, "options.periodicFlush");
    if (fs !== undefined && (fs === null || typeof fs !== "object")) throw invalidArgType("options.fs", "of type object", fs);
    if (contentMode !== "utf8" && contentMode !== "buffer") {
      throw invalidArgValue("options.contentMode", contentMode, "must be one of: 'buffer', 'utf8'");
    }
    const sizes = {
      minLength: sizeOf(minLength, "options.minLength"), maxLength: sizeOf(maxLength, "options.maxLength"),
      maxWrite: sizeOf(maxWrite, "options.maxWrite", MAX_WRITE_LEN),
    };
    if (sizes.minLength >= sizes.maxWrite) {
      throw invalidArgValue("minLength", sizes.minLength, `should be smaller than maxWrite (${sizes.maxWrite})`);
    }
    this.#fs = { ...load("node/fs"), ...fs };
    this.#settings = { append, contentMode, fsync, mkdir, mode, periodicFlush, retryEAGAIN, sync, ...sizes };
    if (typeof fd === "number") {
      this.#fd = fd;
      nextTick(() => this.emit("ready"));
    } else {
      this.#open(fd);
    }
    if (periodicFlush > 0) this.#timer = setInterval(() => this.flush(() => {}), periodicFlush).unref();
  }

  get append() {
    return this.#settings.append;
  }

  get contentMode() {
    return this.#settings.contentMode;
  }

  get fd() {
    return this.#fd;
  }

  get file() {
    return this.#file;
  }

  get fsync() {
    return this.#settings.fsync;
  }

  get maxLength() {
    return this.#settings.maxLength;
  }

  get minLength() {
    return this.#settings.minLength;
  }

  get mkdir() {
    return this.#settings.mkdir;
  }

  get mode() {
    return this.#settings.mode;
  }

  get periodicFlush() {
    return this.#settings.periodicFlush;
  }

  get sync() {
    return this.#settings.sync;
  }

  get writing() {
    return this.#isWriting || this.#isOpening;
  }

  #open(file) {
    const { append, mkdir, mode, sync } = this.#settings;
    const folder = load("node/path/posix").dirname(file);
    const flags = append ? "a" : "w";
    const before = this.#fd;
    this.#isOpening = true;
    this.#file = file;
    const opened = (error, fd) => {
      this.#isOpening = false;
      if (error) {
        nextTick(() => this.emit("error", error));
        return;
      }
      this.#fd = fd;
      if (before >= 0) this.#fs.close(before, () => {});
      const ready = () => {
        this.emit("ready");
        if (this.#isDestroyed) this.#close();
        else this.#go();
      };
      if (sync) nextTick(ready);
      else ready();
    };
    if (sync) {
      try {
        if (mkdir) this.#fs.mkdirSync(folder, { recursive: true });
        opened(null, this.#fs.openSync(file, flags, mode));
      } catch (error) {
        opened(error);
        throw error;
      }
    } else if (mkdir) {
      this.#fs.mkdir(folder, { recursive: true }, (error) => {
        if (error) opened(error);
        else this.#fs.open(file, flags, mode, opened);
      });
    } else {
      this.#fs.open(file, flags, mode, opened);
    }
  }

  #check() {
    if (this.#isDestroyed) throw state("Utf8Stream is destroyed");
  }

  // Whether there is room for more.
  write(data) {
    this.#check();
    const { contentMode, maxLength, maxWrite, minLength } = this.#settings;
    if (contentMode === "utf8") checkString(data, "data");
    else if (!Buffer.isBuffer(data)) throw invalidArgType("data", "an instance of Buffer", data);
    const bytes = Buffer.from(data);
    const most = Math.max(minLength, maxWrite);
    if (maxLength > 0 && this.#waitingLength + bytes.length > maxLength) {
      this.emit("drop", data);
      return this.#waitingLength < most;
    }
    this.#waiting.push(bytes);
    this.#waitingLength += bytes.length;
    if (!this.writing && this.#waitingLength >= minLength) this.#go();
    return this.#waitingLength < most;
  }

  #take() {
    const all = this.#waiting.length === 1 ? this.#waiting[0] : Buffer.concat(this.#waiting);
    this.#waiting = [all];
    return all.subarray(0, this.#settings.maxWrite);
  }

  #advance(count) {
    const [all] = this.#waiting;
    this.#waitingLength -= count;
    this.#waiting = this.#waitingLength > 0 ? [all.subarray(count), ...this.#waiting.slice(1)] : [];
  }

  // Writes a piece of what waits, and then the next.
  #go() {
    if (this.writing || this.#fd < 0) return;
    const { minLength, sync } = this.#settings;
    if (this.#waitingLength === 0) {
      this.#drained();
      return;
    }
    if (this.#waitingLength < minLength && !this.#isEnding && this.#flushes.length === 0) return;
    this.#isWriting = true;
    const piece = this.#take();
    if (!sync) {
      this.#fs.write(this.#fd, piece, 0, piece.length, null, (error, count) => this.#written(error, count, piece));
      return;
    }
    try {
      this.#written(null, this.#fs.writeSync(this.#fd, piece), piece);
    } catch (error) {
      this.#written(error, 0, piece);
    }
  }

  #written(error, count, piece) {
    this.#isWriting = false;
    if (error) {
      const isBusy = error.code === "EAGAIN" || error.code === "EBUSY";
      if (isBusy && this.#settings.retryEAGAIN(error, piece.length, this.#waitingLength - piece.length)) {
        this.#isWriting = true;
        setTimeout(() => {
          this.#isWriting = false;
          this.#go();
        }, RETRY_MS);
        return;
      }
      for (const flush of this.#flushes.splice(0)) flush(error);
      nextTick(() => this.emit("error", error));
      return;
    }
    this.emit("write", count);
    this.#advance(count);
    if (this.#waitingLength > 0) this.#go();
    else if (this.#settings.sync) this.#tick();
    else this.#drained();
  }

  #tick() {
    if (this.#isTicking) return;
    this.#isTicking = true;
    nextTick(() => {
      this.#isTicking = false;
      if (this.#waitingLength === 0) this.#drained();
    });
  }

  #drained() {
    const flushes = this.#flushes.splice(0);
    const { fsync } = this.#settings;
    const end = (error) => {
      for (const flush of flushes) flush(error ?? undefined);
      if (this.#isEnding) this.#close();
      else this.emit("drain");
    };
    if (fsync && flushes.length > 0 && this.#fd >= 0) this.#fs.fsync(this.#fd, end);
    else end();
  }

  // Writes what waits, however little it is.
  flush(callback = () => {}) {
    checkFunction(callback, "cb");
    if (this.#isDestroyed) {
      callback(state("Utf8Stream is destroyed"));
      return;
    }
    if (this.#waitingLength === 0 && !this.#isWriting) {
      nextTick(() => callback());
      return;
    }
    this.#flushes.push(callback);
    this.#go();
  }

  flushSync() {
    this.#check();
    if (this.#fd < 0) throw state("Invalid file descriptor");
    while (this.#waitingLength > 0) {
      try {
        this.#advance(this.#fs.writeSync(this.#fd, this.#take()));
      } catch (error) {
        const isBusy = error.code === "EAGAIN" || error.code === "EBUSY";
        if (!isBusy || !this.#settings.retryEAGAIN(error, this.#waitingLength, 0)) throw error;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
      }
    }
    if (this.#settings.fsync) this.#fs.fsyncSync(this.#fd);
  }

  // Goes on in another file, or in a new one of the same name.
  reopen(file = this.#file) {
    this.#check();
    if (this.#file === null) throw state("a stream of a descriptor cannot be opened again");
    const open = () => this.#open(file);
    if (this.writing) this.once("drain", open);
    else open();
  }

  end() {
    this.#check();
    if (this.#isEnding) return;
    this.#isEnding = true;
    if (this.#isOpening) return;
    if (this.#fd < 0) this.#close();
    else this.#go();
  }

  destroy() {
    if (!this.#isDestroyed) this.#close();
  }

  #close() {
    if (this.#isDestroyed && this.#fd < 0) return;
    const isEnd = this.#isEnding;
    this.#isDestroyed = true;
    clearInterval(this.#timer);
    this.#waiting = [];
    this.#waitingLength = 0;
    if (this.#isOpening) return;
    const fd = this.#fd;
    this.#fd = -1;
    const closed = (error) => {
      if (error) {
        this.emit("error", error);
        return;
      }
      if (isEnd && !this.#isWriting) this.emit("finish");
      this.emit("close");
    };
    // Those of the process stay open.
    if (fd <= 2) nextTick(() => closed());
    else if (isEnd) this.#fs.fsync(fd, () => this.#fs.close(fd, closed));
    else this.#fs.close(fd, closed);
  }

  [Symbol.dispose]() {
    this.destroy();
  }
}

return { Utf8Stream };
