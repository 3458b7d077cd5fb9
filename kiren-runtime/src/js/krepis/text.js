"use strict";
// krepis:text: normalize, wordCount, truncate and tokenize, by elysia-text. Offsets are those of JavaScript, in UTF-16
// code units. What does not change is given back as the same string.

const { checkString, invalidArgType, invalidArgValue, outOfRange } = load("node/errors");
const host = native("text");

const FORMS = ["NFC", "NFD", "NFKC", "NFKD"];
const NO_FORM = 4;
const CLEAN_UPS = { stripControls: 8, caseFold: 16, collapseWhitespace: 32, trim: 64 };
const UNITS = ["graphemes", "bytes", "characters", "words", "columns"];
const MODES = ["whitespace", "unicode"];
const KINDS = ["word", "number", "punctuation", "symbol", "emoji", "url", "email", "space", "other"];
// All but space and other, and addresses.
const USUAL_TOKENS = 0b10_0111_1111;
const ADDRESSES = 1 << 9;
const LONGEST_TOKEN = 65_536;
// No string is as long.
const NO_LIMIT = 0x7fff_ffff;

// ---- normalize ----

// What Rust says, see ext/text.rs; a changed text is in the holder.
const SAME = 0;
const UNKNOWN = 2;
const holder = [""];

function normalize(text, form) {
  if (typeof text !== "string") throw invalidArgType("text", "of type string", text);
  const options = form === undefined || form === "NFC" ? 0 : normalization(form);
  let answer = host.normalize(text, options, holder);
  if (answer === SAME) return text;
  if (answer === UNKNOWN) answer = host.normalize_slowly(text, options, holder);
  if (answer === SAME) return text;
  const result = holder[0];
  holder[0] = "";
  return result;
}

function normalization(form) {
  if (typeof form === "object" && form !== null) {
    let bits = form.form === null ? NO_FORM : formNumber(form.form ?? "NFC");
    for (const name in CLEAN_UPS) {
      const wanted = form[name];
      if (wanted === undefined) continue;
      if (typeof wanted !== "boolean") throw invalidArgType(`options.${name}`, "of type boolean", wanted);
      if (wanted) bits |= CLEAN_UPS[name];
    }
    return bits;
  }
  return formNumber(form);
}

// As String.prototype.normalize has it.
function formNumber(form) {
  const number = FORMS.indexOf(`${form}`);
  if (number < 0) throw new RangeError(`The normalization form should be one of ${FORMS.join(", ")}.`);
  return number;
}

// ---- wordCount ----

function wordCount(text, mode) {
  if (typeof text !== "string") throw invalidArgType("text", "of type string", text);
  return host.word_count(text, mode === undefined ? 0 : oneOf(MODES, mode, "mode"));
}

function oneOf(names, value, argument) {
  const number = names.indexOf(value);
  if (number >= 0) return number;
  checkString(value, argument);
  throw invalidArgValue(argument, value, `must be one of ${names.map((name) => `'${name}'`).join(", ")}`);
}

// ---- truncate ----

function truncate(text, limit, unit, options) {
  if (typeof text !== "string") throw invalidArgType("text", "of type string", text);
  if (typeof unit === "object" && unit !== null) {
    options = unit;
    unit = options.unit;
  }
  const number = unit === undefined ? 0 : oneOf(UNITS, unit, "unit");
  const most = limitOf(limit);
  const ellipsis = options?.ellipsis;
  if (ellipsis === undefined || ellipsis === "") return text.slice(0, host.cut(text, most, number));
  checkString(ellipsis, "options.ellipsis");
  const end = host.cut_with_ellipsis(text, most, number, ellipsis);
  return end < 0 ? text.slice(0, ~end) + ellipsis : text.slice(0, end);
}

function limitOf(limit) {
  if ((limit | 0) === limit && limit >= 0) return limit;
  if (typeof limit !== "number") throw invalidArgType("limit", "of type number", limit);
  if (!(limit >= 0 && (Number.isInteger(limit) || limit === Infinity))) {
    throw outOfRange("limit", "an integer >= 0 or Infinity", limit);
  }
  return limit > NO_LIMIT ? NO_LIMIT : limit;
}

// ---- tokenize ----

function tokenize(text, options) {
  if (typeof text !== "string") throw invalidArgType("text", "of type string", text);
  if (options === undefined) return new Tokens(text, USUAL_TOKENS, LONGEST_TOKEN);
  if (typeof options !== "object" || options === null) throw invalidArgType("options", "of type object", options);
  return new Tokens(text, tokenKinds(options), longestOf(options.longest));
}

function tokenKinds({ kinds, addresses }) {
  if (addresses !== undefined && typeof addresses !== "boolean") {
    throw invalidArgType("options.addresses", "of type boolean", addresses);
  }
  let bits = addresses === false ? 0 : ADDRESSES;
  if (kinds === undefined) return bits | (USUAL_TOKENS & ~ADDRESSES);
  if (!Array.isArray(kinds)) throw invalidArgType("options.kinds", "an instance of Array", kinds);
  for (const kind of kinds) bits |= 1 << oneOf(KINDS, kind, "options.kinds");
  return bits;
}

function longestOf(longest) {
  if (longest === undefined) return LONGEST_TOKEN;
  if (typeof longest !== "number") throw invalidArgType("options.longest", "of type number", longest);
  if (!(longest >= 1 && (Number.isInteger(longest) || longest === Infinity))) {
    throw outOfRange("options.longest", "an integer >= 1 or Infinity", longest);
  }
  return longest > NO_LIMIT ? NO_LIMIT : longest;
}

// Rust finds tokens in batches, few at first, for programs that look at the beginning only.
const FIRST_BATCH = 16;
const LARGEST_BATCH = 512;

class Tokens extends Iterator {
  #text;
  #options;
  #longest;
  #found = new Uint32Array(FIRST_BATCH * 3);
  #count = 0;
  #next = 0;
  #at = 0;

  constructor(text, options, longest) {
    super();
    this.#text = text;
    this.#options = options;
    this.#longest = longest;
  }

  next() {
    if (this.#next === this.#count && !this.#refill()) return { value: undefined, done: true };
    const found = this.#found;
    const place = this.#next * 3;
    this.#next++;
    const start = found[place];
    const end = found[place + 1];
    return { value: { text: this.#text.slice(start, end), kind: KINDS[found[place + 2]], start, end }, done: false };
  }

  #refill() {
    let found = this.#found;
    if (this.#count * 3 < found.length && this.#count !== 0 || this.#at < 0) {
      this.#at = -1;
      this.#next = this.#count = 0;
      return false;
    }
    if (this.#count !== 0 && found.length < LARGEST_BATCH * 3) this.#found = found = new Uint32Array(found.length * 2);
    this.#count = host.tokens(this.#text, this.#options, this.#longest, this.#at, found);
    this.#next = 0;
    if (this.#count === 0) {
      this.#at = -1;
      return false;
    }
    this.#at = found[this.#count * 3 - 2];
    return true;
  }

  get [Symbol.toStringTag]() {
    return "Tokens";
  }
}

return {
  normalize,
  wordCount,
  truncate,
  tokenize,
  unicodeVersion: host.unicode_version(),
};
