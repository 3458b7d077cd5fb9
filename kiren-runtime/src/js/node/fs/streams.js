"use strict";
// fs.ReadStream and fs.WriteStream.

const Readable = load("node/stream/readable");
const Writable = load("node/stream/writable");
const { optionsOf, pathOf } = load("node/fs/arguments");
const { operations } = load("node/fs/operations");
const { runLater } = load("node/fs/forms");
const { checkFunction, invalidArgType, outOfRange } = load("node/errors");
const { finished } = load("node/stream/finished");

function checkPosition(value, name) {
  if (typeof value !== "number") throw invalidArgType(name, "of type number", value);
  if (!Number.isInteger(value)) throw outOfRange(name, "an integer", value);
  if (value < 0) throw outOfRange(name, `>= 0 && <= ${Number.MAX_SAFE_INTEGER}`, value);
}

// What is called for a stream: a program's own functions in `options.fs`, or those of this module.
function callsOf(options) {
  const own = options.fs;
  const work = (name) => {
    if (typeof own?.[name] !== "function") return (...args) => runLater(operations[name](...args));
    return (...args) => new Promise((resolve, reject) => {
      own[name](...args, (error, value) => error ? reject(error) : resolve(value));
    });
  };
  return { open: work("open"), close: work("close"), read: work("read"), write: work("write"), writev: work("writev") };
}

// Both kinds begin with a path, or with a file that is open already.
function begin(stream, path, options, flags) {
  stream.fd = null;
  if (options.fd !== undefined && options.fd !== null) {
    if (typeof options.fd === "object") {
      stream.handle = options.fd;
      stream.fd = options.fd.fd;
      Object.defineProperty(stream, "handle", { enumerable: false });
      stream.handle.on("close", () => stream.close());
    } else {
      stream.fd = options.fd;
    }
  } else {
    stream.path = typeof path === "object" && !ArrayBuffer.isView(path) ? pathOf(path) : (pathOf(path), path);
  }
  stream.flags = options.flags ?? flags;
  stream.mode = options.mode ?? 0o666;
}

function open(stream, calls, callback) {
  if (typeof stream.fd === "number") {
    callback();
    return;
  }
  calls.open(stream.path, stream.flags, stream.mode).then((fd) => {
    stream.fd = fd;
    callback();
    stream.emit("open", fd);
    stream.emit("ready");
  }, callback);
}

function close(stream, calls, error, callback) {
  const { fd } = stream;
  stream.fd = null;
  if (stream.handle !== undefined) stream.handle.close().then(() => callback(error), (failure) => callback(error || failure));
  else if (typeof fd !== "number") callback(error);
  else calls.close(fd).then(() => callback(error), (failure) => callback(error || failure));
}

function ReadStream(path, options) {
  if (!(this instanceof ReadStream)) return new ReadStream(path, options);
  options = { ...optionsOf(options) };
  const { start, end = Infinity } = options;
  options.highWaterMark ??= 64 * 1024;
  begin(this, path, options, "r");
  if (start !== undefined) checkPosition(start, "start");
  if (end !== Infinity) checkPosition(end, "end");
  if (start !== undefined && start > end) throw outOfRange("start", `<= "end" (here: ${end})`, start);
  const calls = callsOf(options);
  this.start = start;
  this.end = end;
  this.pos = start;
  this.bytesRead = 0;
  Object.defineProperty(this, "calls", { value: calls, enumerable: false });
  // Whether a read is under way, which has to end before the file can be closed.
  Object.defineProperty(this, "busy", { value: null, writable: true, enumerable: false });
  Readable.call(this, { ...options, autoDestroy: options.autoClose ?? true, objectMode: false, fd: undefined });
}

Object.setPrototypeOf(ReadStream.prototype, Readable.prototype);
Object.setPrototypeOf(ReadStream, Readable);

ReadStream.prototype._construct = function _construct(callback) {
  open(this, this.calls, callback);
};

