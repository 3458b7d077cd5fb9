"use strict";
// The operations of node:fs, each written once.
//
// An operation is a function that checks its arguments and returns a Call: what native code is to do, and what the
// answer means. One that takes several steps is a generator that yields calls and is given their answers. The three
// forms (fooSync, foo with a callback, promises.foo) are made of it in fs/forms.js.

const {
  booleanOf, bytesOf, fdOf, flagsOf, integerOf, lengthOf, modeOf, optionsOf, pathOf, secondsOf, textOf,
} = load("node/fs/arguments");
const { constants } = load("node/fs/constants");
const { Dirent, StatFs, statsOf } = load("node/fs/stats");
const { coded, invalidArgType, invalidArgValue, outOfRange } = load("node/errors");
const { Buffer } = load("node/buffer/class");

const { O_CREAT, O_TRUNC, O_WRONLY } = constants;

class Call {
  constructor(args, syscall, path, dest, convert, ignore) {
    this.args = args;
    this.syscall = syscall;
    this.path = path;
    this.dest = dest;
    this.convert = convert;
    // Errors by name that are an answer too, and which.
    this.ignore = ignore;
  }
}

function onPath(native, syscall, path, args = [], convert = undefined, ignore = undefined) {
  return new Call([native, path, ...args], syscall, textOf(path), undefined, convert, ignore);
}

function onPaths(native, syscall, from, to, args = []) {
  return new Call([native, from, to, ...args], syscall, textOf(from), textOf(to));
}

function onFile(native, syscall, fd, args = [], convert = undefined) {
  return new Call([native, fd, ...args], syscall, undefined, undefined, convert);
}

