"use strict";
// node:constants: what os, fs and crypto know by number, in one object.

const os = load("node/os");

const files = { ...load("node/fs/constants").constants };
delete files.EXTENSIONLESS_FORMAT_JAVASCRIPT;
delete files.EXTENSIONLESS_FORMAT_WASM;

return Object.freeze({
  ...os.constants.dlopen, ...os.constants.errno, ...os.constants.priority, ...os.constants.signals, ...files,
  ...load("node/crypto/constants").constants,
});
