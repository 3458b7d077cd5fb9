"use strict";
// structuredClone: https://html.spec.whatwg.org/multipage/structured-data.html
// V8's serializer walks the value; what it does not know (Blob, File, DOMException, ...) comes back here.
//
// For other modules:
//   structuredClone(value, options)
//   clone(value, transferList) -> { value, moved }   the same, with the transferred objects other than buffers
//   registerTransferable(isIt, transfer, check)   for objects that a transfer list may name: `check(object)` throws
//     when it cannot be moved now, `transfer(object)` gives the object in its new place
//   uncloneable, untransferable   sets of objects that a program has marked: those that must not be cloned or moved

const { DOMException, isDOMException } = load("dom_exception");
const { dictionary, isPlatformObject, required, sequence } = load("webidl");

const transferables = [];
const uncloneable = new WeakSet();
const untransferable = new WeakSet();

function registerTransferable(isIt, transfer, check) {
  transferables.push({ isIt, transfer, check });
}

function structuredClone(value, options = undefined) {
  required(1, arguments.length, "structuredClone");
  const transfer = dictionary(options, "structuredClone, options")?.transfer;
  if (transfer === undefined) {
    // Strings, numbers and the like are their own clones.
    if (value === null || typeof value !== "object" && typeof value !== "function" && typeof value !== "symbol") {
      return value;
    }
    return clone(value, []).value;
  }
  return clone(value, sequence(transfer, "structuredClone, transfer")).value;
}

/** One run of the serializer: what the native code asks of JavaScript on the way. */
class Run {
  hosts = []; // what stands in place of host objects, by the index written for them
  transferred = new Map(); // object -> index in hosts
  moves = []; // [object, transfer]

  /** Asked about objects with another prototype than Object.prototype: is it one that V8 must not walk? */
  isHost(object) {
    return this.transferred.has(object) || isPlatformObject(object) || isStream(object) || uncloneable.has(object);
  }

  /** Gives the index of a host object. */
  write(object) {
    return this.transferred.get(object) ?? this.hosts.push(cloneHost(object)) - 1;
  }

  /** Called when all is written and nothing can fail any more. */
  move() {
    for (const [object, transfer] of this.moves) this.hosts[this.transferred.get(object)] = transfer(object);
  }

  error(message) {
    return dataCloneError(message);
  }
}

/** For values that go to another isolate: host objects stay where they are. */
class PortableRun {
  hosts = [];

  isHost(object) {
    return isPlatformObject(object) || isStream(object) || uncloneable.has(object);
  }

  write(object) {
    throw dataCloneError(`${nameOf(object)} cannot be sent to another isolate`);
  }

  move() {}

  error(message) {
    return dataCloneError(message);
  }
}

/** Streams are classes of their own module; there are none before it is loaded. */
function isStream(object) {
  return ["streams/readable", "streams/writable", "streams/transform"].some((name) =>
    load.loaded(name)?.stateOf?.(object) !== undefined
  );
}

function cloneHost(object) {
  if (uncloneable.has(object)) throw dataCloneError("Cannot clone object of unsupported type.");
  if (isDOMException(object)) return cloneDOMException(object);
  const { blobBytes, blobFromBytes, fileFromBlob, isBlob, isFile } = load("blob");
  if (isBlob(object)) {
    if (isFile(object)) return fileFromBlob(object, object.name, object.lastModified);
    return blobFromBytes(blobBytes(object), object.type);
  }
  throw dataCloneError(`${nameOf(object)} could not be cloned`);
}

function cloneDOMException(error) {
  const copy = new DOMException(error.message, error.name);
  Object.defineProperty(copy, "stack", { value: error.stack, configurable: true, writable: true });
  return copy;
}

function clone(value, transfer) {
  const run = new Run();
  const buffers = [];
  for (const object of transfer) {
    if (run.transferred.has(object) || buffers.includes(object)) {
      throw dataCloneError("The transfer list names an object twice");
    }
    if (untransferable.has(object)) throw dataCloneError("Cannot transfer object of unsupported type.");
    if (object instanceof ArrayBuffer) {
      buffers.push(object);
      continue;
    }
    const kind = transferables.find(({ isIt }) => isIt(object));
    if (kind === undefined) throw dataCloneError(`${nameOf(object)} could not be transferred`);
    kind.check(object);
    run.transferred.set(object, run.hosts.push(undefined) - 1);
    run.moves.push([object, kind.transfer]);
  }
  const { clone } = native("structured_clone");
  // V8 takes a DOMException for a plain Error; as the value itself it keeps its class.
  const isException = isDOMException(value);
  const cloned = clone(isException ? null : value, buffers, run);
  const result = isException ? cloneDOMException(value) : cloned;
  return { value: result, moved: run.moves.map(([object]) => run.hosts[run.transferred.get(object)]) };
}

function nameOf(value) {
  if (typeof value === "object" && value !== null) return `#<${value.constructor?.name ?? "Object"}>`;
  return String(value);
}

function dataCloneError(message) {
  return new DOMException(message, "DataCloneError");
}

return { PortableRun, clone, registerTransferable, structuredClone, uncloneable, untransferable };
