"use strict";
// elysia-text: normalize, wordCount, truncate and tokenize, by the addon. Arguments are checked here, where that costs
// least, and numbers go to the addon. Offsets are those of JavaScript, in UTF-16 code units.

const addon = require("./binding.js");
const errors = () => require("./errors.js");

const FORMS = ["NFC", "NFD", "NFKC", "NFKD"];
const NO_FORM = 4;
const CLEAN_UPS = { stripControls: 8, caseFold: 16, collapseWhitespace: 32, trim: 64 };
const MODES = ["whitespace", "unicode"];
const UNITS = ["graphemes", "bytes", "characters", "words", "columns"];
const KINDS = ["word", "number", "punctuation", "symbol", "emoji", "url", "email", "space", "other"];
// All but space and other.
const USUAL_KINDS = 0b0_0111_1111;
const ADDRESSES = 1 << 9;
const LONGEST_TOKEN = 65_536;
// No string is longer.
const NO_LIMIT = 0x7fff_ffff;

function checkText(text) {
  if (typeof text !== "string") throw errors().invalidType("text", "of type string", text);
}

function checkOptions(options) {
  if (typeof options !== "object" || options === null) throw errors().invalidType("options", "of type object", options);
}

function isSet(value, name) {
  if (value !== undefined && typeof value !== "boolean") throw errors().invalidType(name, "of type boolean", value);
  return value === true;
}

function numberOf(value, names, argument) {
  const number = names.indexOf(value);
  if (number >= 0) return number;
  if (typeof value !== "string") throw errors().invalidType(argument, "of type string", value);
  throw errors().invalidValue(argument, names, value);
}

function limitOf(value, least, argument) {
  if (typeof value !== "number") throw errors().invalidType(argument, "of type number", value);
  if (!(value >= least) || !Number.isInteger(value) && value !== Infinity) {
    throw errors().outOfRange(argument, `an integer >= ${least} or Infinity`, value);
  }
  return value < NO_LIMIT ? value : NO_LIMIT;
}

// ---- normalize ----

function normalize(text, form) {
  checkText(text);
  return addon.normalize(text, form === undefined || form === "NFC" ? 0 : normalization(form));
}

function normalization(form) {
  if (typeof form !== "object" || form === null) return formNumber(form);
  let bits = form.form === undefined ? 0 : form.form === null ? NO_FORM : formNumber(form.form);
  for (const name in CLEAN_UPS) {
    if (isSet(form[name], `options.${name}`)) bits |= CLEAN_UPS[name];
  }
  return bits;
}

function formNumber(form) {
  const number = FORMS.indexOf(`${form}`);
  if (number < 0) throw errors().invalidForm(FORMS);
  return number;
}

// ---- wordCount ----

function wordCount(text, mode) {
  checkText(text);
  return addon.wordCount(text, mode === undefined ? 0 : numberOf(mode, MODES, "mode"));
}

// ---- truncate ----

function truncate(text, limit, unit, options) {
  checkText(text);
  const most = limitOf(limit, 0, "limit");
  if (typeof unit === "object" && unit !== null) {
    options = unit;
    unit = options.unit;
  }
  const number = unit === undefined ? 0 : numberOf(unit, UNITS, "unit");
  const ellipsis = options === undefined ? "" : ellipsisOf(options);
  // No code unit is more than three bytes, two columns or one of the others.
  if (most >= text.length * 3) return text;
  if (ellipsis === "") return text.slice(0, addon.cut(text, most, number));
  const end = addon.cutWithEllipsis(text, most, number, ellipsis);
  return end < 0 ? text.slice(0, ~end) + ellipsis : text.slice(0, end);
}

function ellipsisOf(options) {
  checkOptions(options);
  const { ellipsis = "" } = options;
  if (typeof ellipsis !== "string") throw errors().invalidType("options.ellipsis", "of type string", ellipsis);
  return ellipsis;
}

// ---- tokenize ----

function tokenize(text, options) {
  checkText(text);
  if (options === undefined) return new Tokens(text, USUAL_KINDS | ADDRESSES, LONGEST_TOKEN);
  checkOptions(options);
  const { kinds, addresses = true, longest = LONGEST_TOKEN } = options;
  const bits = kindsOf(kinds) | (isSet(addresses, "options.addresses") ? ADDRESSES : 0);
  return new Tokens(text, bits, limitOf(longest, 1, "options.longest"));
}