ReadStream.prototype._read = function _read(size) {
  const left = this.end === Infinity ? Infinity : this.end - (this.pos ?? this.bytesRead) + 1;
  const count = Math.min(size, left);
  if (count <= 0) {
    this.push(null);
    return;
  }
  const { Buffer } = load("node/buffer/class");
  const buffer = Buffer.allocUnsafeSlow(count);
  this.busy = this.calls.read(this.fd, buffer, 0, count, this.pos ?? null).then((bytesRead) => {
    this.busy = null;
    if (this.destroyed) return;
    if (this.pos !== undefined) this.pos += bytesRead;
    this.bytesRead += bytesRead;
    this.push(bytesRead > 0 ? buffer.subarray(0, bytesRead) : null);
  }, (error) => {
    this.busy = null;
    if (!this.destroyed) this.destroy(error);
  });
};

ReadStream.prototype._destroy = function _destroy(error, callback) {
  const end = () => close(this, this.calls, error, callback);
  if (this.busy === null) end();
  else this.busy.then(end);
};

ReadStream.prototype.close = function (callback) {
  if (callback !== undefined) finished(this, callback);
  this.destroy();
};

function WriteStream(path, options) {
  if (!(this instanceof WriteStream)) return new WriteStream(path, options);
  options = { ...optionsOf(options) };
  const { start } = options;
  begin(this, path, options, "w");
  if (start !== undefined) checkPosition(start, "start");
  this.start = start;
  this.pos = start;
  this.bytesWritten = 0;
  Object.defineProperty(this, "calls", { value: callsOf(options), enumerable: false });
  Object.defineProperty(this, "busy", { value: null, writable: true, enumerable: false });
  Writable.call(this, {
    ...options, autoDestroy: options.autoClose ?? true, objectMode: false, decodeStrings: true, fd: undefined,
  });
  if (options.encoding) this.setDefaultEncoding(options.encoding);
}

Object.setPrototypeOf(WriteStream.prototype, Writable.prototype);
Object.setPrototypeOf(WriteStream, Writable);

WriteStream.prototype._construct = ReadStream.prototype._construct;

async function writeAll(stream, bytes) {
  let done = 0;
  while (done < bytes.length) {
    const written = await stream.calls.write(stream.fd, bytes, done, bytes.length - done, stream.pos ?? null);
    done += written;
    stream.bytesWritten += written;
    if (stream.pos !== undefined) stream.pos += written;
  }
}

WriteStream.prototype._write = function _write(chunk, encoding, callback) {
  this.busy = writeAll(this, chunk).then(() => {
    this.busy = null;
    callback();
  }, (error) => {
    this.busy = null;
    callback(error);
  });
};

WriteStream.prototype._writev = function _writev(chunks, callback) {
  const { Buffer } = load("node/buffer/class");
  this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), "buffer", callback);
};

WriteStream.prototype._destroy = ReadStream.prototype._destroy;

WriteStream.prototype.close = function (callback) {
  if (callback !== undefined) {
    checkFunction(callback, "callback");
    if (this.closed) {
      load("task_queue").nextTick(callback);
      return;
    }
    this.on("close", callback);
  }
  // What was written is to arrive, also without autoClose.
  if (!this._writableState.autoDestroy) this.on("finish", this.destroy);
  this.end();
};

WriteStream.prototype.destroySoon = WriteStream.prototype.end;

for (const Class of [ReadStream, WriteStream]) {
  Object.defineProperty(Class.prototype, "pending", {
    get() {
      return this.fd === null;
    },
    configurable: true,
  });
  Object.defineProperty(Class.prototype, "autoClose", {
    get() {
      return (this._readableState ?? this._writableState).autoDestroy;
    },
    set(value) {
      (this._readableState ?? this._writableState).autoDestroy = value;
    },
    configurable: true,
  });
}

function createReadStream(path, options) {
  return new ReadStream(path, options);
}

function createWriteStream(path, options) {
  return new WriteStream(path, options);
}

return { ReadStream, WriteStream, createReadStream, createWriteStream };
