"use strict";
// Stats, StatFs and Dirent: what is told of files.

const { constants } = load("node/fs/constants");

const { S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFREG, S_IFSOCK } = constants;

const KINDS = {
  isDirectory: S_IFDIR, isFile: S_IFREG, isBlockDevice: S_IFBLK, isCharacterDevice: S_IFCHR, isSymbolicLink: S_IFLNK,
  isFIFO: S_IFIFO, isSocket: S_IFSOCK,
};

function Stats(
  dev, mode, nlink, uid, gid, rdev, blksize, ino, size, blocks, atimeMs, mtimeMs, ctimeMs, birthtimeMs,
) {
  Object.assign(this, { dev, mode, nlink, uid, gid, rdev, blksize, ino, size, blocks, atimeMs, mtimeMs, ctimeMs, birthtimeMs });
}

function BigIntStats(...fields) {
  Stats.apply(this, fields);
  [this.atimeNs, this.mtimeNs, this.ctimeNs, this.birthtimeNs] = fields.slice(14);
}

Object.setPrototypeOf(BigIntStats.prototype, Stats.prototype);
Object.setPrototypeOf(BigIntStats, Stats);

for (const [name, kind] of Object.entries(KINDS)) {
  Stats.prototype[name] = { [name]() {
    return (Number(this.mode) & S_IFMT) === kind;
  } }[name];
}

// Dates are made when they are asked for.
for (const name of ["atime", "mtime", "ctime", "birthtime"]) {
  const put = (stats, value) => Object.defineProperty(stats, name, {
    value, writable: true, enumerable: true, configurable: true,
  });
  Object.defineProperty(Stats.prototype, name, {
    get() {
      const value = new Date(Math.round(Number(this[`${name}Ms`])));
      put(this, value);
      return value;
    },
    set(value) {
      put(this, value);
    },
    enumerable: true,
    configurable: true,
  });
}

// The eighteen fields of native code: ten numbers, then seconds and nanoseconds of four times.
function statsOf(fields) {
  if (typeof fields[0] === "bigint") {
    const times = [10, 12, 14, 16].map((at) => fields[at] * 1_000_000_000n + fields[at + 1]);
    return new BigIntStats(...fields.subarray(0, 10), ...times.map((time) => time / 1_000_000n), ...times);
  }
  const times = [10, 12, 14, 16].map((at) => fields[at] * 1000 + fields[at + 1] / 1e6);
  return new Stats(...fields.subarray(0, 10), ...times);
}

class StatFs {
  constructor([type, bsize, blocks, bfree, bavail, files, ffree]) {
    Object.assign(this, { type, bsize, blocks, bfree, bavail, files, ffree });
  }
}

const type = Symbol("type");

class Dirent {
  constructor(name, parentPath, kind) {
    this.name = name;
    this.parentPath = parentPath;
    this[type] = kind;
  }
}

// UV_DIRENT_* in the order of their numbers, from 1.
const DIRENT_KINDS = [
  "isFile", "isDirectory", "isSymbolicLink", "isFIFO", "isSocket", "isCharacterDevice", "isBlockDevice",
];
DIRENT_KINDS.forEach((name, at) => {
  Object.defineProperty(Dirent.prototype, name, {
    value: { [name]() {
      return this[type] === at + 1;
    } }[name],
    writable: true, enumerable: false, configurable: true,
  });
});

return { BigIntStats, Dirent, StatFs, Stats, statsOf };