function kindsOf(kinds) {
  if (kinds === undefined) return USUAL_KINDS;
  if (!Array.isArray(kinds)) throw errors().invalidType("options.kinds", "an instance of Array", kinds);
  let bits = 0;
  for (const kind of kinds) bits |= 1 << numberOf(kind, KINDS, "options.kinds");
  return bits;
}

// Tokens are found in batches of so many,
const BATCH = 256;
// and longer texts in parts of about so many units: who looks at the first tokens only does not wait for a copy of the rest.
const PART = 16_384;
// What the last iterator that came to its end had, for the next one.
let spare;

// %Iterator.prototype%, which is no global in old versions.
const Iterator = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));

class Tokens {
  #text;
  #options;
  #longest;
  // Start, end and kind of each token of this batch; undefined before the first and after the last.
  #found;
  #count = 0;
  #next = 0;
  // What the addon keeps for the next batch, if there may be one.
  #rest;
  // The part of the text that the addon has.
  #start = 0;
  #end = 0;

  constructor(text, options, longest) {
    this.#text = text;
    this.#options = options;
    this.#longest = longest;
  }

  next() {
    if (this.#next === this.#count && !this.#refill()) return { value: undefined, done: true };
    const found = this.#found;
    const place = this.#next++ * 3;
    const start = this.#start + found[place];
    const end = this.#start + found[place + 1];
    return { value: { text: this.#text.slice(start, end), kind: KINDS[found[place + 2]], start, end }, done: false };
  }

  // Ends the iteration, as `break` does.
  return(value) {
    if (this.#rest !== undefined) addon.noMoreTokens(this.#rest);
    this.#finish();
    return { value, done: true };
  }

  get [Symbol.toStringTag]() {
    return "Tokens";
  }

  #refill() {
    this.#next = this.#count = 0;
    while (this.#count === 0) {
      if (this.#rest !== undefined) {
        this.#count = addon.moreTokens(this.#rest, this.#found);
        if (this.#count < BATCH) this.#rest = undefined;
      } else if (this.#end < this.#text.length) {
        this.#begin();
      } else {
        this.#finish();
        return false;
      }
    }
    return true;
  }

  // The first tokens of the next part.
  #begin() {
    this.#start = this.#end;
    this.#end = partEnd(this.#text, this.#start);
    if (this.#found === undefined) {
      this.#found = spare ?? new Uint32Array(BATCH * 3);
      spare = undefined;
    }
    const part = this.#text.slice(this.#start, this.#end);
    const answer = addon.tokens(part, this.#options, this.#longest, this.#found);
    this.#rest = typeof answer === "number" ? undefined : answer;
    this.#count = typeof answer === "number" ? answer : BATCH;
  }

  #finish() {
    spare ??= this.#found;
    this.#text = "";
    this.#found = this.#rest = undefined;
    this.#next = this.#count = this.#start = this.#end = 0;
  }
}

Object.setPrototypeOf(Tokens.prototype, Iterator);

// Where a part may end that begins at `start`: between a space or a line feed and a letter, a digit or an ideograph, where a
// token begins whatever stands before and after. Where there is no such place, the part is longer.
function partEnd(text, start) {
  for (let size = PART; text.length - start > size; size *= 2) {
    for (let at = start + size; at > start + size / 2; at--) {
      const before = text.charCodeAt(at - 1);
      if ((before === 0x20 || before === 0x0a) && beginsToken(text.charCodeAt(at))) return at;
    }
  }
  return text.length;
}

function beginsToken(unit) {
  if (unit < 0x80) return unit >= 0x30 && unit <= 0x39 || (unit | 0x20) >= 0x61 && (unit | 0x20) <= 0x7a;
  return unit >= 0x4e00 && unit <= 0x9fff || unit >= 0xac00 && unit <= 0xd7a3;
}

const unicodeVersion = addon.unicodeVersion();

module.exports = { normalize, tokenize, truncate, unicodeVersion, wordCount };
