"use strict";
// What programs say to krepis:text, checked, as the numbers that ext/text.rs reads.

const { checkString, invalidArgType, invalidArgValue, outOfRange } = load("node/errors");

const FORMS = ["NFC", "NFD", "NFKC", "NFKD"];
const NO_FORM = 4;
const CLEAN_UPS = { stripControls: 8, caseFold: 16, collapseWhitespace: 32, trim: 64 };
const UNITS = ["graphemes", "bytes", "characters", "words", "columns"];
const MODES = ["whitespace", "unicode"];
const KINDS = ["word", "number", "punctuation", "symbol", "emoji", "url", "email", "space", "other"];
// All but space and other.
const USUAL_KINDS = 0b111_1111;
const ADDRESSES = 1 << 9;
const LONGEST_TOKEN = 65_536;
// No string is as long.
const NO_LIMIT = 0x7fff_ffff;

// A form's name, or an object of options.
function normalization(form) {
  if (form === undefined) return 0;
  if (typeof form !== "object" || form === null) return formNumber(form);
  let bits = form.form === null ? NO_FORM : formNumber(form.form ?? "NFC");
  for (const name in CLEAN_UPS) {
    if (flag(form[name], `options.${name}`, false)) bits |= CLEAN_UPS[name];
  }
  return bits;
}

// As String.prototype.normalize has it.
function formNumber(form) {
  const number = FORMS.indexOf(`${form}`);
  if (number < 0) throw new RangeError(`The normalization form should be one of ${FORMS.join(", ")}.`);
  return number;
}

function words(mode) {
  return mode === undefined ? 0 : oneOf(MODES, mode, "mode");
}

// The unit and the ellipsis, from `(unit, options)` or from `(options)`.
function truncation(unit, options) {
  if (typeof unit === "object" && unit !== null) {
    options = unit;
    unit = options.unit;
  }
  if (options === undefined) return { unit: unitNumber(unit), ellipsis: "" };
  if (typeof options !== "object" || options === null) throw invalidArgType("options", "of type object", options);
  const { ellipsis = "" } = options;
  checkString(ellipsis, "options.ellipsis");
  return { unit: unitNumber(unit), ellipsis };
}

function unitNumber(unit) {
  return unit === undefined ? 0 : oneOf(UNITS, unit, "unit");
}

function limit(value) {
  if (typeof value === "number" && (value | 0) === value && value >= 0) return value;
  return count(value, "limit", 0);
}

function tokenization(options) {
  if (options === undefined) return USUAL_KINDS | ADDRESSES;
  if (typeof options !== "object" || options === null) throw invalidArgType("options", "of type object", options);
  const bits = flag(options.addresses, "options.addresses", true) ? ADDRESSES : 0;
  if (options.kinds === undefined) return bits | USUAL_KINDS;
  if (!Array.isArray(options.kinds)) throw invalidArgType("options.kinds", "an instance of Array", options.kinds);
  return options.kinds.reduce((all, kind) => all | (1 << oneOf(KINDS, kind, "options.kinds")), bits);
}

function longest(options) {
  const value = options?.longest;
  return value === undefined ? LONGEST_TOKEN : count(value, "options.longest", 1);
}

function count(value, name, least) {
  if (typeof value !== "number") throw invalidArgType(name, "of type number", value);
  if (!(value >= least && (Number.isInteger(value) || value === Infinity))) {
    throw outOfRange(name, `an integer >= ${least} or Infinity`, value);
  }
  return value > NO_LIMIT ? NO_LIMIT : value;
}

function flag(value, name, usual) {
  if (value === undefined) return usual;
  if (typeof value !== "boolean") throw invalidArgType(name, "of type boolean", value);
  return value;
}

function oneOf(names, value, argument) {
  const number = names.indexOf(value);
  if (number >= 0) return number;
  checkString(value, argument);
  const allowed = names.map((name) => `'${name}'`).join(", ");
  throw invalidArgValue(argument, value, `must be one of ${allowed}`, RangeError);
}

return { KINDS, limit, longest, normalization, tokenization, truncation, words };
