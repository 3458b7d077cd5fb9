"use strict";
// The streams of `process` are made without node:stream. Once that is loaded they are instances of its
// classes too.

let classes;
const waiting = [];

// Puts the class of node:stream behind this one: its own methods come first, and those of an emitter, which
// node:stream has in a form that needs its own state.
function adopt({ Class, kind }) {
  const { prototype } = load("node/emitter").EventEmitter;
  for (const name of Object.keys(prototype)) {
    if (typeof prototype[name] !== "function" || Object.hasOwn(Class.prototype, name)) continue;
    Object.defineProperty(Class.prototype, name, { value: prototype[name], writable: true, configurable: true });
  }
  Object.setPrototypeOf(Class.prototype, classes[kind].prototype);
}

/** A class of `process`, and the kind of stream that it is. */
function belongs(Class, kind) {
  if (classes === undefined) waiting.push({ Class, kind });
  else adopt({ Class, kind });
}

/** node:stream is there. */
function streamsLoaded(streams) {
  classes = streams;
  waiting.splice(0).forEach(adopt);
}

return { belongs, streamsLoaded };
