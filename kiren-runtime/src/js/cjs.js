"use strict";
// CommonJS: `require`, `module`, `exports` over the resolver and loader in Rust. In the snapshot, so that a
// CommonJS entry costs what an ES module costs.

const cache = { __proto__: null };
const builtins = { __proto__: null };
let mainModule;

class Module {
  constructor(id, parent) {
    this.id = id;
    this.path = directoryOf(id);
    this.exports = {};
    this.filename = id;
    this.loaded = false;
    this.children = [];
    Object.defineProperty(this, "parent", { value: parent, writable: true, configurable: true, enumerable: false });
    parent?.children.push(this);
  }

  get paths() {
    return native("modules").node_modules_paths(this.path);
  }

  require(specifier) {
    return requireFrom(this, specifier);
  }

  _compile(code, filename) {
    const wrapper = native("modules").compile_function(String(code), filename);
    return callWrapper(this, wrapper);
  }

  static _load(specifier, parent) {
    return requireFrom(parent ?? { filename: native("modules").cwd() + "/" }, specifier);
  }

  static _resolveFilename(specifier, parent) {
    return native("modules").resolve(specifier, parent?.filename ?? native("modules").cwd() + "/");
  }

  static createRequire(from) {
    const filename = from instanceof URL || String(from).startsWith("file:")
      ? native("modules").path_of_url(String(from)) : String(from);
    if (!filename.startsWith("/") && !/^[a-zA-Z]:[\\/]/.test(filename)) {
      const { codedTypeError } = load("task_queue");
      throw codedTypeError("ERR_INVALID_ARG_VALUE",
        `The argument 'filename' must be a file URL object, file URL string, or absolute path string. Received '${filename}'`);
    }
    const module = new Module(filename, undefined);
    return makeRequire(module);
  }

  static isBuiltin(name) {
    return native("modules").is_builtin(String(name));
  }

  static get builtinModules() {
    return native("modules").builtin_names();
  }
}

Module._cache = cache;
Module._extensions = { __proto__: null };
Module.Module = Module;

function directoryOf(path) {
  const at = path.lastIndexOf("/");
  return at <= 0 ? "/" : path.slice(0, at);
}

function makeRequire(module) {
  function require(specifier) {
    return requireFrom(module, specifier);
  }
  require.resolve = (specifier) => native("modules").resolve(checked(specifier), module.filename);
  require.cache = cache;
  require.main = mainModule;
  require.extensions = Module._extensions;
  return require;
}

function checked(specifier) {
  if (typeof specifier === "string" && specifier !== "") return specifier;
  const { codedTypeError } = load("task_queue");
  if (specifier === "") throw codedTypeError("ERR_INVALID_ARG_VALUE", "The argument 'id' must be a non-empty string. Received ''");
  throw codedTypeError("ERR_INVALID_ARG_TYPE", `The "id" argument must be of type string. Received ${typeof specifier}`);
}

function requireFrom(parent, specifier) {
  const id = native("modules").resolve(checked(specifier), parent.filename);
  const cached = cache[id];
  if (cached !== undefined) {
    if (parent.children !== undefined && !parent.children.includes(cached)) parent.children.push(cached);
    return cached.exports;
  }
  if (native("modules").is_builtin(id)) return builtinExports(id);
  return loadFile(id, parent).exports;
}

function loadFile(id, parent) {
  const module = new Module(id, parent instanceof Module ? parent : undefined);
  cache[id] = module;
  let done = false;
  try {
    const [format, payload] = native("modules").load_for_require(id);
    if (format === "commonjs") callWrapper(module, payload);
    else if (format === "json") module.exports = parseJson(payload, id);
    else module.exports = exportsOfNamespace(payload);
    done = true;
  } finally {
    if (!done) delete cache[id];
  }
  module.loaded = true;
  return module;
}

function callWrapper(module, wrapper) {
  return wrapper.call(module.exports, module.exports, makeRequire(module), module, module.filename, module.path);
}

function parseJson(text, file) {
  try {
    return JSON.parse(text);
  } catch (error) {
    error.message = `${file}: ${error.message}`;
    throw error;
  }
}

// What `require` of an ES module gives: its "module.exports" export, or its namespace.
function exportsOfNamespace(namespace) {
  return "module.exports" in namespace ? namespace["module.exports"] : namespace;
}

// The exports object of a built-in such as "node:path", made at its first use.
function builtinExports(id) {
  return (builtins[id] ??= load(native("modules").builtin_source(id)));
}

// The entry of the program, loaded by the host.
function runMain(id, [format, payload]) {
  mainModule = new Module(id, undefined);
  mainModule.id = ".";
  cache[id] = mainModule;
  if (format === "commonjs") callWrapper(mainModule, payload);
  else if (format === "json") mainModule.exports = parseJson(payload, id);
  mainModule.loaded = true;
  return mainModule.exports;
}

// `import` of a CommonJS file: its module.exports, loaded once for both worlds.
function requireForImport(id) {
  return (cache[id] ?? loadFile(id, undefined)).exports;
}

// import(): the module is loaded after the caller has gone on.
async function importLater(referrer, specifier, type) {
  await undefined;
  const [evaluated, namespace] = native("modules").import_now(referrer, specifier, type);
  await evaluated;
  return namespace;
}

return { Module, makeRequire, importLater, runMain, requireForImport, builtinExports };
