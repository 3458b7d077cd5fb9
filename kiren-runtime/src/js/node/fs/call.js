"use strict";
// What native code is to do, and what its answer means: an operation of node:fs, made ready.

const { textOf } = load("node/fs/arguments");

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

function onFile(name, syscall, fd, args = [], convert = undefined) {
  // What the console has gathered for the same descriptor was printed first.
  if (syscall === "write" && (fd === 1 || fd === 2)) native("stdio").flush();
  return new Call([name, fd, ...args], syscall, undefined, undefined, convert);
}

return { Call, onFile, onPath, onPaths };
