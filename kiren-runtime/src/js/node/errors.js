"use strict";
// Errors with Node's codes and wording, for node: modules and `process`.

const OPERANDS = { string: 1, number: 1, boolean: 1, bigint: 1, symbol: 1 };

function codedText() {
  return `${this.name} [${this.code}]: ${this.message}`;
}

function coded(Class, code, message) {
  const error = new Class(message);
  error.code = code;
  // As text such an error tells its code, also where it is matched with a pattern.
  Object.defineProperty(error, "toString", { value: codedText, writable: true, enumerable: false, configurable: true });
  return error;
}

// "Received ..." as Node words it: what was found in place of what was expected.
function received(value) {
  if (value === undefined || value === null) return ` Received ${value}`;
  if (typeof value === "function") return ` Received function ${value.name}`;
  if (typeof value === "object") {
    const name = value.constructor?.name;
    return name ? ` Received an instance of ${name}` : " Received [Object: null prototype] {}";
  }
  if (typeof value === "string" && value.length > 28) value = `${value.slice(0, 25)}...`;
  return ` Received type ${typeof value} (${show(value)})`;
}

// A primitive as inspect shows it; other values by their inspection, where it costs something only here.
function show(value) {
  if (typeof value === "string") return load("inspect").inspect(value);
  if (typeof value === "bigint") return `${value}n`;
  if (OPERANDS[typeof value] !== undefined || value === undefined || value === null) {
    return Object.is(value, -0) ? "-0" : String(value);
  }
  return load("inspect").inspect(value);
}

function invalidArgType(name, expected, value) {
  const what = name.includes(".") ? "property" : "argument";
  const subject = name.endsWith(" argument") ? name : `"${name}" ${what}`;
  const message = `The ${subject} must be ${expected}.${received(value)}`;
  return coded(TypeError, "ERR_INVALID_ARG_TYPE", message);
}

function invalidArgValue(name, value, reason = "is invalid", Class = TypeError) {
  const what = name.includes(".") ? "property" : "argument";
  let shown = show(value);
  if (shown.length > 128) shown = `${shown.slice(0, 128)}...`;
  const message = `The ${what} '${name}' ${reason}. Received ${shown}`;
  return coded(Class, "ERR_INVALID_ARG_VALUE", message);
}

// A large number with its digits in groups of three.
function inGroups(value) {
  return `${value}`.replace(/\B(?=(\d{3})+$)/g, "_");
}

function showNumber(value) {
  if (Number.isInteger(value) && Math.abs(value) > 2 ** 32) return inGroups(value);
  if (typeof value === "bigint" && (value > 2n ** 32n || value < -(2n ** 32n))) return `${inGroups(value)}n`;
  return show(value);
}

function outOfRange(name, range, value, shown = showNumber) {
  const message = `The value of "${name}" is out of range. It must be ${range}. Received ${shown(value)}`;
  return coded(RangeError, "ERR_OUT_OF_RANGE", message);
}

function checkFunction(value, name) {
  if (typeof value !== "function") throw invalidArgType(name, "of type function", value);
}

function checkString(value, name) {
  if (typeof value !== "string") throw invalidArgType(name, "of type string", value);
}

function checkSignal(signal, name) {
  if (signal === undefined) return;
  if (signal === null || typeof signal !== "object" || !("aborted" in signal)) {
    throw invalidArgType(name, "an instance of AbortSignal", signal);
  }
}

class AbortError extends Error {
  constructor(cause) {
    super("The operation was aborted", cause === undefined ? undefined : { cause });
    this.code = "ABORT_ERR";
  }

  get name() {
    return "AbortError";
  }
}

// An error of the operating system: `{ errno, code, name }` from native code.
function systemError(syscall, failure, detail = "") {
  const error = new Error(`${syscall} ${failure.code}${detail}`);
  error.errno = -failure.errno;
  error.code = failure.code;
  error.syscall = syscall;
  return error;
}

return {
  AbortError, checkFunction, checkSignal, checkString, coded, invalidArgType, invalidArgValue, outOfRange,
  systemError,
};
