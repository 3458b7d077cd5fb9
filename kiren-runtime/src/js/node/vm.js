"use strict";
// node:vm: scripts and functions from text, in this context or in another one.

const { checkString, coded, invalidArgType, outOfRange } = load("node/errors");
const host = native("vm");

const USE_MAIN_CONTEXT_DEFAULT_LOADER = Symbol("vm_dynamic_import_main_context_default");
const DONT_CONTEXTIFY = Symbol("vm_context_no_contextify");
const constants = Object.freeze({ __proto__: null, USE_MAIN_CONTEXT_DEFAULT_LOADER, DONT_CONTEXTIFY });

// By sandbox: the global object of its context.
const globals = new WeakMap();

const scripts = new FinalizationRegistry((handle) => host.release(handle));

function checkObject(value, name) {
  if (value === null || typeof value !== "object") throw invalidArgType(name, "of type object", value);
}

function checkOptional(options, name, type, prefix = "options.") {
  if (options[name] !== undefined && typeof options[name] !== type) {
    throw invalidArgType(`${prefix}${name}`, `of type ${type}`, options[name]);
  }
}

function checkOffset(value, name) {
  if (value === undefined) return 0;
  if (typeof value !== "number") throw invalidArgType(name, "of type number", value);
  if (!Number.isInteger(value)) throw outOfRange(name, "an integer", value);
  if (value !== (value | 0)) throw outOfRange(name, ">= -2147483648 && <= 2147483647", value);
  return value;
}

function checkBytes(value, name) {
  if (value !== undefined && !ArrayBuffer.isView(value)) {
    throw invalidArgType(name, "an instance of Buffer, TypedArray, or DataView", value);
  }
}

function optionsOf(options) {
  if (typeof options === "string") return { filename: options };
  checkObject(options, "options");
  checkOptional(options, "filename", "string");
  return options;
}

class Script {
  #handle;

  constructor(code, options = {}) {
    // As node:vm's own functions call it: where a syntax error comes from.
    const context = arguments[2];
    code = String(code);
    options = optionsOf(options);
    const line = checkOffset(options.lineOffset, "options.lineOffset");
    const column = checkOffset(options.columnOffset, "options.columnOffset");
    checkBytes(options.cachedData, "options.cachedData");
    checkOptional(options, "produceCachedData", "boolean");
    const filename = options.filename ?? "evalmachine.<anonymous>";
    const { handle, rejected, sourceMapURL } = host.compile(code, filename, line, column, options.cachedData, context);
    this.#handle = handle;
    scripts.register(this, handle);
    if (options.cachedData !== undefined) this.cachedDataRejected = rejected;
    if (options.produceCachedData) {
      this.cachedData = this.createCachedData();
      this.cachedDataProduced = true;
    }
    this.sourceMapURL = sourceMapURL;
  }

