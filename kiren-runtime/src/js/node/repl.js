"use strict";
// node:repl: not there yet; `krepis repl` is the prompt.

const { Module } = load("cjs");

return load("node/absent").moduleOf("repl", {
  REPL_MODE_SLOPPY: Symbol("repl-sloppy"),
  REPL_MODE_STRICT: Symbol("repl-strict"),
  builtinModules: Module.builtinModules,
});
