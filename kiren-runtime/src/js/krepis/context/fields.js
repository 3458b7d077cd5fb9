"use strict";
// Fields of contexts: how they are found and read, by docs/context-layout.md, in the views of region.js.
//
// They are written by Rust: a call with a few numbers and a text costs optimised code no more than writing the bytes here did (40 to 50
// ns). Finding them by such a call was slower than looking here: 25 to 38 ns, not 10 to 16.

const { INDEX, NEWEST_PAGE, PARENT, atOf, bytes, doubles, halves, pageAt, words } = load("krepis/context/region");
const engine = native("context");

// Of a page, in words.
const OLDER_PAGE = 1;
const PAGE_INDEX = 16;

// Of an entry, in words. The third begins with the type, and in its upper half has the place of the next older entry.
const LENGTH = 1;
const TYPE = 2;
const HEADER = 4;

const TEXT = 1;
const BYTES = 2;
const INT64 = 3;
const FLOAT64 = 4;
const BOOLEAN = 5;

// ---- names ----

/** The name of a field. */
class Key {
  constructor(id, tag, inline) {
    /** What Rust knows it by. */
    this.id = id;
    this.tag = tag;
    /** The name in UTF-8, if the tag does not say it, in words; an even number of them. */
    this.inline = inline;
  }
}

const keys = new Map();

/** The key of a name, or undefined for a name that has none: there are only so many. */
function keyOf(name) {
  return keys.get(name) ?? newKey(name);
}

function checkName(name) {
  if (typeof name !== "string") throw new TypeError(`context field: expected a name, found ${typeof name}`);
}

function newKey(name) {
  checkName(name);
  const parts = engine.key(name);
  if (parts === undefined) return undefined;
  const [id, tag, ...inline] = parts;
  const key = new Key(id, tag, inline);
  keys.set(name, key);
  return key;
}

// ---- reading ----

/** The newest entry with this key in a block whose index begins at the word `index`; 0 if there is none. */
function findInBlock(block, index, buckets, key) {
  const { tag, inline } = key;
  let place = halves[index * 2 + (tag & (buckets - 1))];
  while (place !== 0) {
    const entry = block + place * 2;
    if (words[entry] === tag && hasName(entry + HEADER, inline)) return entry;
    const older = words[entry + TYPE] >>> 16;
    // Chains lead back.
    place = older < place ? older : 0;
  }
  return 0;
}

function hasName(at, inline) {
  for (let i = 0; i < inline.length; i++) {
    if (words[at + i] !== inline[i]) return false;
  }
  return true;
}

/** The newest entry of a context's own with this key, or 0. */
function findOwn(at, key) {
  let page = words[at + NEWEST_PAGE];
  while (page !== 0) {
    const block = pageAt(page);
    const entry = findInBlock(block, block + PAGE_INDEX, 128, key);
    if (entry !== 0) return entry;
    page = words[block + OLDER_PAGE];
  }
  return findInBlock(at, at + INDEX, 16, key);
}

/** The entry that counts: a context's own, or of the nearest one above that has one; 0 if there is none. */
function find(at, key) {
  do {
    const entry = findOwn(at, key);
    if (entry !== 0) return entry;
    at = atOf(words[at + PARENT]);
  } while (at !== 0);
  return 0;
}

/** Whether the value of an entry is a text. */
function isText(entry) {
  return (words[entry + TYPE] & 0xff) === TEXT;
}

/** The text of an entry. */
function textOf(entry, key) {
  return engine.text((entry + HEADER + key.inline.length) * 4, words[entry + LENGTH]);
}

/** The value of an entry that has no text; undefined for one that says that there is none. */
function valueOf(entry, key) {
  const at = entry + HEADER + key.inline.length;
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

// ---- writing ----

/** Sets a field. The entry, if it has just this text or number; -1 if not, 0 if it could not be set. */
function write(slot, generation, { id }, value) {
  if (typeof value === "string") return engine.set_text(slot, generation, id, value);
  if (typeof value === "number") return engine.set_number(slot, generation, id, value);
  if (typeof value === "boolean") return engine.set_flag(slot, generation, id, value);
  return 0;
}

return { checkName, find, isText, keyOf, textOf, valueOf, write };
