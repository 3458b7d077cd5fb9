"use strict";
// krepis:modules: the module system as a program sees it: require() for ES modules, the cache, the graph of a program,
// loading ahead, and figures.

const cjs = load("cjs");
const { checkString, invalidArgType } = load("node/errors");

// The folder that relative specifiers start from where nobody says another: that of the entry.
function base() {
  const tools = native("module_graph");
  return tools.entry_path() ?? `${native("modules").cwd()}/`;
}

function requireFrom(place) {
  return cjs.Module.createRequire(place);
}

let entryRequire;

// As in a CommonJS file beside the program's entry. `require.from(import.meta.url)` is one for another file.
function require(specifier) {
  return (entryRequire ??= requireFrom(base()))(specifier);
}
require.from = requireFrom;
require.resolve = (specifier, options) => (entryRequire ??= requireFrom(base())).resolve(specifier, options);

// A file may be named by its URL too, which is what import.meta.resolve() gives.
function idOf(file) {
  const text = String(file);
  return text.startsWith("file:") ? native("modules").path_of_url(text) : text;
}

// The CommonJS modules that are loaded, by file. ES modules stay until the program ends: the standard has it so.
const cache = Object.freeze({
  get size() {
    return Object.keys(cjs.cache).length;
  },

  has(file) {
    return Object.hasOwn(cjs.cache, idOf(file));
  },

  get(file) {
    return cjs.cache[idOf(file)]?.exports;
  },

  keys() {
    return Object.keys(cjs.cache).values();
  },

  // Forgets a module, so that the next require() loads it again; with `dependents`, also those that required it.
  // Gives the files that were forgotten.
  delete(file, { dependents = false } = {}) {
    const gone = [];
    const waiting = [idOf(file)];
    while (waiting.length > 0) {
      const id = waiting.pop();
      const module = cjs.cache[id];
      if (module === undefined) continue;
      delete cjs.cache[id];
      gone.push(id);
      if (!dependents) break;
      for (const [other, { children }] of Object.entries(cjs.cache)) {
        if (children?.includes(module)) waiting.push(other);
      }
    }
    return gone;
  },

  clear() {
    for (const id of Object.keys(cjs.cache)) delete cjs.cache[id];
  },

  [Symbol.iterator]: function* entries() {
    for (const id of Object.keys(cjs.cache)) yield [id, cjs.cache[id].exports];
  },
});

// What a program is made of, found without running it; see `krepis graph --format json` for the shape.
async function graph(entry = base(), { dependencies = true } = {}) {
  if (typeof entry !== "string" && !(entry instanceof URL)) {
    throw invalidArgType("entry", "of type string or an instance of URL", entry);
  }
  return JSON.parse(await native("module_graph").graph(String(entry), dependencies));
}

// Reads, compiles and links modules and all that they import, and runs none of them. Relative specifiers start from
// `from`, a file or its URL.
async function preload(specifiers, { from = base() } = {}) {
  const list = Array.isArray(specifiers) ? specifiers : [specifiers];
  for (const specifier of list) checkString(specifier, "specifier");
  await undefined;
  return { modules: native("module_graph").preload(list, native("modules").url_of_path(String(from))) };
}

function statistics() {
  const [esModules, builtins, commonjsImported, readAhead, resolutions, invalidations, ...compileCache]
    = native("module_graph").statistics();
  const [isOn, hits, misses, written, failed, evicted] = compileCache;
  return {
    modules: { esm: esModules, commonjs: cache.size, builtin: builtins, commonjsImported },
    readAhead,
    resolutions: { remembered: resolutions, invalidations },
    compileCache: isOn === 1 ? { hits, misses, written, failed, evicted } : null,
  };
}

// The files that import has loaded.
function loaded() {
  return native("module_graph").es_modules();
}

return { require, cache, graph, preload, loaded, statistics };
