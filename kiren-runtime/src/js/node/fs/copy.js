"use strict";
// fs.cp: a file, or a folder with what is in it.

const { integerOf, pathOf, textOf } = load("node/fs/arguments");
const { checkFunction, coded, invalidArgType } = load("node/errors");
const path = load("node/path/posix");

// What each failure is called, and the error of the operating system that it is like.
const FAILURES = {
  ERR_FS_EISDIR: ["EISDIR", "Path is a directory"],
  ERR_FS_CP_DIR_TO_NON_DIR: ["EISDIR", "Cannot overwrite non-directory with directory"],
  ERR_FS_CP_EEXIST: ["EEXIST", "Target already exists"],
  ERR_FS_CP_EINVAL: ["EINVAL", "Invalid src or dest"],
  ERR_FS_CP_FIFO_PIPE: ["EINVAL", "Cannot copy a FIFO pipe"],
  ERR_FS_CP_NON_DIR_TO_DIR: ["ENOTDIR", "Cannot overwrite directory with non-directory"],
  ERR_FS_CP_SOCKET: ["EINVAL", "Cannot copy a socket file"],
  ERR_FS_CP_SYMLINK_TO_SUBDIRECTORY: ["EINVAL", "Cannot overwrite symlink in subdirectory of self"],
  ERR_FS_CP_UNKNOWN: ["EINVAL", "Cannot copy an unknown file type"],
};

function failure(code, message, at) {
  const [name, title] = FAILURES[code];
  const errno = load("node/os").constants.errno[name];
  const error = coded(Error, code, `${title}: cp returned ${name} (${message}) ${at}`);
  Object.defineProperty(error, "name", { value: "SystemError", writable: true, configurable: true });
  error.info = { message, path: at, syscall: "cp", errno, code: name };
  error.errno = errno;
  error.syscall = "cp";
  error.path = at;
  return error;
}

const SWITCHES = ["dereference", "errorOnExist", "force", "preserveTimestamps", "recursive", "verbatimSymlinks"];

function settingsOf(options) {
  if (options !== undefined && (options === null || typeof options !== "object" || Array.isArray(options))) {
    throw invalidArgType("options", "of type object", options);
  }
  const settings = {
    dereference: false, errorOnExist: false, force: true, preserveTimestamps: false, recursive: false,
    verbatimSymlinks: false, ...options,
  };
  for (const name of SWITCHES) {
    if (typeof settings[name] !== "boolean") throw invalidArgType(`options.${name}`, "of type boolean", settings[name]);
  }
  settings.mode = settings.mode === undefined || settings.mode === null ? 0 : integerOf(settings.mode, "mode", 0, 7);
  if (settings.dereference && settings.verbatimSymlinks) {
    throw coded(TypeError, "ERR_INCOMPATIBLE_OPTION_PAIR",
      'Option "dereference" cannot be used in combination with option "verbatimSymlinks"');
  }
  if (settings.filter !== undefined) checkFunction(settings.filter, "options.filter");
  return settings;
}

function copyTree(operations, from, to, options, isSync) {
  const settings = settingsOf(options);
  const source = textOf(pathOf(from, "src"));
  const target = textOf(pathOf(to, "dest"));
  return new Copy(operations, settings, isSync).begin(source, target);
}

function isSame(one, other) {
  return one.ino === other.ino && one.dev === other.dev;
}

function isInside(folder, other) {
  return `${path.resolve(other)}/`.startsWith(`${path.resolve(folder)}/`);
}

class Copy {
  #operations;
  #options;
  #isSync;

  constructor(operations, options, isSync) {
    this.#operations = operations;
    this.#options = options;
    this.#isSync = isSync;
  }

