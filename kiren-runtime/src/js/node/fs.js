"use strict";
// node:fs.

const { operations } = load("node/fs/operations");
const { callbackForm, runNow, syncForm } = load("node/fs/forms");
const { constants } = load("node/fs/constants");
const { pathOf, secondsOf } = load("node/fs/arguments");
const { Dirent, Stats } = load("node/fs/stats");
const { checkFunction, checkString, invalidArgType } = load("node/errors");
const { names } = load("node/util/promises");

const fs = {};

// read and write tell their buffer too; promisified, they give an object of both.
const withBuffer = (callback, count, [, buffer]) => callback(null, count, buffer);
const GIVE = { read: withBuffer, readv: withBuffer, write: withBuffer, writev: withBuffer };
const PROMISED = {
  read: ["bytesRead", "buffer"], readv: ["bytesRead", "buffers"], write: ["bytesWritten", "buffer"],
  writev: ["bytesWritten", "buffers"],
};

for (const [name, operation] of Object.entries(operations)) {
  if (name === "realpathNative" || name === "cpNow") continue;
  fs[name] = callbackForm(operation, name, GIVE[name]);
  fs[`${name}Sync`] = syncForm(operation, `${name}Sync`);
  if (PROMISED[name] !== undefined) Object.defineProperty(fs[name], names, { value: PROMISED[name] });
}

fs.cpSync = syncForm(operations.cpNow, "cpSync");

// read(fd, callback), read(fd, options, callback) and read(fd, buffer, options, callback) as well.
const { read } = fs;
fs.read = function (fd, ...args) {
  if (args.length <= 2 && !ArrayBuffer.isView(args[0])) {
    if (args.length === 2 && args[0] !== undefined && typeof args[0] !== "object") {
      throw invalidArgType("options", "of type object", args[0]);
    }
    const options = typeof args[0] === "object" && args[0] !== null ? args.shift() : {};
    const { buffer = load("node/buffer/class").Buffer.alloc(16384), ...rest } = options;
    args.unshift(buffer, rest);
  }
  return read(fd, ...args);
};
Object.defineProperty(fs.read, "name", { value: "read", configurable: true });
Object.defineProperty(fs.read, names, { value: PROMISED.read });

fs.existsSync = function existsSync(path) {
  try {
    path = pathOf(path);
  } catch {
    return false;
  }
  return native("fs").run("exists", path) === 1;
};

fs.exists = function exists(path, callback) {
  checkFunction(callback, "cb");
  const { nextTick } = load("task_queue");
  try {
    path = pathOf(path);
  } catch {
    nextTick(callback, false);
    return;
  }
  native("fs").start("exists", path).then((answer) => nextTick(callback, answer === 1));
};

// Its callback has no error: promisified, it gives the answer.
Object.defineProperty(fs.exists, Symbol.for("nodejs.util.promisify.custom"), {
  value: (path) => new Promise((resolve) => fs.exists(path, resolve)),
  enumerable: false,
});

fs.realpath.native = callbackForm(operations.realpathNative, "realpath");
fs.realpathSync.native = syncForm(operations.realpathNative, "realpathSync");

fs.mkdtempDisposableSync = function mkdtempDisposableSync(prefix, options) {
  const path = fs.mkdtempSync(prefix, options);
  const at = load("node/path/posix").resolve(`${path}`);
  const remove = () => fs.rmSync(at, { recursive: true, force: true });
  return { path, remove, [Symbol.dispose]: remove };
};

// The content is read now: what happens to the file later does not change the blob.
fs.openAsBlobSync = function openAsBlobSync(path, options = {}) {
  if (options === null || typeof options !== "object") throw invalidArgType("options", "of type object", options);
  const type = options.type || "";
  checkString(type, "options.type");
  const { Blob } = load("blob");
  runNow(operations.stat(path));
  return new Blob([runNow(operations.readFile(pathOf(path)))], { type });
};

fs.openAsBlob = function openAsBlob(path, options) {
  return Promise.resolve(fs.openAsBlobSync(path, options));
};

fs._toUnixTimestamp = secondsOf;

// There only where links have modes of their own.
fs.lchmod = undefined;
fs.lchmodSync = undefined;

Object.assign(fs, { Dirent, Stats, constants });

function lazy(name, make) {
  Object.defineProperty(fs, name, {
    get() {
      const value = make();
      fs[name] = value;
      return value;
    },
    set(value) {
      Object.defineProperty(fs, name, { value, writable: true, enumerable: true, configurable: true });
    },
    enumerable: true,
    configurable: true,
  });
}

const streams = () => load("node/fs/streams");
for (const name of ["ReadStream", "WriteStream", "createReadStream", "createWriteStream"]) {
  lazy(name, () => streams()[name]);
}
lazy("FileReadStream", () => streams().ReadStream);
lazy("FileWriteStream", () => streams().WriteStream);
lazy("Utf8Stream", () => load("node/fs/utf8_stream").Utf8Stream);
lazy("Dir", () => load("node/fs/dir").Dir);
for (const name of ["glob", "globSync"]) lazy(name, () => load("node/fs/glob")[name]);
lazy("watch", () => load("node/fs/watch").watch);
for (const name of ["unwatchFile", "watchFile"]) lazy(name, () => load("node/fs/watch_file")[name]);
lazy("promises", () => load("node/fs/promises"));

return fs;