  createCachedData() {
    const bytes = host.code_cache(this.#handle);
    return load("node/buffer").Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  runInThisContext(options = {}) {
    return host.run(this.#handle, undefined, timeoutOf(options));
  }

  runInContext(contextified, options = {}) {
    return host.run(this.#handle, globalOf(contextified), timeoutOf(options));
  }

  runInNewContext(contextObject, options = {}) {
    const context = createContext(contextObject, contextOptions(options));
    return this.runInContext(context, options);
  }
}

function timeoutOf(options) {
  if (typeof options === "string") return 0;
  checkObject(options, "options");
  checkOptional(options, "displayErrors", "boolean");
  checkOptional(options, "breakOnSigint", "boolean");
  const { timeout } = options;
  if (timeout === undefined) return 0;
  if (typeof timeout !== "number") throw invalidArgType("options.timeout", "of type number", timeout);
  if (!Number.isInteger(timeout)) throw outOfRange("options.timeout", "an integer", timeout);
  if (timeout < 1 || timeout > 0xffffffff) {
    throw outOfRange("options.timeout", ">= 1 && <= 4294967295", timeout);
  }
  return timeout;
}

function globalOf(contextified) {
  const global = isObject(contextified) ? globals.get(contextified) : undefined;
  if (global === undefined) throw invalidArgType("contextifiedObject", "an vm.Context", contextified);
  return global;
}

function isObject(value) {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

// The options of a context as the functions that also run a script take them.
function contextOptions(options) {
  if (typeof options === "string") return {};
  return {
    name: options.contextName, origin: options.contextOrigin, codeGeneration: options.contextCodeGeneration,
    microtaskMode: options.microtaskMode,
  };
}

function createContext(contextObject = {}, options = {}) {
  checkObject(options, "options");
  if (contextObject !== DONT_CONTEXTIFY) {
    checkObject(contextObject, "object");
    if (isContext(contextObject)) return contextObject;
  }
  checkOptional(options, "name", "string");
  checkOptional(options, "origin", "string");
  const generation = options.codeGeneration ?? {};
  checkObject(generation, "options.codeGeneration");
  checkOptional(generation, "strings", "boolean", "options.codeGeneration.");
  checkOptional(generation, "wasm", "boolean", "options.codeGeneration.");
  // The context's own WebAssembly cannot be reached where the object has another.
  if (generation.wasm === false && contextObject !== DONT_CONTEXTIFY && "WebAssembly" in contextObject) {
    throw unsupported("codeGeneration.wasm: false and a WebAssembly of its own");
  }
  if (options.microtaskMode !== undefined) throw unsupported("microtaskMode");
  if (contextObject === DONT_CONTEXTIFY) {
    const global = host.make_context(undefined, generation.strings ?? true);
    globals.set(global, global);
    if (generation.wasm === false) forbidWebAssembly(global);
    return global;
  }
  globals.set(contextObject, host.make_context(contextObject, generation.strings ?? true));
  if (generation.wasm === false) forbidWebAssembly(contextObject);
  return contextObject;
}

function forbidWebAssembly(context) {
  new Script(load("node/vm/no_wasm").source, { filename: "node:vm" }).runInContext(context);
}

function unsupported(option) {
  return coded(Error, "ERR_NOT_SUPPORTED", `node:vm.createContext with ${option} is not supported by Krepis yet`);
}

function isContext(object) {
  checkObject(object, "object");
  return globals.has(object);
}

function createScript(code, options) {
  return new Script(code, options);
}

function runInContext(code, contextified, options) {
  const global = globalOf(contextified);
  return new Script(code, options, global).runInContext(contextified, options);
}

function runInNewContext(code, contextObject, options) {
  if (typeof options === "string") options = { filename: options };
  const context = createContext(contextObject, contextOptions(options ?? {}));
  return runInContext(code, context, options);
}

function runInThisContext(code, options) {
  return new Script(code, options).runInThisContext(options);
}

function compileFunction(code, params = [], options = {}) {
  checkString(code, "code");
  if (!Array.isArray(params)) throw invalidArgType("params", "an instance of Array", params);
  params.forEach((param, at) => checkString(param, `params[${at}]`));
  options = optionsOf(options);
  const line = checkOffset(options.lineOffset, "options.lineOffset");
  const column = checkOffset(options.columnOffset, "options.columnOffset");
  const { contextExtensions = [], parsingContext } = options;
  checkBytes(options.cachedData, "options.cachedData");
  if (!Array.isArray(contextExtensions)) {
    throw invalidArgType("options.contextExtensions", "an instance of Array", contextExtensions);
  }
  contextExtensions.forEach((extension, at) => checkObject(extension, `options.contextExtensions[${at}]`));
  const global = parsingContext === undefined ? undefined : parsingGlobal(parsingContext);
  return host.compile_function(code, params, options.filename ?? "", line, column, global, contextExtensions);
}

function parsingGlobal(context) {
  const global = isObject(context) ? globals.get(context) : undefined;
  if (global === undefined) throw invalidArgType("options.parsingContext", "an instance of Context", context);
  return global;
}

const { missing } = load("node/absent");

return {
  Script, compileFunction, constants, createContext, createScript, isContext, runInContext, runInNewContext,
  runInThisContext,
  ...missing("vm", "measureMemory"),
};
