"use strict";
// The operations of node:fs, each written once.
//
// An operation is a function that checks its arguments and returns a Call: what native code is to do, and what the
// answer means. One that takes several steps is a generator that yields calls and is given their answers. The three
// forms (fooSync, foo with a callback, promises.foo) are made of it in fs/forms.js.

const {
  booleanOf, bytesOf, fdOf, flagBitsOf, flagsOf, integerOf, lengthOf, modeOf, optionsOf, pathOf, secondsOf, textOf,
} = load("node/fs/arguments");
const { constants } = load("node/fs/constants");
const { Dirent, StatFs, statsOf } = load("node/fs/stats");
const { invalidArgType, invalidArgValue } = load("node/errors");
const { Buffer } = load("node/buffer/class");
const { Call, onFile, onPath, onPaths } = load("node/fs/call");
const { checkViews, currentOr, readInParts, readInto, viewBytes, writeFrom, writeParts } = load("node/fs/transfer");

const { O_CREAT, O_TRUNC, O_WRONLY } = constants;

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
  if (typeof value === "number") return value === (value | 0);
  return value !== null && typeof value === "object" && typeof value.fd === "number" &&
    typeof value.datasync === "function";
}

function descriptorOf(file) {
  return typeof file === "number" ? fdOf(file) : file.fd;
}

