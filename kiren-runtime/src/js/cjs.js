"use strict";
// CommonJS: `require`, `module`, `exports` over the resolver and loader in Rust. In the snapshot, so that a
// CommonJS entry costs what an ES module costs. What programs rarely touch is in node/module.js.

// What a resolved id names. `module` is undefined until it is loaded, and after it was deleted from require.cache.
class Slot {
  constructor(id) {
    this.id = id;
    this.module = undefined;
  }
}

const slots = new Map();
const builtins = { __proto__: null };
const builtinSlots = { __proto__: null };
let mainModule;

// What require.cache shows. Whoever changes it changes the slots, so that a hit need not look here.
const cache = new Proxy({ __proto__: null }, {
  defineProperty(shown, id, descriptor) {
    const done = Reflect.defineProperty(shown, id, descriptor);
    if (typeof id === "string") slotOf(id).module = shown[id];
    return done;
  },
  deleteProperty(shown, id) {
    const done = Reflect.deleteProperty(shown, id);
    if (done && slots.has(id)) slots.get(id).module = undefined;
    return done;
  },
});

// The number of the resolver's answers that were dropped because files changed: links are good for one.
let epoch;

// False while a program has replaced a step of loading, or has registered hooks.
let intact = true;
let hooks;

// node/circular.js, once a module was required by one that it requires itself.
let circular;

class Module {
  constructor(id = "", parent) {
    this.id = id;
    this.path = directoryOf(id);
    this.exports = {};
    this.filename = null;
    this.loaded = false;
    this.children = [];
    hide(this, "parent", parent);
    parent?.children?.push(this);
  }

  get paths() {
    return native("modules").node_modules_paths(this.path);
  }

  set paths(paths) {
    Object.defineProperty(this, "paths", { value: paths, writable: true, configurable: true, enumerable: true });
  }

  require(specifier) {
    return Module._load(checked(specifier), this, false);
  }

  load(filename) {
    this.filename = filename;
    this.path = directoryOf(filename);
    loaderOf(filename)(this, filename);
    this.loaded = true;
    circular?.unwatch(this);
  }

  _compile(code, filename) {
    return callWrapper(this, native("modules").compile_function(String(code), filename));
  }

  static _load(specifier, parent) {
    return requireFrom(parent, specifier);
  }

  static _resolveFilename(specifier, parent, isMain, options) {
    return resolveFrom(checked(specifier), parent, options);
  }

  static createRequire(from) {
    return makeRequire(moduleAt(from));
  }

  static isBuiltin(name) {
    return native("modules").is_builtin(String(name));
  }
}

// Programs replace these to have a say in every require(): see `intact`.
const replaced = new Set();
for (const [holder, name] of [[Module, "_load"], [Module, "_resolveFilename"], [Module.prototype, "require"]]) {
  const original = holder[name];
  let current = original;
  Object.defineProperty(holder, name, {
    get: () => current,
    set(value) {
      current = value;
      value === original ? replaced.delete(original) : replaced.add(original);
      intact = replaced.size === 0 && hooks === undefined;
    },
    enumerable: true, configurable: true,
  });
}
const { _compile: compileOriginal } = Module.prototype;

const extensions = { __proto__: null };
for (const extension of [".js", ".json", ".node", ".ts", ".cts", ".mts"]) extensions[extension] = loadDefault;
const extensionNames = Object.keys(extensions).length;

Module._cache = cache;
Module._extensions = extensions;
Module.Module = Module;

function hide(object, name, value) {
  Object.defineProperty(object, name, { value, writable: true, configurable: true, enumerable: false });
}

function directoryOf(path) {
  const at = path.lastIndexOf("/");
  return at <= 0 ? (at === 0 ? "/" : ".") : path.slice(0, at);
}

function slotOf(id) {
  let slot = slots.get(id);
  if (slot === undefined) slots.set(id, slot = new Slot(id));
  return slot;
}

// A module's own require. It remembers the slot behind each specifier: a hit reads that slot.
function makeRequire(module) {
  const links = new Map();
  let linked = 0;

  function require(specifier) {
    const slot = links.get(specifier);
    if (slot !== undefined && intact && linked === epoch[0]) {
      const found = slot.module;
      if (found !== undefined && found.loaded) return found.exports;
    }
    if (!intact) return module.require(specifier);
    epoch ??= native("modules").epoch();
    if (linked !== epoch[0]) {
      links.clear();
      linked = epoch[0];
    }
    return requireFrom(module, checked(specifier), links);
  }

  require.resolve = (specifier, options) => {
    if (options === undefined && intact) {
      const slot = links.get(specifier);
      if (slot !== undefined && linked === epoch[0]) return slot.id;
    }
    return Module._resolveFilename(checked(specifier), module, false, options);
  };
  require.resolve.paths = (specifier) => native("modules").lookup_paths(checked(specifier), module.path) ?? null;
  require.main = mainModule;
  require.extensions = extensions;
  require.cache = cache;
  return require;
}

function checked(specifier) {
  if (typeof specifier === "string" && specifier !== "") return specifier;
  const { invalidArgType, invalidArgValue } = load("node/errors");
  throw specifier === "" ? invalidArgValue("id", specifier, "must be a non-empty string")
    : invalidArgType("id", "of type string", specifier);
}

function moduleAt(from) {
  let filename = from instanceof URL || String(from).startsWith("file:")
    ? native("modules").path_of_url(String(from)) : from;
  if (typeof filename !== "string" || !(filename.startsWith("/") || /^[a-zA-Z]:[\\/]/.test(filename))) {
    throw load("node/errors").invalidArgValue("filename", from,
      "must be a file URL object, file URL string, or absolute path string");
  }
  if (filename.endsWith("/")) filename += "noop.js";
  const module = new Module(filename, undefined);
  module.filename = filename;
  return module;
}

