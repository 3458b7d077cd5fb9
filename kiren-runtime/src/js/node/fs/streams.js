"use strict";
// fs.ReadStream and fs.WriteStream.
//
// They work through the public functions of a file system: those of `options.fs`, of a FileHandle, or of node:fs
// itself, looked up at each call, since programs replace them.

const Readable = load("node/stream/readable");
const Writable = load("node/stream/writable");
const { booleanOf, fdOf, integerOf, optionsOf, pathOf } = load("node/fs/arguments");
const { checkFunction, coded, invalidArgType, outOfRange } = load("node/errors");
const { finished } = load("node/stream/finished");
const { Buffer } = load("node/buffer/class");
const { nextTick } = load("task_queue");

const { FileHandle, ref, unref } = load("node/fs/handle");

const calls = Symbol("fs");
const handle = Symbol("handle");
const isBusy = Symbol("isBusy");
const idle = Symbol("idle");

// The functions that a stream needs, of a FileHandle.
function callsOf(file) {
  const give = (promise, callback, part) => promise.then(
    (answer) => nextTick(callback, null, part === undefined ? undefined : answer[part]), (error) => nextTick(callback, error));
  return {
    read: (fd, buffer, offset, length, position, callback) =>
      file.read(buffer, offset, length, position).then(
        ({ bytesRead }) => nextTick(callback, null, bytesRead, buffer), (error) => nextTick(callback, error)),
    write: (fd, buffer, offset, length, position, callback) =>
      give(file.write(buffer, offset, length, position), callback, "bytesWritten"),
    writev: (fd, buffers, position, callback) => give(file.writev(buffers, position), callback, "bytesWritten"),
    fsync: (fd, callback) => give(file.sync(), callback),
    close: (fd, callback) => {
      file[unref]();
      give(file.close(), callback);
    },
  };
}

// Both kinds begin with a path, or with a file that is open already.
function begin(stream, path, options, flags) {
  stream.fd = null;
  const own = options.fs || load("node/fs");
  const { fd } = options;
  if (fd === undefined || fd === null) {
    stream[calls] = own;
    checkFunction(own.open, "options.fs.open");
    const isUrl = typeof path === "object" && path !== null && !ArrayBuffer.isView(path);
    stream.path = isUrl ? pathOf(path) : path;
    stream.flags = options.flags === undefined ? flags : options.flags;
    stream.mode = options.mode === undefined ? 0o666 : options.mode;
    pathOf(stream.path);
  } else if (typeof fd === "number") {
    stream[calls] = own;
    stream.fd = fdOf(fd);
  } else if (typeof fd === "object" && fd instanceof FileHandle) {
    if (options.fs) throw coded(Error, "ERR_METHOD_NOT_IMPLEMENTED", "The FileHandle with fs method is not implemented");
    stream[handle] = fd;
    stream[calls] = callsOf(fd);
    stream.fd = fd.fd;
    fd[ref]();
    fd.on("close", () => stream.close());
  } else {
    throw invalidArgType("options.fd", "of type number or an instance of FileHandle", fd);
  }
  for (const key of [calls, handle]) Object.defineProperty(stream, key, { enumerable: false, value: stream[key] });
  Object.defineProperty(stream, isBusy, { value: false, writable: true, enumerable: false });
}

// `open` as older programs replace it: it sets `fd`, and tells with the event "open" or "error".
function openByMethod(stream, callback) {
  const { emit } = stream;
  stream.emit = function (name, ...args) {
    if (name === "open") {
      this.emit = emit;
      callback();
      return Reflect.apply(emit, this, [name, ...args]);
    }
    if (name === "error") {
      this.emit = emit;
      return callback(args[0]);
    }
    return Reflect.apply(emit, this, [name, ...args]);
  };
  stream.open();
}

function openOwn() {}

function construct(callback) {
  if (typeof this.fd === "number") {
    callback();
  } else if (this.open !== openOwn) {
    openByMethod(this, callback);
  } else {
    this[calls].open(this.path, this.flags, this.mode, (error, fd) => {
      if (error) {
        callback(error);
        return;
      }
      this.fd = fd;
      callback();
      this.emit("open", fd);
      this.emit("ready");
    });
  }
}

function close(stream, error, callback) {
  const { fd } = stream;
  if (typeof fd !== "number") {
    callback(error);
    return;
  }
  const end = (failure) => {
    stream[calls].close(fd, (second) => callback(second || failure));
    stream.fd = null;
  };
  if (stream.flush) stream[calls].fsync(fd, (failure) => end(error || failure));
  else end(error);
}

// A file is not closed under a call that is under way.
function destroy(error, callback) {
  if (this[isBusy]) this.once(idle, (failure) => close(this, error || failure, callback));
  else close(this, error, callback);
}

function ReadStream(path, options) {
  if (!(this instanceof ReadStream)) return new ReadStream(path, options);
  options = { ...optionsOf(options) };
  options.highWaterMark ??= 64 * 1024;
  begin(this, path, options, "r");
  options.autoDestroy = options.autoClose ?? true;
  checkFunction(this[calls].read, "options.fs.read");
  if (options.autoDestroy) checkFunction(this[calls].close, "options.fs.close");
  const { start, end = Infinity } = options;
  if (start !== undefined) integerOf(start, "start", 0);
  if (end !== Infinity) integerOf(end, "end", 0);
  if (start !== undefined && start > end) throw outOfRange("start", `<= "end" (here: ${end})`, start);
  this.start = start;
  this.end = end;
  this.pos = start;
  this.bytesRead = 0;
  Readable.call(this, { ...options, objectMode: false });
}

