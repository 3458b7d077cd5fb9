"use strict";
// fs.cp: a file, or a folder with what is in it.

const { booleanOf, pathOf } = load("node/fs/arguments");
const { constants } = load("node/fs/constants");
const path = load("node/path/posix");

function systemError(code, errnoName, message, from, to) {
  const errno = load("node/os").constants.errno[errnoName];
  const { errorText } = load("node/system_errors");
  const error = new Error(`${message}: cp returned ${errnoName} (${errorText(-errno)}) ${to}`);
  Object.defineProperty(error, "name", { value: "SystemError", writable: true, configurable: true });
  error.code = code;
  error.info = { message: errorText(-errno), path: to, syscall: "cp", errno, code: errnoName };
  error.errno = errno;
  error.syscall = "cp";
  error.path = to;
  return error;
}

function* copyTree(operations, from, to, options = {}) {
  const source = `${pathOf(from, "src")}`;
  const target = `${pathOf(to, "dest")}`;
  const settings = { errorOnExist: false, force: true, preserveTimestamps: false, recursive: false, ...options };
  for (const name of ["dereference", "errorOnExist", "force", "preserveTimestamps", "recursive", "verbatimSymlinks"]) {
    booleanOf(settings[name], `options.${name}`);
  }
  yield* copy(operations, source, target, settings, true);
}

function* copy(operations, source, target, options, isTop) {
  if (options.filter !== undefined && !options.filter(source, target)) return;
  const stat = options.dereference ? operations.stat : operations.lstat;
  const here = yield stat(source);
  const there = yield stat(target, { throwIfNoEntry: false });
  if (there !== undefined && there.ino === here.ino && there.dev === here.dev) {
    throw systemError("ERR_FS_CP_EINVAL", "EINVAL", "Invalid src or dest: cp", source, target);
  }
  if (here.isDirectory()) {
    if (!options.recursive) {
      throw systemError("ERR_FS_EISDIR", "EISDIR", "Recursive option not enabled, cannot copy a directory", source, source);
    }
    if (there !== undefined && !there.isDirectory()) {
      throw systemError("ERR_FS_CP_DIR_TO_NON_DIR", "EISDIR", "Cannot overwrite non-directory with directory", source, target);
    }
    if (`${path.resolve(target)}/`.startsWith(`${path.resolve(source)}/`)) {
      throw systemError("ERR_FS_CP_EINVAL", "EINVAL", "Cannot copy to a subdirectory of self", source, target);
    }
    if (there === undefined) yield operations.mkdir(target, { recursive: isTop });
    const entries = yield* operations.readdir(source);
    for (const name of entries) yield* copy(operations, path.join(source, name), path.join(target, name), options, false);
    yield operations.chmod(target, here.mode & 0o7777);
    return;
  }
  if (there !== undefined && there.isDirectory()) {
    throw systemError("ERR_FS_CP_NON_DIR_TO_DIR", "ENOTDIR", "Cannot overwrite directory with non-directory", source, target);
  }
  if (isTop) yield operations.mkdir(path.dirname(target), { recursive: true });
  if (there !== undefined && !options.force) {
    if (!options.errorOnExist) return;
    throw systemError("ERR_FS_CP_EEXIST", "EEXIST", "Target already exists", source, target);
  }
  if (here.isSymbolicLink()) {
    const link = yield operations.readlink(source);
    const text = options.verbatimSymlinks ? link : path.resolve(path.dirname(source), link);
    if (there !== undefined) yield operations.unlink(target);
    yield operations.symlink(text, target);
    return;
  }
  if (!here.isFile()) {
    throw systemError("ERR_FS_CP_UNKNOWN", "EINVAL", "Cannot copy an unknown file type", source, target);
  }
  if (there !== undefined) yield operations.unlink(target);
  yield operations.copyFile(source, target, options.mode ?? (there === undefined ? constants.COPYFILE_EXCL : 0));
  if (options.preserveTimestamps) yield operations.utimes(target, here.atimeMs / 1000, here.mtimeMs / 1000);
}

return { copyTree };