// What a specifier names for `parent`: a file's path, the full name of a built-in, or a URL that hooks made up.
function resolveFrom(specifier, parent, options) {
  const from = parent?.filename ?? native("modules").cwd() + "/";
  if (options?.paths !== undefined) return native("modules").resolve_from_paths(specifier, options.paths, from);
  if (hooks !== undefined) return hooks.resolveForRequire(specifier, from);
  try {
    const id = native("modules").resolve(specifier, from);
    return id.length === specifier.length + 5 && id === `node:${specifier}` ? specifier : id;
  } catch (error) {
    const found = error?.code === "MODULE_NOT_FOUND" ? withOwnExtension(specifier, from) : undefined;
    if (found !== undefined) return found;
    if (error !== null && typeof error === "object") error.requireStack ??= requireStackOf(parent);
    throw error;
  }
}

// require("./file") finds file.coffee once require.extensions[".coffee"] is there.
function withOwnExtension(specifier, from) {
  const names = Object.keys(extensions);
  for (let at = extensionNames; at < names.length; at++) {
    try {
      return native("modules").resolve(specifier + names[at], from);
    } catch {
      // The next one may be there.
    }
  }
  return undefined;
}

// The files that required each other, the innermost first.
function requireStackOf(module) {
  const stack = [];
  for (let at = module; at && stack.length < 100; at = at.parent) stack.push(at.filename || at.id);
  return stack;
}

function requireFrom(parent, specifier, links) {
  const id = intact ? resolveFrom(specifier, parent) : Module._resolveFilename(specifier, parent, false);
  if (!id.startsWith("/") && native("modules").is_builtin(id)) return requireBuiltin(id, specifier, links);
  const slot = slotOf(id);
  const found = slot.module;
  if (found !== undefined) {
    links?.set(specifier, slot);
    if (parent?.children !== undefined && !parent.children.includes(found)) parent.children.push(found);
    if (!found.loaded) (circular ??= load("node/circular")).watch(found);
    return found.exports;
  }
  const module = loadFile(slot, parent);
  links?.set(specifier, slot);
  return module.exports;
}

// A built-in by its bare name can be replaced through require.cache, by its full name it cannot. Neither is shown there.
function requireBuiltin(id, specifier, links) {
  const slot = id.includes(":") ? (builtinSlots[id] ??= new Slot(id)) : slotOf(id);
  if (slot.module === undefined) slot.module = { exports: builtinExports(fullName(id)), loaded: true };
  links?.set(specifier, slot);
  return slot.module.exports;
}

function fullName(id) {
  return id.includes(":") ? id : `node:${id}`;
}

function loadFile(slot, parent) {
  const { id } = slot;
  const module = new Module(id, parent instanceof Module ? parent : undefined);
  cache[id] = module;
  let done = false;
  try {
    module.load(id);
    done = true;
  } finally {
    if (!done) {
      delete cache[id];
      const { children } = module.parent ?? module;
      if (children.at(-1) === module) children.pop();
    }
  }
  return module;
}

// The loader for a file's longest extension that is registered, as in ".test.js".
function loaderOf(filename) {
  const start = filename.lastIndexOf("/") + 1;
  for (let at = filename.indexOf(".", start + 1); at !== -1; at = filename.indexOf(".", at + 1)) {
    const loader = extensions[filename.slice(at)];
    if (loader !== undefined) return loader;
  }
  return extensions[".js"];
}

// What require.extensions begins with. Whoever replaced `_compile` gets the text.
function loadDefault(module, filename) {
  if (module._compile !== compileOriginal) {
    const text = native("modules").text_for_compile(filename);
    if (text !== undefined) {
      module._compile(text, filename);
      return;
    }
  }
  finish(module, filename, hooks?.loadForRequire(filename) ?? native("modules").load_for_require(filename));
}

function finish(module, id, [format, payload]) {
  if (format === "commonjs") callWrapper(module, payload);
  else if (format === "json") module.exports = parseJson(payload, id);
  else if (format === "module") module.exports = exportsOfNamespace(payload);
  else module.exports = payload;
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
  return (builtins[id] ??= native("modules").registered(id) ?? load(native("modules").builtin_source(id)));
}

// The entry of the program, loaded by the host.
function runMain(id, payload) {
  mainModule = new Module(id, null);
  mainModule.id = ".";
  mainModule.filename = id;
  cache[id] = mainModule;
  finish(mainModule, id, payload);
  mainModule.loaded = true;
  return mainModule.exports;
}

// `import` of a CommonJS file: its module.exports, loaded once for both worlds.
function requireForImport(id) {
  const slot = slotOf(id);
  return (slot.module ?? loadFile(slot, undefined)).exports;
}

// import(): the module is loaded after the caller has gone on. `phase` is "source", "defer" or undefined.
async function importLater(referrer, specifier, type, phase) {
  await undefined;
  const [evaluated, namespace] = native("modules").import_now(referrer, specifier, type, phase);
  await evaluated;
  return namespace;
}

// The hooks of module.registerHooks, or undefined when there are none any more.
function setHooks(next) {
  hooks = next;
  intact = replaced.size === 0 && hooks === undefined;
}

function main() {
  return mainModule;
}

return { Module, cache, makeRequire, importLater, runMain, main, requireForImport, builtinExports, setHooks };
