"use strict";
// Warns of what goes wrong with modules that require each other: the exports of one that is not loaded yet lack names
// that will be there later. As in Node, whoever reads such a name is told, by a prototype that watches.

// Its target is an object of its own, so that a printed module looks like any object.
const watching = new Proxy({}, {
  get(target, name, receiver) {
    if (name in target || name === "__esModule" || typeof name === "symbol") return Reflect.get(target, name, receiver);
    warn(name);
    return undefined;
  },
  getOwnPropertyDescriptor(target, name) {
    const found = Reflect.getOwnPropertyDescriptor(target, name);
    if (found === undefined && !(name in target) && name !== "__esModule" && typeof name === "string") warn(name);
    return found;
  },
});

function warn(name) {
  load("process").process.emitWarning(
    `Accessing non-existent property '${name}' of module exports inside circular dependency`);
}

// Exports that are a plain object, and no transpiled ES module, whose importers check by themselves.
function watch({ exports }) {
  if (exports === null || typeof exports !== "object" || Object.getPrototypeOf(exports) !== Object.prototype) return;
  if (!Object.hasOwn(exports, "__esModule") && Object.isExtensible(exports)) Object.setPrototypeOf(exports, watching);
}

function unwatch({ exports }) {
  if (exports === null || typeof exports !== "object" || Object.getPrototypeOf(exports) !== watching) return;
  Object.setPrototypeOf(exports, Object.prototype);
}

return { watch, unwatch };
