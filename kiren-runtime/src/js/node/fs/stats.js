"use strict";
// Stats, StatFs and Dirent: what is told of files.

const { constants } = load("node/fs/constants");

const { S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFREG, S_IFSOCK } = constants;

const KINDS = {
  isDirectory: S_IFDIR, isFile: S_IFREG, isBlockDevice: S_IFBLK, isCharacterDevice: S_IFCHR, isSymbolicLink: S_IFLNK,
  isFIFO: S_IFIFO, isSocket: S_IFSOCK,
};

// What a mode tells, of both kinds.
function StatsBase(dev, mode, nlink, uid, gid, rdev, blksize, ino, size, blocks) {
  Object.assign(this, { dev, mode, nlink, uid, gid, rdev, blksize, ino, size, blocks });
}

for (const [name, kind] of Object.entries(KINDS)) {
  const method = { [name]() {
    return this._checkModeProperty(kind);
  } }[name];
  Object.defineProperty(StatsBase.prototype, name, { value: method, writable: true, enumerable: true, configurable: true });
}

// What of a time its milliseconds do not hold exactly.
const PARTS = {
  atime: Symbol("partialAtimeNs"), mtime: Symbol("partialMtimeNs"), ctime: Symbol("partialCtimeNs"),
  birthtime: Symbol("kPartialBirthtimeNs"),
};

function Stats(...fields) {
  Reflect.apply(StatsBase, this, fields.slice(0, 10));
  [this.atimeMs, this.mtimeMs, this.ctimeMs, this.birthtimeMs] = fields.slice(10, 14);
  Object.keys(PARTS).forEach((name, at) => {
    this[PARTS[name]] = fields[14 + at] ?? 0;
  });
}

function BigIntStats(...fields) {
  Reflect.apply(StatsBase, this, fields.slice(0, 10));
  [this.atimeMs, this.mtimeMs, this.ctimeMs, this.birthtimeMs] = fields.slice(10, 14);
  [this.atimeNs, this.mtimeNs, this.ctimeNs, this.birthtimeNs] = fields.slice(14);
}

for (const Class of [Stats, BigIntStats]) {
  Object.setPrototypeOf(Class.prototype, StatsBase.prototype);
  Object.setPrototypeOf(Class, StatsBase);
  Class.prototype._checkModeProperty = function (kind) {
    return (Number(this.mode) & S_IFMT) === kind;
  };
  for (const name of Object.keys(PARTS)) {
    later(Class, name, (stats) => new Date(Math.round(Number(stats[`${name}Ms`]))));
    later(Class, `${name}Instant`, (stats) => new Temporal.Instant(nanoseconds(stats, name)));
  }
}

function nanoseconds(stats, name) {
  if (stats instanceof BigIntStats) return stats[`${name}Ns`];
  const part = stats[PARTS[name]];
  return BigInt(Math.round((stats[`${name}Ms`] - part / 1e6) / 1000)) * 1_000_000_000n + BigInt(part);
}

// A property that is made when somebody asks for it.
function later(Class, name, make) {
  const put = (stats, value) => Object.defineProperty(stats, name, {
    value, writable: true, enumerable: true, configurable: true,
  });
  Object.defineProperty(Class.prototype, name, {
    get() {
      const value = make(this);
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
  const starts = [10, 12, 14, 16];
  if (typeof fields[0] === "bigint") {
    const times = starts.map((at) => fields[at] * 1_000_000_000n + fields[at + 1]);
    return new BigIntStats(...fields.subarray(0, 10), ...times.map((time) => time / 1_000_000n), ...times);
  }
  const times = starts.map((at) => fields[at] * 1000 + fields[at + 1] / 1e6);
  return new Stats(...fields.subarray(0, 10), ...times, ...starts.map((at) => fields[at + 1]));
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
