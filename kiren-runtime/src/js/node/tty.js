"use strict";
// node:tty: whether a descriptor is a terminal, and the streams of one.

const { Readable, Writable } = load("node/stream");
const { coded, outOfRange, systemError } = load("node/errors");
const { colorDepth } = load("process/terminal");
const cursor = load("node/readline/cursor");

const DEFAULT_SIZE = [80, 24];

function isatty(fd) {
  return Number.isInteger(fd) && fd >= 0 && fd <= 0x7fffffff && native("os").is_terminal(fd);
}

function checkDescriptor(fd) {
  if (!Number.isInteger(fd) || fd < 0 || fd > 0x7fffffff) {
    throw coded(RangeError, "ERR_INVALID_FD", `"fd" must be a positive integer: ${String(fd)}`);
  }
  if (!isatty(fd)) {
    const error = systemError("uv_tty_init", { code: "EINVAL", errno: 22 }, " (invalid argument)");
    error.message = "TTY initialization failed: uv_tty_init returned EINVAL (invalid argument)";
    error.code = "ERR_TTY_INIT_FAILED";
    error.name = "SystemError";
    throw error;
  }
}

// What is pressed; process.stdin is one of these where it is a terminal.
function ReadStream(fd, options) {
  if (!(this instanceof ReadStream)) return new ReadStream(fd, options);
  checkDescriptor(fd);
  if (fd !== 0) throw load("node/absent").notSupported("node:tty.ReadStream of another descriptor than 0");
  Readable.call(this, { highWaterMark: 0, ...options });
  const { process } = load("process");
  this.fd = fd;
  this.isRaw = false;
  this.isTTY = true;
  this._source = process.stdin;
  this._source.on("data", (chunk) => this.push(load("node/buffer").Buffer.from(chunk)) || this._source.pause());
  this._source.on("end", () => this.push(null));
  this._source.pause();
}
Object.setPrototypeOf(ReadStream.prototype, Readable.prototype);
Object.setPrototypeOf(ReadStream, Readable);

ReadStream.prototype._read = function _read() {
  this._source.resume();
};

ReadStream.prototype._destroy = function _destroy(error, callback) {
  this._source.pause();
  callback(error);
};

ReadStream.prototype.setRawMode = function setRawMode(mode) {
  this._source.setRawMode(mode);
  this.isRaw = Boolean(mode);
  return this;
};

for (const name of ["ref", "unref"]) {
  ReadStream.prototype[name] = { [name]() {
    this._source[name]();
    return this;
  } }[name];
}

// What is shown. Each write is handed on at once.
function WriteStream(fd) {
  if (!(this instanceof WriteStream)) return new WriteStream(fd);
  checkDescriptor(fd);
  Writable.call(this, { decodeStrings: true });
  this.fd = fd;
  this._type = "tty";
}
Object.setPrototypeOf(WriteStream.prototype, Writable.prototype);
Object.setPrototypeOf(WriteStream, Writable);

Object.defineProperties(WriteStream.prototype, {
  isTTY: { value: true, writable: true, configurable: true, enumerable: true },
  columns: {
    get() {
      return this.getWindowSize()[0];
    },
    configurable: true,
    enumerable: true,
  },
  rows: {
    get() {
      return this.getWindowSize()[1];
    },
    configurable: true,
    enumerable: true,
  },
});

Object.assign(WriteStream.prototype, {
  _write(chunk, encoding, callback) {
    try {
      if (this.fd === 1 || this.fd === 2) native("stdio").write_bytes(this.fd, chunk);
      else load("node/fs").writeSync(this.fd, chunk);
    } catch (error) {
      callback(error);
      return;
    }
    callback();
  },

  getWindowSize() {
    return native("process").window_size(this.fd) ?? DEFAULT_SIZE.slice();
  },

  getColorDepth(env = load("process").process.env) {
    return colorDepth(env);
  },

  hasColors(count, env) {
    if (env === undefined && count !== null && typeof count === "object") {
      env = count;
      count = undefined;
    }
    if (count !== undefined && !(count >= 2)) throw outOfRange("count", ">= 2 && <= 9007199254740991", count);
    return (count ?? 16) <= 2 ** this.getColorDepth(env);
  },

  cursorTo(x, y, callback) {
    return cursor.cursorTo(this, x, y, callback);
  },

  moveCursor(dx, dy, callback) {
    return cursor.moveCursor(this, dx, dy, callback);
  },

  clearLine(direction, callback) {
    return cursor.clearLine(this, direction, callback);
  },

  clearScreenDown(callback) {
    return cursor.clearScreenDown(this, callback);
  },

  ref() {
    return this;
  },

  unref() {
    return this;
  },
});

// The program's own terminals are made without this module, and are instances too.
function isInstance(Class, names) {
  const { process } = load("process");
  return (object) => Function.prototype[Symbol.hasInstance].call(Class, object) ||
    names.some((name) => object === process[name] && object.isTTY === true);
}
Object.defineProperty(ReadStream, Symbol.hasInstance, { value: isInstance(ReadStream, ["stdin"]) });
Object.defineProperty(WriteStream, Symbol.hasInstance, { value: isInstance(WriteStream, ["stdout", "stderr"]) });

return { ReadStream, WriteStream, isatty };
