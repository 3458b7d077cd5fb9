"use strict";
// node:constants: what os, fs and crypto know by number, in one object.

const os = load("node/os");

return Object.freeze({
  __proto__: null,
  ...os.constants.errno, ...os.constants.priority, ...os.constants.signals, ...load("node/fs/constants").constants,
});
