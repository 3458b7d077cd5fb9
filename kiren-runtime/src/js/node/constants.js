"use strict";
// node:constants: what os, fs and crypto know by number, in one object.

const os = load("node/os");

const { constants: files } = load("node/fs/constants");

return Object.freeze({
  ...os.constants.dlopen, ...os.constants.errno, ...os.constants.priority, ...os.constants.signals, ...files,
  ...load("node/crypto/constants").constants,
});