  // What Node tells of the two paths at the beginning has other words where it is done at once.
  #refusal(code, text, message, at) {
    return this.#isSync ? coded(Error, code, text) : failure(code, message, at);
  }

  *begin(source, target) {
    if (!(yield* this.#isWanted(source, target))) return;
    const { here, there } = yield* this.#look(source, target);
    if (here.isDirectory()) yield* this.#checkParents(here, source, target);
    if (here.isDirectory() && !this.#options.recursive) {
      throw this.#refusal("ERR_FS_EISDIR", `Recursive option not enabled, cannot copy a directory: ${source}`,
        `${source} is a directory (not copied)`, source);
    }
    if (there === undefined) yield this.#operations.mkdir(path.dirname(target), { recursive: true });
    yield* this.#copy(here, there, source, target);
  }

  *#isWanted(source, target) {
    const { filter } = this.#options;
    if (filter === undefined) return true;
    const answer = filter(source, target);
    if (typeof answer?.then !== "function") return Boolean(answer);
    if (!this.#isSync) return yield answer;
    throw coded(TypeError, "ERR_INVALID_RETURN_VALUE",
      `Expected boolean to be returned from the "filter" function but got an instance of ${answer.constructor?.name}.`);
  }

  *#look(source, target) {
    const { dereference } = this.#options;
    const stat = this.#operations[dereference ? "stat" : "lstat"];
    const here = yield stat(source, { bigint: true });
    const there = yield stat(target, { bigint: true, throwIfNoEntry: false });
    if (there !== undefined) {
      if (isSame(here, there)) {
        const text = "src and dest cannot be the same";
        throw this.#refusal("ERR_FS_CP_EINVAL", `${text} ${target}`, text, target);
      }
      if (here.isDirectory() && !there.isDirectory()) {
        const text = `annot overwrite non-directory ${target} with directory ${source}`;
        throw this.#refusal("ERR_FS_CP_DIR_TO_NON_DIR", `C${text}`, `c${text}`, target);
      }
      if (!here.isDirectory() && there.isDirectory()) {
        const text = `annot overwrite directory ${target} with non-directory ${source}`;
        throw this.#refusal("ERR_FS_CP_NON_DIR_TO_DIR", `C${text}`, `c${text}`, target);
      }
    }
    if (here.isDirectory() && isInside(source, target)) throw this.#intoItself(source, target);
    return { here, there };
  }

  #intoItself(source, target) {
    const text = `annot copy ${source} to a subdirectory of self ${target}`;
    return this.#refusal("ERR_FS_CP_EINVAL", `C${text}`, `c${text}`, target);
  }

  // A folder above the target may be the source by another path.
  *#checkParents(here, source, target) {
    const top = path.dirname(path.resolve(source));
    for (let parent = path.dirname(path.resolve(target)); parent !== top; parent = path.dirname(parent)) {
      const found = yield this.#operations.stat(parent, { bigint: true, throwIfNoEntry: false });
      if (found !== undefined && isSame(here, found)) throw this.#intoItself(source, target);
      if (parent === "/") return;
    }
  }

  *#copy(here, there, source, target) {
    if (here.isDirectory()) yield* this.#folder(here, there, source, target);
    else if (here.isFile() || here.isCharacterDevice() || here.isBlockDevice()) yield* this.#file(here, there, source, target);
    else if (here.isSymbolicLink()) yield* this.#link(there, source, target);
    else if (here.isSocket()) throw failure("ERR_FS_CP_SOCKET", `cannot copy a socket file: ${target}`, target);
    else if (here.isFIFO()) throw failure("ERR_FS_CP_FIFO_PIPE", `cannot copy a FIFO pipe: ${target}`, target);
    else throw failure("ERR_FS_CP_UNKNOWN", `cannot copy an unknown file type: ${target}`, target);
  }

  #checkExisting(target) {
    if (this.#options.errorOnExist) throw failure("ERR_FS_CP_EEXIST", `${target} already exists`, target);
  }

  *#folder(here, there, source, target) {
    if (there === undefined) yield this.#operations.mkdir(target);
    else if (!this.#options.force) this.#checkExisting(target);
    const names = yield* this.#operations.readdir(source);
    for (const name of names) {
      const [from, to] = [path.join(source, name), path.join(target, name)];
      if (!(yield* this.#isWanted(from, to))) continue;
      const inner = yield* this.#look(from, to);
      yield* this.#copy(inner.here, inner.there, from, to);
    }
    if (there === undefined) yield this.#operations.chmod(target, Number(here.mode) & 0o7777);
  }

  *#file(here, there, source, target) {
    if (there !== undefined) {
      if (!this.#options.force) {
        this.#checkExisting(target);
        return;
      }
      yield this.#operations.unlink(target);
    }
    yield this.#operations.copyFile(source, target, this.#options.mode);
    if (!this.#options.preserveTimestamps) return;
    const { atimeMs, mtimeMs } = yield this.#operations.stat(source);
    yield this.#operations.utimes(target, atimeMs / 1000, mtimeMs / 1000);
  }

  *#link(there, source, target) {
    const { lstat, readlink, stat, symlink, unlink } = this.#operations;
    let text = yield readlink(source);
    if (!this.#options.verbatimSymlinks) text = path.resolve(path.dirname(source), text);
    const before = there === undefined ? undefined : yield lstat(target);
    if (before?.isSymbolicLink()) {
      const leads = path.resolve(path.dirname(target), yield readlink(target));
      const end = yield stat(source, { throwIfNoEntry: false });
      if (end?.isDirectory()) {
        if (isInside(text, leads)) {
          throw failure("ERR_FS_CP_EINVAL", `cannot copy ${text} to a subdirectory of self ${leads}`, target);
        }
        if (isInside(leads, text)) {
          throw failure("ERR_FS_CP_SYMLINK_TO_SUBDIRECTORY", `cannot overwrite ${leads} with ${text}`, target);
        }
      }
      yield unlink(target);
    }
    yield symlink(text, target);
  }
}

return { copyTree };
