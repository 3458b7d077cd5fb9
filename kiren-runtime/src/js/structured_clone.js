"use strict";
// structuredClone: https://html.spec.whatwg.org/multipage/structured-data.html
// V8's serializer walks the value; what it does not know (Blob, File, DOMException, ...) comes back here.
//
// For other modules:
//   structuredClone(value, options)
//   clone(value, transferList) -> { value, moved }   the same, with the transferred objects other than buffers
//   registerTransferable(isIt, transfer)   transfer(object) -> the object in its new place; throws if it cannot

const { DOMException, isDOMException } = load("dom_exception");
const { dictionary, isPlatformObject, required, sequence } = load("webidl");

const transferables = []; // [isIt, transfer]

function registerTransferable(isIt, transfer) {
  transferables.push([isIt, transfer]);
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

/** One run of the serializer: what its callbacks need to know. */
class Run {
  hosts = []; // clones of host objects, by the index written in their place
  transferred = new Map(); // object -> index in hosts

  /** Called for objects whose prototype is not Object.prototype: is it one that V8 must not walk? */
  isHost(object) {
    return this.transferred.has(object) || isPlatformObject(object);
  }

  /** Called for each host object: gives its index in `hosts`. */
  write(object) {
    const at = this.transferred.get(object);
    return at ?? this.hosts.push(cloneHost(object)) - 1;
  }
}

function cloneHost(object) {
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
  const moves = [];
  const seen = new Set();
  for (const object of transfer) {
    if (seen.has(object)) throw dataCloneError("The transfer list names an object twice");
    seen.add(object);
    if (object instanceof ArrayBuffer) {
      if (object.detached) throw dataCloneError("An ArrayBuffer in the transfer list is detached already");
      buffers.push(object);
      continue;
    }
    const kind = transferables.find(([isIt]) => isIt(object));
    if (kind === undefined) throw dataCloneError(`${nameOf(object)} could not be transferred`);
    run.transferred.set(object, run.hosts.push(undefined) - 1);
    moves.push([object, kind[1]]);
  }
  const isTop = typeof value === "object" && value !== null;
  const serialized = isTop && isDOMException(value) && !run.transferred.has(value)
    ? undefined
    : native("structured_clone").serialize(value, buffers, run, dataCloneError);
  for (const [object, move] of moves) run.hosts[run.transferred.get(object)] = move(object);
  const result = serialized === undefined
    ? cloneDOMException(value)
    : native("structured_clone").deserialize(serialized, buffers, run.hosts);
  return { value: result, moved: moves.map(([object]) => run.hosts[run.transferred.get(object)]) };
}

function nameOf(value) {
  if (typeof value === "object" && value !== null) return `#<${value.constructor?.name ?? "Object"}>`;
  return String(value);
}

function dataCloneError(message) {
  return new DOMException(message, "DataCloneError");
}

return { clone, registerTransferable, structuredClone };
