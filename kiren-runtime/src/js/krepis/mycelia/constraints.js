"use strict";
// What a parameter may be: functions (text, start, end) that look at a part of a text, which is never empty.
//
// `uuid` and the others are known here. An expression becomes one of JavaScript for texts of ASCII where that cannot differ
// from Rust's, in what it takes and in that it takes time linear in the text. All else is asked of who made the table.

const isDigit = (unit) => unit >= 48 && unit <= 57;
const isLower = (unit) => unit >= 97 && unit <= 122;
const isAlpha = (unit) => isLower(unit | 32);
const isHex = (unit) => isDigit(unit) || ((unit | 32) >= 97 && (unit | 32) <= 102);

function uint(text, start, end) {
  if (start === end) return false;
  for (let at = start; at < end; at++) if (!isDigit(text.charCodeAt(at))) return false;
  return true;
}

function int(text, start, end) {
  return uint(text, text.charCodeAt(start) === 45 ? start + 1 : start, end);
}

function hex(text, start, end) {
  for (let at = start; at < end; at++) if (!isHex(text.charCodeAt(at))) return false;
  return true;
}

function alpha(text, start, end) {
  for (let at = start; at < end; at++) if (!isAlpha(text.charCodeAt(at))) return false;
  return true;
}

function alnum(text, start, end) {
  for (let at = start; at < end; at++) {
    const unit = text.charCodeAt(at);
    if (!isAlpha(unit) && !isDigit(unit)) return false;
  }
  return true;
}

function slug(text, start, end) {
  let wasHyphen = true;
  for (let at = start; at < end; at++) {
    const unit = text.charCodeAt(at);
    const isHyphen = unit === 45;
    if (isHyphen ? wasHyphen : !isLower(unit) && !isDigit(unit)) return false;
    wasHyphen = isHyphen;
  }
  return !wasHyphen;
}

function uuid(text, start, end) {
  if (end - start !== 36) return false;
  for (let at = 0; at < 36; at++) {
    const unit = text.charCodeAt(start + at);
    const isHyphen = at === 8 || at === 13 || at === 18 || at === 23;
    if (isHyphen ? unit !== 45 : !isHex(unit)) return false;
  }
  return true;
}

const BUILT_IN = new Map(Object.entries({ uuid, uint, int, hex, alpha, alnum, slug }));

const ATOM = String.raw`(?:[a-zA-Z0-9_~!@%=:;,/<>'" -]|\.|\\[dDsSwW.+*?()\[\]{}|^$/\\]|\[\^?(?:[a-zA-Z0-9_.](?:-[a-zA-Z0-9])?)+\])`;
const SEQUENCE = new RegExp(`^(?:${ATOM}(?:[+*?]|\\{\\d{1,2}(?:,\\d{0,2})?\\})?)*$`);
const ESCAPE_OR_CLASS = /\\.|\[[^\]]*\]/g;
const VARIES = /[+*?]|\{\d+,\d*\}/g;

/**
 * An expression of JavaScript that takes just the texts of ASCII that Rust's takes; undefined if that is not certain. Only
 * one piece of each alternative may vary in length, so that there are not many ways through a text.
 */
function expression(constraint) {
  const alternatives = constraint.slice(1, -1).split("|");
  const isPlain = (text) =>
    SEQUENCE.test(text) && (text.replace(ESCAPE_OR_CLASS, "x").match(VARIES) ?? []).length <= 1;
  if (!alternatives.every(isPlain)) return undefined;
  // A point takes a carriage return, in Rust.
  const source = alternatives.join("|").replace(/\\.|\[[^\]]*\]|\./g, (piece) => (piece === "." ? "[^\\n]" : piece));
  return new RegExp(`^(?:${source})$`);
}

function isAscii(text, start, end) {
  for (let at = start; at < end; at++) if (text.charCodeAt(at) > 127) return false;
  return true;
}

/** The check for a constraint as it is written in a pattern. `define` is asked for those of the program: text => boolean. */
function checkOf(constraint, define) {
  const builtIn = BUILT_IN.get(constraint);
  if (builtIn !== undefined) return builtIn;
  const holds = define?.(constraint);
  if (typeof holds !== "function") throw new TypeError(`the constraint ${constraint} has no function to ask`);
  const ask = (text, start, end) => holds(text.slice(start, end)) === true;
  const plain = constraint.startsWith("(") ? expression(constraint) : undefined;
  if (plain === undefined) return ask;
  return (text, start, end) =>
    isAscii(text, start, end) ? plain.test(text.slice(start, end)) : ask(text, start, end);
}

return { checkOf };
