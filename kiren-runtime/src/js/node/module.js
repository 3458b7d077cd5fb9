"use strict";
// node:module: the class behind `module`, with createRequire and the list of built-ins.

const { Module } = load("cjs");

const builtinModules = Object.freeze(Module.builtinModules);

// The static methods of a class are not enumerable, and only what is enumerable becomes a named export.
for (const name of ["createRequire", "isBuiltin", "_load", "_resolveFilename"]) {
  Object.defineProperty(Module, name, { enumerable: true });
}
Object.defineProperty(Module, "builtinModules", {
  value: builtinModules, enumerable: true, configurable: true, writable: true,
});

Module._nodeModulePaths = function _nodeModulePaths(from) {
  return native("modules").node_modules_paths(String(from));
};

Module.wrapper = ["(function (exports, require, module, __filename, __dirname) { ", "\n});"];
Module.wrap = function wrap(script) {
  return Module.wrapper[0] + script + Module.wrapper[1];
};

return Module;
