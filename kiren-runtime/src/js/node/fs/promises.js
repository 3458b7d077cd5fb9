"use strict";
// node:fs/promises.

const { operations } = load("node/fs/operations");
const { checkAborted, promiseForm, runLater } = load("node/fs/forms");
const { constants } = load("node/fs/constants");
const { FileHandle } = load("node/fs/handle");
const { coded } = load("node/errors");

const NAMES = [
  "access", "appendFile", "chmod", "chown", "copyFile", "cp", "lchown", "link", "lstat", "lutimes", "mkdir", "mkdtemp",
  "opendir", "readFile", "readdir", "readlink", "realpath", "rename", "rm", "rmdir", "stat", "statfs", "symlink",
  "truncate", "unlink", "utimes",
];

const promises = {};
for (const name of NAMES) promises[name] = promiseForm(operations[name === "realpath" ? "realpathNative" : name], name);

promises.open = async function open(path, flags, mode) {
  return new FileHandle(await runLater(operations.open(path, flags, mode)));
};

// Also of what comes piece by piece.
const writeWhole = promiseForm(operations.writeFile, "writeFile");

promises.writeFile = async function writeFile(path, data, options) {
  const isIterable = typeof data === "object" && data !== null && !ArrayBuffer.isView(data) &&
    (typeof data[Symbol.asyncIterator] === "function" || typeof data[Symbol.iterator] === "function");
  if (!isIterable) return writeWhole(path, data, options);
  const own = !(path instanceof FileHandle);
  const settings = typeof options === "string" ? { encoding: options } : options ?? {};
  const handle = own ? await promises.open(path, settings.flag ?? "w", settings.mode) : path;
  try {
    checkAborted(settings.signal);
    for await (const chunk of data) {
      checkAborted(settings.signal);
      await handle.writeFile(chunk, { encoding: settings.encoding });
      checkAborted(settings.signal);
    }
  } finally {
    if (own) await handle.close();
  }
  return undefined;
};

promises.mkdtempDisposable = async function mkdtempDisposable(prefix, options) {
  const path = await promises.mkdtemp(prefix, options);
  const at = load("node/path/posix").resolve(`${path}`);
  const remove = () => promises.rm(at, { recursive: true, force: true });
  return { path, remove, [Symbol.asyncDispose]: remove };
};

// Only where links have modes of their own.
promises.lchmod = async function lchmod() {
  throw coded(Error, "ERR_METHOD_NOT_IMPLEMENTED", "The lchmod() method is not implemented");
};

promises.glob = function glob(pattern, options) {
  return load("node/fs/glob").globLater(pattern, options);
};

promises.watch = function watch(filename, options) {
  return load("node/fs/watch").watchLater(filename, options);
};

promises.constants = constants;

return promises;
