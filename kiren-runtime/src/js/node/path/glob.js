"use strict";
// Glob patterns: *, **, ?, [..], {a,b}, {1..3}, and @(..) ?(..) *(..) +(..) !(..), for path.matchesGlob and fs.glob.
//
// A pattern is a list of parts between slashes: text, a RegExp, or ANY_FOLDERS, which is `**`.

const { checkString } = load("node/errors");

const ANY_FOLDERS = Symbol("**");

const CLASSES = {
  alnum: "\\p{L}\\p{Nl}\\p{Nd}", alpha: "\\p{L}\\p{Nl}", ascii: "\\x00-\\x7f", blank: "\\p{Zs}\\t", cntrl: "\\p{Cc}",
  digit: "\\p{Nd}", lower: "\\p{Ll}", punct: "\\p{P}", space: "\\p{Z}\\t\\r\\n\\v\\f", upper: "\\p{Lu}",
  word: "\\p{L}\\p{Nl}\\p{Nd}\\p{Pc}", xdigit: "A-Fa-f0-9",
};

// The patterns that one with braces stands for, each as its parts.
// A "." in front goes where files are looked for, and stays where texts are compared.
function compileGlob(pattern, { dot = false, keepsHere = false } = {}) {
  return expandBraces(pattern.replaceAll("\\", "/")).map((text) => partsOf(text, dot, keepsHere));
}

function partsOf(pattern, dot, keepsHere) {
  const parts = [];
  const texts = pattern.split("/");
  texts.forEach((text, at) => {
    if (text === "." && (at > 0 || (texts.length > 1 && !keepsHere))) return;
    if (text === "" && at > 0 && at < texts.length - 1) return;
    const part = partOf(text, dot);
    if (part === ANY_FOLDERS && parts.at(-1) === ANY_FOLDERS) return;
    const before = parts.at(-1);
    if (part === ".." && typeof before === "string" && before !== "" && before !== "..") parts.pop();
    else parts.push(part);
  });
  return parts;
}

