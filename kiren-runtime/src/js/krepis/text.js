"use strict";
// krepis:text: normalize, wordCount, truncate and tokenize, by elysia-text. Offsets are those of JavaScript, in UTF-16
// code units. What does not change is given back as the same string.

const { invalidArgType } = load("node/errors");
const parse = load("krepis/text/options");
const { Tokens } = load("krepis/text/tokens");
const { Normalizer, Tokenizer, Truncator, WordCounter } = load("krepis/text/streams");
const host = native("text");

// What Rust says to normalize, see ext/text.rs; a changed text is in the holder.
const SAME = 0;
const UNKNOWN = 2;
const holder = [""];

function normalize(text, form) {
  if (typeof text !== "string") throw invalidArgType("text", "of type string", text);
  const options = parse.normalization(form);
  let answer = host.normalize(text, options, holder);
  if (answer === SAME) return text;
  if (answer === UNKNOWN) answer = host.normalize_slowly(text, options, holder);
  if (answer === SAME) return text;
  const result = holder[0];
  holder[0] = "";
  return result;
}

function wordCount(text, mode) {
  if (typeof text !== "string") throw invalidArgType("text", "of type string", text);
  return host.word_count(text, parse.words(mode));
}

function truncate(text, limit, unit, options) {
  if (typeof text !== "string") throw invalidArgType("text", "of type string", text);
  const most = parse.limit(limit);
  const { unit: number, ellipsis } = parse.truncation(unit, options);
  if (ellipsis === "") return text.slice(0, host.cut(text, most, number));
  const end = host.cut_with_ellipsis(text, most, number, ellipsis);
  return end < 0 ? text.slice(0, ~end) + ellipsis : text.slice(0, end);
}

function tokenize(text, options) {
  if (typeof text !== "string") throw invalidArgType("text", "of type string", text);
  return new Tokens(text, parse.tokenization(options), parse.longest(options));
}

const unicodeVersion = host.unicode_version();

return { normalize, Normalizer, tokenize, Tokenizer, truncate, Truncator, unicodeVersion, wordCount, WordCounter };