const operations = {
  access(path, mode) {
    path = pathOf(path);
    return onPath("access", "access", path, [flagBitsOf(mode)]);
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
    const flags = flagBitsOf(mode);
    return onPaths("copy_file", "copyfile", source, target, [(flags & constants.COPYFILE_EXCL) !== 0]);
  },

  cp(from, to, options) {
    return load("node/fs/copy").copyTree(operations, from, to, options, false);
  },

  // The same at once: there is nobody to wait for a filter's promise.
  cpNow(from, to, options) {
    return load("node/fs/copy").copyTree(operations, from, to, options, true);
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
    return onFile("futimes", "futime", fdOf(fd), [secondsOf(atime, "atime"), secondsOf(mtime, "mtime")]);
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
    booleanOf(recursive ?? undefined, "options.recursive");
    const convert = nameIn(encoding) ?? textOf;
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
        else result.push(convert(prefix === "" ? name : prefix + textOf(name)));
        if (recursive && kind === constants.UV_DIRENT_DIR) {
          waiting.push([`${prefix}${textOf(name)}/`, load("node/path/posix").join(root, prefix, textOf(name))]);
        }
      }
    }
    return result;
  },

  readFile(path, options) {
    const { encoding, flag, signal } = optionsOf(options, { flag: "r" });
    const convert = contentIn(encoding);
    const isOpen = isFile(path);
    if (!isOpen) path = pathOf(path);
    const flags = flagsOf(flag);
    if (signal !== undefined && signal !== null) return readInParts(isOpen ? descriptorOf(path) : path, isOpen, flags, convert);
    if (isOpen) {
      const call = onFile("read_all", "fstat", descriptorOf(path), [], convert);
      call.readError = "EISDIR";
      return call;
    }
    const call = onPath("read_file", "open", path, [flags], convert);
    // A folder can be opened; it is reading that fails.
    call.readError = "EISDIR";
    return call;
  },

  readlink(path, options) {
    return onPath("readlink", "readlink", pathOf(path), [], nameIn(optionsOf(options).encoding));
  },

  *realpath(path, options) {
    const { encoding } = optionsOf(options);
    path = pathOf(path);
    const none = { ENOENT: null, ENOTDIR: null, ELOOP: null, EACCES: null };
    const found = yield onPath("realpath", "realpath", path, [], nameIn(encoding), none);
    if (found !== null) return found;
    // The older of the two looks at one folder after the other, and tells where it came to an end.
    const { join, resolve } = load("node/path/posix");
    let at = "/";
    for (const part of resolve(textOf(path)).slice(1).split("/")) {
      at = join(at, part);
      const stats = yield operations.lstat(at);
      if (stats.isSymbolicLink()) yield operations.stat(at);
    }
    return yield operations.realpathNative(path, options);
  },

  realpathNative(path, options) {
    return onPath("realpath", "realpath", pathOf(path), [], nameIn(optionsOf(options).encoding));
  },

  rename(from, to) {
    return onPaths("rename", "rename", pathOf(from, "oldPath"), pathOf(to, "newPath"));
  },

  *rm(path, options) {
    path = pathOf(path);
    const { force, maxRetries, recursive, retryDelay } = removalOptions(options);
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
    return yield onPath("rm", "rm", path, [recursive, force, maxRetries, retryDelay]);
  },

  rmdir(path, options) {
    checkOptions(options);
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
      throw invalidArgValue("type", type, "must be one of: 'dir', 'file', 'junction', null, undefined");
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
    const { encoding, flag, flush, mode, signal } = optionsOf(options, { encoding: "utf8", mode: 0o666, flag: "w" });
    booleanOf(flush ?? undefined, "options.flush");
    const bytes = bytesOf(data, encoding);
    const isCalm = signal === undefined || signal === null;
    if (isFile(path)) return yield* writeParts(descriptorOf(path), bytes, isCalm);
    path = pathOf(path);
    const flags = flag ? flagsOf(flag) : O_TRUNC | O_CREAT | O_WRONLY;
    const bits = modeOf(mode, "mode", 0o666);
    if (isCalm) {
      return yield onPath("write_file", "open", path, [bytes, flags, bits, flush === true]);
    }
    // What is given up between two steps writes no more, but the file is closed.
    const fd = yield onPath("open", "open", path, [flags, bits]);
    try {
      yield* writeParts(fd, bytes, false);
      if (flush) yield onFile("fsync", "fsync", fd);
    } finally {
      yield onFile("close", "close", fd);
    }
    return undefined;
  },

  // --- reading and writing open files ---

  read(fd, buffer, offset, length, position) {
    return readInto(fdOf(fd), buffer, offset, length, position);
  },

  // Several buffers are one read, of which each gets its part.
  readv(fd, buffers, position) {
    fdOf(fd);
    checkViews(buffers);
    const length = buffers.reduce((sum, buffer) => sum + buffer.byteLength, 0);
    return onFile("read", "read", fd, [length, currentOr(position)], (bytes) => {
      let at = 0;
      for (const buffer of buffers) {
        const part = bytes.subarray(at, at + buffer.byteLength);
        new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength).set(part);
        at += part.length;
      }
      return bytes.length;
    });
  },

  write(fd, data, offsetOrOptions, length, position) {
    return writeFrom(fdOf(fd), data, offsetOrOptions, length, position);
  },

  writev(fd, buffers, position) {
    fdOf(fd);
    checkViews(buffers);
    return onFile("write", "write", fd, [Buffer.concat(buffers.map(viewBytes)), currentOr(position)]);
  },
};

function idOf(value, name) {
  return integerOf(value, name, -1, 2 ** 32 - 1);
}

function checkOptions(options) {
  if (options !== undefined && (options === null || typeof options !== "object" || Array.isArray(options))) {
    throw invalidArgType("options", "of type object", options);
  }
}

function removalOptions(options) {
  checkOptions(options);
  const settings = { force: false, maxRetries: 0, recursive: false, retryDelay: 100, ...options };
  const { force, maxRetries, recursive, retryDelay } = settings;
  for (const name of ["force", "recursive"]) {
    if (typeof settings[name] !== "boolean") throw invalidArgType(`options.${name}`, "of type boolean", settings[name]);
  }
  integerOf(retryDelay, "options.retryDelay", 0, 2 ** 31 - 1);
  integerOf(maxRetries, "options.maxRetries", 0, 2 ** 32 - 1);
  return { force, maxRetries, recursive, retryDelay };
}

return { Call, operations };