function partOf(text, dot) {
  if (text === "**") return ANY_FOLDERS;
  if (!/[*?[]|[@+!]\(/.test(text)) return text;
  const noDot = dot ? "(?!\\.{1,2}$)" : /^([*?[]|[@+!]\()/.test(text) && !/^[@+!*?]\((\.|[^)]*\|\.)/.test(text) ? "(?!\\.)" : "";
  try {
    return new RegExp(`^${noDot}(?=.)${sourceOf(text)}$`, "us");
  } catch {
    // A range such as [z-a]: nothing is in it.
    return /(?!)/;
  }
}

function sourceOf(text) {
  let source = "";
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    const end = "@?*+!".includes(character) && text[i + 1] === "(" ? closing(text, i + 1) : -1;
    if (end > 0) {
      const inner = alternatives(text.slice(i + 2, end)).map(sourceOf).join("|");
      if (character === "!") source += `(?!(?:${inner})${sourceOf(text.slice(end + 1))}$)[^/]*?`;
      else source += `(?:${inner})${character === "@" ? "" : character}`;
      i = end;
    } else if (character === "*") {
      while (text[i + 1] === "*" && text[i + 2] !== "(") i++;
      source += "[^/]*?";
    } else if (character === "?") {
      source += "[^/]";
    } else if (character === "[") {
      const [set, after] = setOf(text, i);
      source += set;
      i = after;
    } else {
      source += RegExp.escape(character);
    }
  }
  return source;
}

// Where the parenthesis that opens at `at` closes.
function closing(text, at) {
  let depth = 0;
  for (let i = at; i < text.length; i++) {
    if (text[i] === "(") depth++;
    if (text[i] === ")" && --depth === 0) return i;
  }
  return -1;
}

function alternatives(text) {
  const found = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "(") depth++;
    if (text[i] === ")") depth--;
    if (text[i] !== "|" || depth > 0) continue;
    found.push(text.slice(start, i));
    start = i + 1;
  }
  return [...found, text.slice(start)];
}

// "[a-c[:digit:]]" at `at`: its expression, and where it ends.
function setOf(text, at) {
  let i = at + 1;
  const negated = text[i] === "!" || text[i] === "^";
  if (negated) i++;
  let set = "";
  for (const start = i; i < text.length; i++) {
    if (text[i] === "]" && i > start) return [`[${negated ? "^/" : ""}${set}]`, i];
    const name = /^\[:(\w+):\]/.exec(text.slice(i));
    if (name !== null && CLASSES[name[1]] !== undefined) {
      set += CLASSES[name[1]];
      i += name[0].length - 1;
    } else {
      set += text[i] === "-" && i > start && text[i + 1] !== "]" ? "-" : text[i].replace(/[\\[\]^&\-|]/, "\\$&");
    }
  }
  return ["\\[", at];
}

// "a{b,c}" as ["ab", "ac"]; braces may hold braces, and ranges such as {1..3} or {a..e..2}.
function expandBraces(pattern) {
  for (let open = pattern.indexOf("{"); open >= 0; open = pattern.indexOf("{", open + 1)) {
    const [close, choices] = choicesOf(pattern, open);
    if (close < 0 || pattern[open - 1] === "$") continue;
    const inner = choices.length > 1 ? choices.flatMap(expandBraces) : rangeOf(choices[0]);
    if (inner === undefined) continue;
    const head = pattern.slice(0, open);
    const tails = expandBraces(pattern.slice(close + 1));
    return inner.flatMap((text) => tails.map((tail) => head + text + tail));
  }
  return [pattern];
}

function choicesOf(pattern, open) {
  const choices = [];
  let depth = 0;
  let start = open + 1;
  for (let i = open; i < pattern.length; i++) {
    if (pattern[i] === "{") depth++;
    if (pattern[i] === "," && depth === 1) {
      choices.push(pattern.slice(start, i));
      start = i + 1;
    }
    if (pattern[i] === "}" && --depth === 0) return [i, [...choices, pattern.slice(start, i)]];
  }
  return [-1, choices];
}

// The most that a range may stand for.
const LONGEST_RANGE = 100_000;

function rangeOf(text) {
  const [, from, to, by] = /^(-?\d+|[a-zA-Z])\.\.(-?\d+|[a-zA-Z])(?:\.\.(-?\d+))?$/.exec(text) ?? [];
  if (from === undefined || /\d/.test(from) !== /\d/.test(to)) return undefined;
  const isNumber = /\d/.test(from);
  const [first, last] = [from, to].map((end) => isNumber ? Number(end) : end.charCodeAt(0));
  const step = Math.max(1, Math.abs(Number(by ?? 1)));
  const width = isNumber && [from, to].some((end) => /^-?0\d/.test(end)) ? Math.max(from.length, to.length) : 0;
  const length = Math.min(Math.floor(Math.abs(last - first) / step) + 1, LONGEST_RANGE);
  return Array.from({ length }, (_, at) => {
    const value = first + Math.sign(last - first) * at * step;
    return isNumber ? `${value}`.padStart(width, "0") : String.fromCharCode(value);
  });
}

function partMatches(part, name) {
  return typeof part === "string" ? part === name : part.test(name);
}

function isHidden(name, dot) {
  return name === "." || name === ".." || (!dot && name.startsWith("."));
}

// Whether names match parts, from given places on.
function matches(parts, names, dot, at = 0, from = 0) {
  for (; at < parts.length && from < names.length; at++, from++) {
    if (parts[at] === ANY_FOLDERS) {
      if (at === parts.length - 1) return !names.slice(from).some((name) => isHidden(name, dot));
      for (; from < names.length; from++) {
        if (matches(parts, names, dot, at + 1, from)) return true;
        if (isHidden(names[from], dot)) return false;
      }
      return false;
    }
    if (!partMatches(parts[at], names[from])) return false;
  }
  if (at < parts.length) return false;
  return from === names.length || (from === names.length - 1 && names[from] === "");
}

// A path's names, without detours.
function namesOf(path, windows) {
  const names = [];
  const texts = (windows ? path.replaceAll("\\", "/") : path).split("/");
  texts.forEach((name, at) => {
    if (name === "." && at > 0) return;
    if (name === "" && at > 0 && at < texts.length - 1) return;
    const before = names.at(-1);
    if (name === ".." && before !== undefined && before !== "" && before !== "..") names.pop();
    else names.push(name);
  });
  return names;
}

// A function that tells whether a path matches.
function globMatcher(pattern, { windows = false, dot = false } = {}) {
  const patterns = compileGlob(pattern, { dot, keepsHere: true });
  return (path) => {
    const names = namesOf(path, windows);
    return patterns.some((parts) => matches(parts, names, dot));
  };
}

function matchesGlob(path, pattern, windows) {
  checkString(path, "path");
  checkString(pattern, "pattern");
  return globMatcher(pattern, { windows })(path);
}

return { ANY_FOLDERS, compileGlob, globMatcher, matchesGlob, partMatches };
