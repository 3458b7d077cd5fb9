"use strict";
// node:module: the class behind `module`, with createRequire, hooks, source maps and the list of built-ins.

const cjs = load("cjs");
const { Module } = cjs;
const { coded, invalidArgType, invalidArgValue, checkString } = load("node/errors");

// The static methods of a class are not enumerable, and only what is enumerable becomes a named export.
for (const name of ["createRequire", "isBuiltin"]) Object.defineProperty(Module, name, { enumerable: true });

Object.assign(Module, {
  builtinModules: Object.freeze(native("modules").builtin_names()),
  constants: Object.freeze({
    __proto__: null,
    compileCacheStatus: Object.freeze({ __proto__: null, FAILED: 0, ENABLED: 1, ALREADY_ENABLED: 2, DISABLED: 3 }),
  }),
  globalPaths: [],
  wrapper: ["(function (exports, require, module, __filename, __dirname) { ", "\n});"],
  _pathCache: { __proto__: null },

  _nodeModulePaths(from) {
    return native("modules").node_modules_paths(String(from));
  },

  _resolveLookupPaths(specifier, parent) {
    const folder = parent?.path ?? native("modules").cwd();
    return native("modules").lookup_paths(String(specifier), folder) ?? null;
  },

  _findPath(specifier, paths) {
    try {
      return native("modules").resolve_from_paths(String(specifier).replace(/^(?![./])/, "./"), paths ?? []);
    } catch (error) {
      if (error?.code === "MODULE_NOT_FOUND") return false;
      throw error;
    }
  },

  _initPaths() {},

  _preloadModules(specifiers) {
    for (const specifier of specifiers ?? []) Module._load(specifier, null, false);
  },

  runMain(main = process.argv[1]) {
    return Module._load(main, null, true);
  },

  wrap(script) {
    return Module.wrapper[0] + script + Module.wrapper[1];
  },

  registerHooks(hooks) {
    return load("node/module/hooks").registerHooks(hooks);
  },

  register() {
    throw coded(Error, "ERR_NOT_SUPPORTED",
      "module.register is not supported by Krepis: hooks run in the program's own thread, see module.registerHooks");
  },

  syncBuiltinESMExports() {
    native("modules").sync_builtin_exports();
  },

  findPackageJSON(specifier, base) {
    return load("node/module/packages").findPackageJSON(specifier, base);
  },

  stripTypeScriptTypes(code, options = {}) {
    checkString(code, "code");
    const { mode = "strip", sourceMap = false, sourceUrl = "" } = options;
    if (mode !== "strip" && mode !== "transform") {
      throw invalidArgValue("options.mode", mode, "must be one of: 'strip', 'transform'");
    }
    if (mode === "strip" && sourceMap) {
      throw invalidArgValue("options.sourceMap", sourceMap, "must be one of: false, undefined");
    }
    const [text, map] = native("modules").transpile(code, String(sourceUrl));
    const mapping = sourceMap
      ? `\n\n//# sourceMappingURL=data:application/json;base64,${load("node/buffer").Buffer.from(map).toString("base64")}`
      : "";
    return text + mapping + (sourceUrl === "" ? "" : `\n\n//# sourceURL=${sourceUrl}`);
  },

  enableCompileCache() {
    const directory = native("modules").compile_cache_folder();
    const { ALREADY_ENABLED, DISABLED } = Module.constants.compileCacheStatus;
    return directory === undefined ? { status: DISABLED } : { status: ALREADY_ENABLED, directory };
  },

  getCompileCacheDir() {
    return native("modules").compile_cache_folder();
  },

  flushCompileCache() {
    native("modules").flush_compile_cache();
  },

  setSourceMapsSupport(enabled) {
    if (typeof enabled !== "boolean") throw invalidArgType("enabled", "of type boolean", enabled);
  },

  getSourceMapsSupport() {
    return Object.freeze({ __proto__: null, enabled: true, nodeModules: true, generatedCode: true });
  },

  findSourceMap(path) {
    checkString(path, "path");
    const json = native("modules").find_source_map(path);
    return json === undefined ? undefined : new Module.SourceMap(JSON.parse(json));
  },
});

Object.defineProperty(Module, "SourceMap", {
  get: () => load("node/module/source_map").SourceMap,
  enumerable: true, configurable: true,
});

// Replaceable steps of loading, as accessors of the class that only node:module shows as named exports.
for (const name of ["_load", "_resolveFilename"]) Object.defineProperty(Module, name, { enumerable: true });

return Module;
