"use strict";
// Fields of contexts. Rust finds and writes them: a call with a few numbers and a text costs optimised code less than doing the
// same here did. Values are read in the region, through the views of region.js.

const { bytes, doubles, words } = load("krepis/context/region");
const engine = native("context");

// Of an entry, in words. The first says how long the name is; the third begins with the type.
const LENGTH = 1;
const TYPE = 2;
const HEADER = 4;

const TEXT = 1;
const BYTES = 2;
const INT64 = 3;
const FLOAT64 = 4;
const BOOLEAN = 5;

// What Rust knows names by.
const keys = new Map();

/** The number of a name; -1 for one that has none: there are only so many. */
function keyOf(name) {
  return keys.get(name) ?? newKey(name);
}

function checkName(name) {
  if (typeof name !== "string") throw new TypeError(`context field: expected a name, found ${typeof name}`);
}

function newKey(name) {
  checkName(name);
  const key = engine.key(name);
  if (key !== -1) keys.set(name, key);
  return key;
}

/** Whether the value of an entry is a text. */
function isText(entry) {
  return (words[entry + TYPE] & 0xff) === TEXT;
}

/** The index of the first word of an entry's value. */
function valueAt(entry) {
  const length = words[entry] >>> 16;
  return entry + HEADER + ((length + 7) >> 3) * 2;
}

/** The text of an entry. */
function textOf(entry) {
  return engine.text(valueAt(entry) * 4, words[entry + LENGTH]);
}

/** The value of an entry that has no text; undefined for one that says that there is none. */
function valueOf(entry) {
  const at = valueAt(entry);
  switch (words[entry + TYPE] & 0xff) {
    case INT64: {
      const low = words[at];
      return words[at + 1] === low >> 31 ? low : largeNumber(low >>> 0, words[at + 1]);
    }
    case BOOLEAN:
      return bytes[at * 4] !== 0;
    case FLOAT64:
      return doubles[at / 2];
    case BYTES:
      return bytes.slice(at * 4, at * 4 + words[entry + LENGTH]);
    default:
      return undefined;
  }
}

function largeNumber(low, high) {
  const number = high * 2 ** 32 + low;
  return Number.isSafeInteger(number) ? number : (BigInt(high) << 32n) | BigInt(low);
}

/** Sets a field. The entry, if it has just this text or number; -1 if not, 0 if it could not be set. */
function write(slot, generation, key, value) {
  if (typeof value === "string") return engine.set_text(slot, generation, key, value);
  if (typeof value === "number") return engine.set_number(slot, generation, key, value);
  if (typeof value === "boolean") return engine.set_flag(slot, generation, key, value);
  return 0;
}

return { checkName, isText, keyOf, textOf, valueOf, write };
