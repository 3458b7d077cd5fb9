"use strict";
// module.registerHooks: functions of the program that have a say in what specifiers name and what modules hold, for
// `import` and `require` alike. The last registered is asked first, and asks the next; the last of all is Rust.

const { coded, invalidArgType } = load("node/errors");
const cjs = load("cjs");

const chain = [];

function registerHooks(hooks) {
  if (hooks === null || typeof hooks !== "object") throw invalidArgType("hooks", "of type object", hooks);
  const { resolve, load: loadHook } = hooks;
  for (const [name, hook] of [["hooks.resolve", resolve], ["hooks.load", loadHook]]) {
    if (hook !== undefined && hook !== null && typeof hook !== "function") throw invalidArgType(name, "of type function", hook);
  }
  const entry = { resolve: resolve ?? undefined, load: loadHook ?? undefined };
  chain.push(entry);
  update();
  return {
    deregister() {
      const at = chain.indexOf(entry);
      if (at === -1) return;
      chain.splice(at, 1);
      update();
    },
  };
}

function update() {
  const any = chain.length > 0;
  cjs.setHooks(any ? { resolveForRequire, loadForRequire } : undefined);
  native("modules").set_hooked(any);
}

// Asks the hooks above `at`, the newest first. `last` is what the runtime does by itself.
function ask(name, at, subject, context, last, check) {
  let index = at;
  while (index >= 0 && chain[index][name] === undefined) index--;
  if (index < 0) return last(subject, context);
  let wentOn = false;
  const next = (nextSubject = subject, nextContext = {}) => {
    wentOn = true;
    return ask(name, index - 1, String(nextSubject), { ...context, ...nextContext }, last, check);
  };
  const result = chain[index][name](subject, context, next);
  if (result === null || typeof result !== "object") {
    throw coded(TypeError, "ERR_INVALID_RETURN_VALUE",
      `Expected an object to be returned from the "${name}" hook but got ${describe(result)}.`);
  }
  if (typeof result.then === "function") {
    throw coded(TypeError, "ERR_INVALID_RETURN_VALUE",
      `The "${name}" hook must be synchronous, but it returned a promise.`);
  }
  if (!wentOn && result.shortCircuit !== true) {
    throw coded(TypeError, "ERR_INVALID_RETURN_PROPERTY_VALUE",
      `Expected true to be returned for the "shortCircuit" from the "${name}" hook function but got ` +
      `${describe(result.shortCircuit)}. If it ends the chain on purpose, it says so with "shortCircuit: true".`);
  }
  check(result);
  return result;
}

function describe(value) {
  return value === undefined || value === null ? String(value) : `type ${typeof value}`;
}

function checkResolved({ url }) {
  if (typeof url === "string" && (/^[a-zA-Z][a-zA-Z0-9+.-]*:/.test(url))) return;
  throw coded(TypeError, "ERR_INVALID_RETURN_PROPERTY_VALUE",
    `Expected a URL string to be returned for the "url" from the "resolve" hook function but got ${describe(url)}.`);
}

function checkLoaded({ format, source }) {
  if (typeof format !== "string") {
    throw coded(TypeError, "ERR_INVALID_RETURN_PROPERTY_VALUE",
      `Expected a string to be returned for the "format" from the "load" hook function but got ${describe(format)}.`);
  }
  if (source === undefined || source === null || typeof source === "string" || ArrayBuffer.isView(source)
    || source instanceof ArrayBuffer) return;
  throw coded(TypeError, "ERR_INVALID_RETURN_PROPERTY_VALUE",
    "Expected a string, an ArrayBuffer, or a TypedArray to be returned for the \"source\" from the \"load\" hook " +
    `function but got ${describe(source)}.`);
}

function conditionsOf(required) {
  return native("modules").conditions(required);
}

function attributesOf(type) {
  return type === undefined ? { __proto__: null } : { __proto__: null, type };
}

function resolveHooked(specifier, parentURL, type, required) {
  const context = { conditions: conditionsOf(required), importAttributes: attributesOf(type), parentURL };
  return ask("resolve", chain.length - 1, specifier, context, (subject, { parentURL: parent }) => {
    const [url, format] = native("modules").resolve_url(subject, parent ?? "", required);
    return { url, format };
  }, checkResolved);
}

function loadHooked(url, format, type, required) {
  const context = { conditions: conditionsOf(required), format, importAttributes: attributesOf(type) };
  return ask("load", chain.length - 1, url, context, (subject, { format: known, importAttributes }) => {
    const [found, source] = native("modules").read_source(subject, importAttributes?.type, required);
    return { format: known ?? found, source };
  }, checkLoaded);
}

// For modules.rs: `[url, format, type]` and `[format, source]`.
function resolveForImport(specifier, parentURL, type) {
  const { url, format, importAttributes } = resolveHooked(specifier, parentURL, type, false);
  return [url, format ?? undefined, importAttributes?.type ?? type];
}

function loadForImport(url, format, type) {
  const { format: found, source } = loadHooked(url, format, type, false);
  return [found, source ?? undefined];
}

const formats = new Map();

function resolveForRequire(specifier, from) {
  const { url, format } = resolveHooked(specifier, native("modules").url_of_path(from), undefined, true);
  const id = native("modules").id_of_url(url);
  if (format !== undefined && format !== null) formats.set(id, format);
  return id;
}

// What cjs.js makes a module of.
function loadForRequire(id) {
  const { format, source } = loadHooked(native("modules").url_of_path(id), formats.get(id), undefined, true);
  formats.delete(id);
  if (format === "builtin") return ["builtin", cjs.builtinExports(id)];
  return native("modules").source_for_require(id, format, source ?? undefined);
}

return { registerHooks, resolveForImport, loadForImport };
