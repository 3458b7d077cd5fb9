"use strict";
// node:timers: the global timers.

const { setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate } = load("timers");

return {
  setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate,
  get promises() {
    return load("node/timers_promises");
  },
};
