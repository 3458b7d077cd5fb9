"use strict";
// node:ffi: not there yet.

const { platform } = native("process").info();
const suffix = platform === "win32" ? "dll" : platform === "darwin" ? "dylib" : "so";

return load("node/absent").moduleOf("ffi", { suffix, types: {} });
