"use strict";
// node:util.

const { inspect, stripControl } = load("inspect");
const { format, formatWithOptions } = load("format");
const { checkString, invalidArgType, outOfRange } = load("node/errors");
const { callbackify, promisify } = load("node/util/promises");

function inherits(constructor, parent) {
  if (constructor === undefined || constructor === null) throw invalidArgType("ctor", "of type function", constructor);
  if (parent === undefined || parent === null) throw invalidArgType("superCtor", "of type function", parent);
  if (parent.prototype === undefined) throw invalidArgType("superCtor.prototype", "of type object", parent.prototype);
  Object.defineProperty(constructor, "super_", { value: parent, writable: true, configurable: true });
  Object.setPrototypeOf(constructor.prototype, parent.prototype);
}

// Codes that have been warned of.
const deprecated = new Set();

function deprecate(fn, message, code, { modifyPrototype = true } = {}) {
  if (code !== undefined) checkString(code, "code");
  let warned = false;
  function deprecatedFunction(...args) {
    const { process } = load("process");
    if (!warned && !process.noDeprecation) {
      warned = true;
      if (code === undefined || !deprecated.has(code)) {
        if (code !== undefined) deprecated.add(code);
        process.emitWarning(message, "DeprecationWarning", code, deprecatedFunction);
      }
    }
    return new.target ? Reflect.construct(fn, args, new.target) : Reflect.apply(fn, this, args);
  }
  if (modifyPrototype) {
    Object.setPrototypeOf(deprecatedFunction, fn);
    if (fn.prototype) deprecatedFunction.prototype = fn.prototype;
  }
  Object.defineProperties(deprecatedFunction, {
    name: { value: "deprecated", configurable: true },
    length: { ...Object.getOwnPropertyDescriptor(fn, "length") },
  });
  return deprecatedFunction;
}

// --- logging ---

let enabledSections;

// NODE_DEBUG names sections, with "*" for any letters.
function isLogged(section) {
  if (enabledSections === undefined) {
    const names = (load("process").process.env.NODE_DEBUG ?? "").split(",").filter((name) => name !== "");
    const sources = names.map((name) => name.split("*").map(RegExp.escape).join(".*"));
    enabledSections = new RegExp(`^(?:${sources.join("|")})$`, "i");
    if (names.length === 0) enabledSections = /(?!)/;
  }
  return enabledSections.test(section);
}

function debuglog(section, created) {
  section = String(section).toUpperCase();
  let logs;
  const log = (...args) => {
    if (logs === undefined) {
      logs = isLogged(section);
      created?.(write);
    }
    if (logs) write(...args);
  };
  const write = (...args) => {
    const { process } = load("process");
    const colors = process.stderr.hasColors?.() ?? false;
    process.stderr.write(`${section} ${process.pid}: ${formatWithOptions({ colors }, ...args)}\n`);
  };
  Object.defineProperty(log, "enabled", { get: () => isLogged(section), enumerable: true, configurable: true });
  return log;
}

// --- text ---

function stripVTControlCharacters(text) {
  checkString(text, "str");
  return stripControl(text);
}

function toUSVString(text) {
  return String(text).toWellFormed();
}

const { TextDecoder, TextEncoder } = load("encoding");

// --- errors of the operating system ---

function checkErrorNumber(number) {
  if (typeof number !== "number") throw invalidArgType("err", "of type number", number);
  if (number >= 0 || !Number.isSafeInteger(number)) throw outOfRange("err", "a negative integer", number);
}

function getSystemErrorName(number) {
  checkErrorNumber(number);
  return load("node/system_errors").errorName(number);
}

function getSystemErrorMessage(number) {
  checkErrorNumber(number);
  return load("node/system_errors").errorText(number);
}

function getSystemErrorMap() {
  return new Map(load("node/system_errors").errorTable());
}