function bufferOf(bytes) {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

// A name in the encoding that was asked for.
function nameIn(encoding) {
  if (!encoding || encoding === "utf8" || encoding === "utf-8") return undefined;
  return (text) => {
    const bytes = Buffer.from(text);
    return encoding === "buffer" ? bytes : bytes.toString(encoding);
  };
}

function contentIn(encoding) {
  return (bytes) => {
    const buffer = bufferOf(bytes);
    return encoding && encoding !== "buffer" ? buffer.toString(encoding) : buffer;
  };
}

function statOptions(options) {
  const { bigint = false, throwIfNoEntry = true } = options ?? {};
  return { bigint, ignore: throwIfNoEntry === false ? { ENOENT: undefined, ENOTDIR: undefined } : undefined };
}

// Paths and descriptors both, as readFile and its like take them.
function isFile(value) {
  if (typeof value === "number") return Number.isInteger(value) && value >= 0;
  return value !== null && typeof value === "object" && typeof value.fd === "number" &&
    typeof value.datasync === "function";
}

const operations = {
  access(path, mode) {
    path = pathOf(path);
    return onPath("access", "access", path, [modeOf(mode, "mode", constants.F_OK)]);
  },

  *appendFile(path, data, options) {
    options = optionsOf(options, { encoding: "utf8", mode: 0o666, flag: "a" });
    return yield* operations.writeFile(path, data, { ...options, flag: options.flag || "a" });
  },

  chmod(path, mode) {
    return onPath("chmod", "chmod", pathOf(path), [modeOf(mode, "mode")]);
  },

  chown(path, uid, gid) {
    return onPath("chown", "chown", pathOf(path), [idOf(uid, "uid"), idOf(gid, "gid")]);
  },

  close(fd) {
    return onFile("close", "close", fdOf(fd));
  },

  copyFile(from, to, mode) {
    const [source, target] = [pathOf(from, "src"), pathOf(to, "dest")];
    const flags = mode === undefined || mode === null ? 0 : integerOf(mode, "mode", 0, 7);
    return onPaths("copy_file", "copyfile", source, target, [(flags & constants.COPYFILE_EXCL) !== 0]);
  },

  cp(from, to, options) {
    return load("node/fs/copy").copyTree(operations, from, to, options);
  },

  fchmod(fd, mode) {
    return onFile("fchmod", "fchmod", fdOf(fd), [modeOf(mode, "mode")]);
  },

  fchown(fd, uid, gid) {
    return onFile("fchown", "fchown", fdOf(fd), [idOf(uid, "uid"), idOf(gid, "gid")]);
  },

  fdatasync(fd) {
    return onFile("fdatasync", "fdatasync", fdOf(fd));
  },

  fstat(fd, options) {
    return onFile("fstat", "fstat", fdOf(fd), [statOptions(options).bigint], statsOf);
  },

  fsync(fd) {
    return onFile("fsync", "fsync", fdOf(fd));
  },

  ftruncate(fd, length) {
    return onFile("ftruncate", "ftruncate", fdOf(fd), [lengthOf(length)]);
  },

  futimes(fd, atime, mtime) {
    return onFile("futimes", "futime", fdOf(fd), [secondsOf(atime), secondsOf(mtime)]);
  },

  lchown(path, uid, gid) {
    return onPath("lchown", "lchown", pathOf(path), [idOf(uid, "uid"), idOf(gid, "gid")]);
  },

  link(existing, path) {
    return onPaths("link", "link", pathOf(existing, "existingPath"), pathOf(path, "newPath"));
  },

  lstat(path, options) {
    const { bigint, ignore } = statOptions(options);
    return onPath("lstat", "lstat", pathOf(path), [bigint], statsOf, ignore);
  },

  lutimes(path, atime, mtime) {
    return onPath("lutimes", "lutime", pathOf(path), [secondsOf(atime), secondsOf(mtime)]);
  },

  mkdir(path, options) {
    let mode = 0o777;
    let recursive = false;
    if (typeof options === "number" || typeof options === "string") {
      mode = modeOf(options, "mode");
    } else if (options) {
      recursive = booleanOf(options.recursive, "options.recursive");
      mode = modeOf(options.mode, "options.mode", 0o777);
    }
    return onPath("mkdir", "mkdir", pathOf(path), [mode, recursive]);
  },

  mkdtemp(prefix, options) {
    const { encoding } = optionsOf(options);
    const path = pathOf(prefix, "prefix");
    return new Call(["mkdtemp", path], "mkdtemp", `${textOf(path)}XXXXXX`, undefined, nameIn(encoding));
  },

  open(path, flags, mode) {
    return onPath("open", "open", pathOf(path), [flagsOf(flags), modeOf(mode, "mode", 0o666)]);
  },

  opendir(path, options) {
    return load("node/fs/dir").open(path, options, nameIn);
  },

  *readdir(path, options) {
    const { encoding, recursive, withFileTypes } = optionsOf(options);
    path = pathOf(path);
    booleanOf(recursive, "options.recursive");
    const convert = nameIn(encoding) ?? ((name) => name);
    const root = textOf(path);
    const result = [];
    // Folders still to be read, with the path that their entries' names begin with.
    const waiting = [["", path]];
    for (const [prefix, folder] of waiting) {
      const entries = yield onPath("readdir", "scandir", folder);
      for (let i = 0; i < entries.length; i += 2) {
        const [name, kind] = [entries[i], entries[i + 1]];
        const at = textOf(folder);
        if (withFileTypes) result.push(new Dirent(convert(name), encoding === "buffer" ? Buffer.from(at) : at, kind));
        else result.push(convert(prefix + name));
        if (recursive && kind === constants.UV_DIRENT_DIR) {
          waiting.push([`${prefix}${name}/`, load("node/path/posix").join(root, prefix, name)]);
        }
      }
    }
    return result;
  },

  readFile(path, options) {
    const { encoding, flag } = optionsOf(options, { flag: "r" });
    const convert = contentIn(encoding);
    if (isFile(path)) return onFile("read_all", "read", path.fd ?? fdOf(path), [], convert);
    const call = onPath("read_file", "open", pathOf(path), [flagsOf(flag, "options.flag")], convert);
    // A folder can be opened; it is reading that fails.
    call.readError = "EISDIR";
    return call;
  },

  readlink(path, options) {
    return onPath("readlink", "readlink", pathOf(path), [], nameIn(optionsOf(options).encoding));
  },

  realpath(path, options) {
    // The older of the two looked at one folder after the other, which its errors still tell.
    return onPath("realpath", "lstat", pathOf(path), [], nameIn(optionsOf(options).encoding));
  },

  realpathNative(path, options) {
    return onPath("realpath", "realpath", pathOf(path), [], nameIn(optionsOf(options).encoding));
  },

  rename(from, to) {
    return onPaths("rename", "rename", pathOf(from, "oldPath"), pathOf(to, "newPath"));
  },

  *rm(path, options) {
    path = pathOf(path);
    const { force, recursive } = removalOptions(options);
    if (!recursive) {
      const stats = yield onPath("lstat", "lstat", path, [false], statsOf, force ? { ENOENT: undefined } : undefined);
      if (stats === undefined) return undefined;
      if (stats.isDirectory()) {
        const error = new Error(`Path is a directory: rm returned EISDIR (is a directory) ${textOf(path)}`);
        Object.defineProperty(error, "name", { value: "SystemError", configurable: true, writable: true });
        error.code = "ERR_FS_EISDIR";
        error.info = { code: "EISDIR", message: "is a directory", path: textOf(path), syscall: "rm", errno: 21 };
        error.errno = 21;
        error.syscall = "rm";
        error.path = textOf(path);
        throw error;
      }
    } else if (!force) {
      yield onPath("lstat", "lstat", path, [false]);
    }
    return yield onPath("rm", "rm", path, [recursive, force]);
  },

  rmdir(path, options) {
    if (options?.recursive !== undefined) {
      throw invalidArgValue("options.recursive", options.recursive, "is no longer supported");
    }
    return onPath("rmdir", "rmdir", pathOf(path));
  },

  stat(path, options) {
    const { bigint, ignore } = statOptions(options);
    return onPath("stat", "stat", pathOf(path), [bigint], statsOf, ignore);
  },

  statfs(path, options) {
    return onPath("statfs", "statfs", pathOf(path), [Boolean(options?.bigint)], (fields) => new StatFs(fields));
  },

  symlink(target, path, type) {
    if (type !== undefined && type !== null && !["dir", "file", "junction"].includes(type)) {
      throw coded(Error, "ERR_FS_INVALID_SYMLINK_TYPE",
        `Symlink type must be one of "dir", "file", or "junction". Received "${type}"`);
    }
    return onPaths("symlink", "symlink", pathOf(target, "target"), pathOf(path));
  },

  truncate(path, length) {
    return onPath("truncate", "open", pathOf(path), [lengthOf(length)]);
  },

  unlink(path) {
    return onPath("unlink", "unlink", pathOf(path));
  },

  utimes(path, atime, mtime) {
    return onPath("utimes", "utime", pathOf(path), [secondsOf(atime), secondsOf(mtime)]);
  },

  *writeFile(path, data, options) {
    const { encoding, flag, mode, flush } = optionsOf(options, { encoding: "utf8", mode: 0o666, flag: "w" });
    booleanOf(flush, "options.flush");
    const bytes = bytesOf(data, encoding);
    if (isFile(path)) return yield onFile("write_all", "write", path.fd ?? fdOf(path), [bytes]);
    const flags = flag === undefined || flag === null ? O_TRUNC | O_CREAT | O_WRONLY : flagsOf(flag);
    const args = [bytes, flags, modeOf(mode, "mode", 0o666), flush === true];
    return yield onPath("write_file", "open", pathOf(path), args);
  },

  // --- reading and writing open files ---

  read(fd, buffer, offset, length, position) {
    return readInto(fdOf(fd), buffer, offset, length, position);
  },

  *readv(fd, buffers, position) {
    fdOf(fd);
    checkViews(buffers);
    let total = 0;
    for (const buffer of buffers) {
      const at = typeof position === "number" ? position + total : null;
      const count = yield readInto(fd, buffer, 0, buffer.byteLength, at);
      total += count;
      if (count < buffer.byteLength) break;
    }
    return total;
  },

  write(fd, data, offsetOrOptions, length, position) {
    return writeFrom(fdOf(fd), data, offsetOrOptions, length, position);
  },

  *writev(fd, buffers, position) {
    fdOf(fd);
    checkViews(buffers);
    let total = 0;
    for (const buffer of buffers) {
      const at = typeof position === "number" ? position + total : null;
      total += yield writeFrom(fd, buffer, 0, buffer.byteLength, at);
    }
    return total;
  },
};

function idOf(value, name) {
  return integerOf(value, name, -1, 2 ** 32 - 1);
}

function removalOptions(options) {
  const { force, maxRetries = 0, recursive, retryDelay = 100 } = options ?? {};
  integerOf(retryDelay, "options.retryDelay", 0, 2 ** 31 - 1);
  integerOf(maxRetries, "options.maxRetries", 0, 2 ** 32 - 1);
  return { force: booleanOf(force, "options.force"), recursive: booleanOf(recursive, "options.recursive") };
}

function checkViews(buffers) {
  if (!Array.isArray(buffers) || !buffers.every(ArrayBuffer.isView)) {
    throw invalidArgType("buffers", "an instance of ArrayBufferView[]", buffers);
  }
}

// The arguments of read: (buffer, offset, length, position) or an object of them.
function readInto(fd, buffer, offset, length, position) {
  if (!ArrayBuffer.isView(buffer)) {
    throw invalidArgType("buffer", "an instance of Buffer, TypedArray, or DataView", buffer);
  }
  if (offset !== null && typeof offset === "object") ({ offset = 0, length, position = null } = offset);
  offset = offset === undefined || offset === null ? 0 : integerOf(offset, "offset", 0);
  length = length === undefined || length === null ? buffer.byteLength - offset : Math.trunc(length);
  if (length === 0) return new Call(undefined, "read", undefined, undefined, () => 0);
  if (buffer.byteLength === 0) {
    throw invalidArgValue("buffer", buffer, "is empty and cannot be written");
  }
  if (offset > buffer.byteLength) throw outOfRange("offset", `<= ${buffer.byteLength}`, offset);
  if (length < 0) throw outOfRange("length", ">= 0", length);
  if (length > buffer.byteLength - offset) throw outOfRange("length", `<= ${buffer.byteLength - offset}`, length);
  if (position === undefined || position === null) position = -1;
  return onFile("read", "read", fd, [length, position], (bytes) => {
    new Uint8Array(buffer.buffer, buffer.byteOffset + offset, length).set(bytes);
    return bytes.length;
  });
}

function writeFrom(fd, data, offset, length, position) {
  if (ArrayBuffer.isView(data)) {
    if (offset !== null && typeof offset === "object") ({ offset = 0, length, position = null } = offset);
    offset = offset === undefined || offset === null || typeof offset === "function" ? 0 : integerOf(offset, "offset", 0);
    if (typeof length !== "number") length = data.byteLength - offset;
    if (offset > data.byteLength) throw outOfRange("offset", `<= ${data.byteLength}`, offset);
    if (length < 0) throw outOfRange("length", ">= 0", length);
    if (length > data.byteLength - offset) throw outOfRange("length", `<= ${data.byteLength - offset}`, length);
    const part = new Uint8Array(data.buffer, data.byteOffset + offset, length);
    return onFile("write", "write", fd, [part, typeof position === "number" ? position : -1]);
  }
  checkText(data);
  // (text, position, encoding)
  const bytes = Buffer.from(data, typeof length === "string" ? length : "utf8");
  return onFile("write", "write", fd, [bytes, typeof offset === "number" ? offset : -1]);
}

function checkText(data) {
  if (typeof data !== "string") {
    throw invalidArgType("buffer", "of type string or an instance of Buffer, TypedArray, or DataView", data);
  }
}

return { Call, operations };