Object.setPrototypeOf(ReadStream.prototype, Readable.prototype);
Object.setPrototypeOf(ReadStream, Readable);

ReadStream.prototype._construct = construct;
ReadStream.prototype._destroy = destroy;

ReadStream.prototype._read = function _read(size) {
  const count = Math.min(size, this.end - (this.pos ?? this.bytesRead) + 1);
  if (count <= 0) {
    this.push(null);
    return;
  }
  const room = Buffer.allocUnsafeSlow(count);
  this[isBusy] = true;
  this[calls].read(this.fd, room, 0, count, this.pos, (error, bytesRead, buffer) => {
    this[isBusy] = false;
    if (this.destroyed) {
      this.emit(idle, error);
      return;
    }
    if (error) {
      if (this.autoClose) this.destroy(error);
      else this.emit("error", error);
      return;
    }
    if (this.pos !== undefined) this.pos += bytesRead;
    this.bytesRead += bytesRead;
    // A small piece does not keep the memory of a large one.
    this.push(bytesRead === 0 ? null : bytesRead === buffer.length ? buffer : Buffer.from(buffer.subarray(0, bytesRead)));
  });
};

ReadStream.prototype.close = function close(callback) {
  if (callback !== undefined) finished(this, callback);
  this.destroy();
};

function WriteStream(path, options) {
  if (!(this instanceof WriteStream)) return new WriteStream(path, options);
  options = { ...optionsOf(options) };
  options.decodeStrings = true;
  begin(this, path, options, "w");
  options.autoDestroy = options.autoClose ?? true;
  this.flush = booleanOf(options.flush ?? undefined, "options.flush");
  const { close: closes, fsync, write, writev } = this[calls];
  if (!write && !writev) throw invalidArgType("options.fs.write", "of type function", write);
  if (write) checkFunction(write, "options.fs.write");
  if (writev) checkFunction(writev, "options.fs.writev");
  if (options.autoDestroy) checkFunction(closes, "options.fs.close");
  if (this.flush) checkFunction(fsync, "options.fs.fsync");
  if (!write) this._write = null;
  if (!writev) this._writev = null;
  const { start } = options;
  if (start !== undefined) integerOf(start, "start", 0);
  this.start = start;
  this.pos = start;
  this.bytesWritten = 0;
  Writable.call(this, { ...options, objectMode: false });
  if (options.encoding) this.setDefaultEncoding(options.encoding);
}

Object.setPrototypeOf(WriteStream.prototype, Writable.prototype);
Object.setPrototypeOf(WriteStream, Writable);

WriteStream.prototype._construct = construct;
WriteStream.prototype._destroy = destroy;

// How often what takes nothing now (a pipe that is full) is asked again.
const ATTEMPTS = 5;

// Writes what is left by `put(left, done)`, until it is all there.
function writeAll(stream, bytes, put, callback, attempts = 0) {
  put(bytes, (error, count) => {
    // Nothing may be asked again of a file that is to be closed.
    if (error?.code === "EAGAIN") {
      error = null;
      count = 0;
    }
    if (stream.destroyed || error) {
      callback(error || (stream.destroyed ? coded(Error, "ERR_STREAM_DESTROYED", "Cannot call write after a stream was destroyed") : null));
      return;
    }
    stream.bytesWritten += count;
    if (stream.pos !== undefined) stream.pos += count;
    const left = bytes.subarray(count);
    if (left.length === 0) callback();
    else if (count > 0) writeAll(stream, left, put, callback);
    else if (attempts < ATTEMPTS) writeAll(stream, left, put, callback, attempts + 1);
    else callback(coded(Error, "ERR_SYSTEM_ERROR", "write failed"));
  });
}

function write(stream, bytes, put, callback) {
  stream[isBusy] = true;
  writeAll(stream, bytes, put, (error) => {
    stream[isBusy] = false;
    if (stream.destroyed) {
      callback(error);
      stream.emit(idle, error);
    } else {
      callback(error);
    }
  });
}

WriteStream.prototype._write = function _write(chunk, encoding, callback) {
  write(this, chunk, (left, done) => this[calls].write(this.fd, left, 0, left.length, this.pos, done), callback);
};

WriteStream.prototype._writev = function _writev(chunks, callback) {
  const buffers = chunks.map(({ chunk }) => chunk);
  // In one call, of which what was not taken is written as one piece.
  let first = buffers;
  const put = (left, done) => {
    const list = first ?? [left];
    first = undefined;
    this[calls].writev(this.fd, list, this.pos, done);
  };
  write(this, Buffer.concat(buffers), put, callback);
};

WriteStream.prototype.close = function close(callback) {
  if (callback !== undefined) {
    checkFunction(callback, "callback");
    if (this.closed) {
      nextTick(callback);
      return;
    }
    this.on("close", callback);
  }
  // What was written is to arrive, also without autoClose.
  if (!this.autoClose) this.on("finish", this.destroy);
  this.end();
};

WriteStream.prototype.destroySoon = WriteStream.prototype.end;

for (const Class of [ReadStream, WriteStream]) {
  Class.prototype.open = openOwn;
  const state = Class === ReadStream ? "_readableState" : "_writableState";
  Object.defineProperty(Class.prototype, "pending", {
    get() {
      return this.fd === null;
    },
    configurable: true,
  });
  Object.defineProperty(Class.prototype, "autoClose", {
    get() {
      if (this?.[state] === undefined) {
        throw coded(TypeError, "ERR_INVALID_THIS", `Value of "this" must be of type ${Class.name}`);
      }
      return this[state].autoDestroy;
    },
    set(value) {
      this[state].autoDestroy = value;
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