function aborted(signal, resource) {
  if (signal === undefined) throw invalidArgType("signal", "an instance of AbortSignal", signal);
  load("node/errors").checkSignal(signal, "signal");
  if (resource === null || (typeof resource !== "object" && typeof resource !== "function")) {
    return Promise.reject(invalidArgType("resource", "of type object", resource));
  }
  if (signal.aborted) return Promise.resolve();
  // The resource is only held weakly: nobody waits for one that is gone.
  const held = new WeakRef(resource);
  const { promise, resolve } = Promise.withResolvers();
  signal.addEventListener("abort", () => {
    if (held.deref() !== undefined) resolve();
  }, { once: true });
  return promise;
}

// --- what has long been there ---

const _extend = deprecate(function _extend(target, source) {
  if (source === null || typeof source !== "object") return target;
  return Object.assign(target, source);
}, "The `util._extend` API is deprecated. Please use Object.assign() instead.", "DEP0060");

const isArray = deprecate(
  Array.isArray, "The `util.isArray` API is deprecated. Please use `Array.isArray()` instead.", "DEP0044",
);

function parseEnv(text) {
  checkString(text, "content");
  return load("node/util/env").parseEnv(text);
}

function isDeepStrictEqual(a, b, options) {
  return load("node/util/deep_equal").isDeepStrictEqual(a, b, options);
}

function styleText(style, text, options) {
  return load("node/util/style").styleText(style, text, options);
}

function parseArgs(config) {
  return load("node/util/parse_args").parseArgs(config);
}

// --- on demand ---

function getCallSites(...args) {
  return load("node/util/call_sites").getCallSites(...args);
}

function diff(actual, expected) {
  return load("node/util/diff").diff(actual, expected);
}

function convertProcessSignalToExitCode(signal) {
  const number = load("node/os").constants.signals[signal];
  if (number === undefined) throw load("node/errors").invalidArgValue("signalCode", signal);
  return 128 + number;
}

// A signal that can be sent to another thread; here it stays what it is.
function transferableAbortSignal(signal) {
  load("node/errors").checkSignal(signal, "signal");
  if (signal === undefined) throw invalidArgType("signal", "an instance of AbortSignal", signal);
  return signal;
}

function transferableAbortController() {
  return new AbortController();
}

function _errnoException(number, syscall, original) {
  const name = getSystemErrorName(number);
  const error = new Error(original ? `${syscall} ${name} ${original}` : `${syscall} ${name}`);
  return Object.assign(error, { errno: number, code: name, syscall });
}

function _exceptionWithHostPort(number, syscall, address, port, additional) {
  const name = getSystemErrorName(number);
  const place = port > 0 ? `${address}:${port}` : address;
  const details = `${place ? ` ${place}` : ""}${additional ? ` - Local (${additional})` : ""}`;
  const error = Object.assign(new Error(`${syscall} ${name}${details}`), { errno: number, code: name, syscall, address });
  if (port) error.port = port;
  return error;
}

// Nobody is told when it is rejected.
function markPromiseAsHandled(promise) {
  if (!(promise instanceof Promise)) throw invalidArgType("promise", "an instance of Promise", promise);
  promise.then(undefined, () => {});
}

const { missing } = load("node/absent");

const util = {
  ...missing("util", "debounce throttle setTraceSigInt"),
  ...load("node/util/mime"), _errnoException, _exceptionWithHostPort, convertProcessSignalToExitCode, diff, getCallSites,
  markPromiseAsHandled, transferableAbortController, transferableAbortSignal,
  TextDecoder, TextEncoder, _extend, aborted, callbackify, debug: debuglog, debuglog, deprecate, format,
  formatWithOptions, getSystemErrorMap, getSystemErrorMessage, getSystemErrorName, inherits, inspect,
  isArray, isDeepStrictEqual, parseArgs, parseEnv, promisify, stripVTControlCharacters, styleText,
  toUSVString, types: load("node/util/types"),
};

return util;
