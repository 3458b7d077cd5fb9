"use strict";
// Errors with Node's codes and wording. Loaded with the first error.

const { inspect } = require("node:util");

function coded(Class, code, message) {
  return Object.assign(new Class(message), { code });
}

function received(value) {
  if (value === undefined || value === null) return `Received ${value}`;
  if (typeof value === "function") return `Received function ${value.name}`;
  if (typeof value === "object") {
    const name = value.constructor?.name;
    return `Received ${name ? `an instance of ${name}` : "[Object: null prototype] {}"}`;
  }
  const shown = typeof value === "string" && value.length > 28 ? `${value.slice(0, 25)}...` : value;
  return `Received type ${typeof value} (${inspect(shown)})`;
}

// "argument", or "property" for a name such as options.trim.
function whatIs(name) {
  return name.includes(".") ? "property" : "argument";
}

function invalidType(name, expected, value) {
  const message = `The "${name}" ${whatIs(name)} must be ${expected}. ${received(value)}`;
  return coded(TypeError, "ERR_INVALID_ARG_TYPE", message);
}

function invalidValue(name, allowed, value) {
  const names = allowed.map((one) => `'${one}'`).join(", ");
  const shown = inspect(value.length > 128 ? `${value.slice(0, 128)}...` : value);
  const message = `The ${whatIs(name)} '${name}' must be one of ${names}. Received ${shown}`;
  return coded(RangeError, "ERR_INVALID_ARG_VALUE", message);
}

function outOfRange(name, range, value) {
  const message = `The value of "${name}" is out of range. It must be ${range}. Received ${inspect(value)}`;
  return coded(RangeError, "ERR_OUT_OF_RANGE", message);
}

// As String.prototype.normalize has it, code and all: it has none.
function invalidForm(forms) {
  return new RangeError(`The normalization form should be one of ${forms.join(", ")}.`);
}

module.exports = { invalidForm, invalidType, invalidValue, outOfRange };
