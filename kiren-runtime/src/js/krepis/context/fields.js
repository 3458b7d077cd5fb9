"use strict";
// Fields of contexts: how they are found and appended, by docs/context-layout.md, in the views of region.js.
//
// Only what is frequent and short is written here: a name that is not set yet, with a number, a boolean or a short ASCII text,
// into a block that has room. Everything else is written by Rust.

const { ENTRIES, INDEX, NEWEST_PAGE, PARENT, USED, WRITER } = load("krepis/context/region");
const { atOf, bytes, doubles, halves, pageAt, pageWords, publish, publishHalf, slotWords, words } = load("krepis/context/region");
const engine = native("context");

// Of a page, in words.
const PAGE_USED = 0;
const OLDER_PAGE = 1;
const PAGE_INDEX = 16;
const PAGE_ENTRIES = 80;

// Of an entry, in words. The third has the type, and in its upper half the place of the next older one.
const HEADER = 4;

const TEXT = 1;
const BYTES = 2;
const INT64 = 3;
const FLOAT64 = 4;
const BOOLEAN = 5;

/** How long a text can be that is written here. */
const SHORT = 48;

// ---- names ----

/** The name of a field, as entries have it. */
class Key {
  constructor(name, tag, inline, id) {
    this.name = name;
    this.tag = tag;
    /** The name in UTF-8, if the tag does not say it, in words; an even number of them. */
    this.inline = inline;
    /** Consecutive, from 0. */
    this.id = id;
  }
}

// Names are few, and written down in programs; one that makes them up as it goes does without this.
const MAX_KEYS = 4096;
const keys = new Map();

/** The key of a name, or undefined for a name beyond those that are remembered. */
function keyOf(name) {
  return keys.get(name) ?? newKey(name);
}

function newKey(name) {
  if (typeof name !== "string") throw new TypeError(`context field: expected a name, found ${typeof name}`);
  if (keys.size === MAX_KEYS || name.length > 256) return undefined;
  const [tag, ...inline] = engine.key(name);
  const key = new Key(name, tag, inline, keys.size);
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
    const older = words[entry + 2] >>> 16;
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

/** The value of an entry; undefined for one that says that there is none. */
function valueOf(entry, key) {
  const at = entry + HEADER + key.inline.length;
  switch (words[entry + 2] & 0xff) {
    case TEXT:
      return engine.text(at * 4, words[entry + 1]);
    case BYTES:
      return bytes.slice(at * 4, at * 4 + words[entry + 1]);
    case INT64: {
      const low = words[at];
      if (words[at + 1] === low >> 31) return low;
      const number = words[at + 1] * 2 ** 32 + (low >>> 0);
      if (Number.isSafeInteger(number)) return number;
      return (BigInt(words[at + 1]) << 32n) | BigInt(low >>> 0);
    }
    case FLOAT64:
      return doubles[at / 2];
    case BOOLEAN:
      return bytes[at * 4] !== 0;
    default:
      return undefined;
  }
}

/** Whether the value of an entry is a text, whose bytes `textPlace` finds. */
function isText(entry) {
  return (words[entry + 2] & 0xff) === TEXT;
}

/** Puts the place and the length of a text into `places` at `i`. */
function textPlace(entry, key, places, i) {
  places[i] = (entry + HEADER + key.inline.length) * 4;
  places[i + 1] = words[entry + 1];
}

// ---- writing ----

/** Sets a field that a context's own do not have: the entry, or 0 if that is for Rust to do. */
function append(at, key, value) {
  if (Atomics.compareExchange(words, at + WRITER, 0, 1) !== 0) return 0;
  const entry = findOwn(at, key) === 0 ? appendEntry(at, key, value) : 0;
  publish(at + WRITER, 0);
  return entry;
}

/** The caller has the right to write. */
function appendEntry(at, key, value) {
  const page = words[at + NEWEST_PAGE];
  const inPage = page !== 0;
  const block = inPage ? pageAt(page) : at;
  const usedAt = inPage ? block + PAGE_USED : at + USED;
  const used = words[usedAt];
  const entry = block + (inPage ? PAGE_ENTRIES : ENTRIES) + (used >> 2);
  const end = block + (inPage ? pageWords : slotWords);
  const { inline, tag } = key;
  const valueAt = entry + HEADER + inline.length;

  let kind;
  let length = 8;
  switch (typeof value) {
    case "string":
      length = value.length;
      kind = TEXT;
      if (length > SHORT || valueAt + ((length + 7) >> 3) * 2 > end || !writeText(valueAt, value)) return 0;
      break;
    case "number":
      if (valueAt + 2 > end) return 0;
      kind = writeNumber(valueAt, value);
      break;
    case "boolean":
      if (valueAt + 2 > end) return 0;
      length = 1;
      kind = BOOLEAN;
      bytes[valueAt * 4] = value ? 1 : 0;
      break;
    default:
      return 0;
  }
  const size = (valueAt - entry) * 4 + ((length + 7) & ~7);
  const bucket = (block + (inPage ? PAGE_INDEX : INDEX)) * 2 + (tag & (inPage ? 127 : 15));
  words[entry] = tag;
  words[entry + 1] = length;
  words[entry + 2] = kind | (halves[bucket] << 16);
  words[entry + 3] = size;
  for (let i = 0; i < inline.length; i++) words[entry + HEADER + i] = inline[i];
  publishHalf(bucket, (entry - block) >> 1);
  publish(usedAt, used + size);
  return entry;
}

/** Writes an ASCII text, and zeros to a whole number of words; `false`, and nothing written, if it is none. */
function writeText(at, text) {
  const { length } = text;
  let any = 0;
  let word = 0;
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    const a = text.charCodeAt(i);
    const b = text.charCodeAt(i + 1);
    const c = text.charCodeAt(i + 2);
    const d = text.charCodeAt(i + 3);
    any |= a | b | c | d;
    words[at + (i >> 2)] = a | (b << 8) | (c << 16) | (d << 24);
  }
  for (let shift = 0; i < length; i++, shift += 8) {
    const code = text.charCodeAt(i);
    any |= code;
    word |= code << shift;
  }
  if ((length & 3) !== 0) words[at + (length >> 2)] = word;
  if (any < 0x80) return true;
  words.fill(0, at, at + ((length + 3) >> 2));
  return false;
}

/** Whole numbers that are exact are 64 bits with a sign. The type. */
function writeNumber(at, number) {
  const low = number | 0;
  if (low === number && (low !== 0 || !Object.is(number, -0))) {
    words[at] = low;
    words[at + 1] = low >> 31;
    return INT64;
  }
  if (number !== 0 && Number.isSafeInteger(number)) {
    words[at] = number;
    words[at + 1] = Math.floor(number / 2 ** 32);
    return INT64;
  }
  doubles[at / 2] = number;
  return FLOAT64;
}

return { append, find, isText, keyOf, textPlace, valueOf };
