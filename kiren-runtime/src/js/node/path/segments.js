"use strict";
// What both kinds of path have in common: resolving "." and "..", file names, objects of parts, patterns.

const { checkString, invalidArgType } = load("node/errors");

const DOT = 46;

// `path` without "." and with ".." resolved; those that lead above the start stay where `allowAbove` says so.
// `isSeparator` tells of a character code, `separator` is what goes between the parts.
function resolveDots(path, allowAbove, separator, isSeparator) {
  const parts = [];
  let above = 0;
  let start = 0;
  for (let i = 0; i <= path.length; i++) {
    if (i < path.length && !isSeparator(path.charCodeAt(i))) continue;
    const length = i - start;
    const isDot = length === 1 && path.charCodeAt(start) === DOT;
    const isUp = length === 2 && path.charCodeAt(start) === DOT && path.charCodeAt(start + 1) === DOT;
    if (isUp) {
      if (parts.length > above) {
        parts.pop();
      } else if (allowAbove) {
        parts.push("..");
        above++;
      }
    } else if (length > 0 && !isDot) {
      parts.push(path.slice(start, i));
    }
    start = i + 1;
  }
  return parts.join(separator);
}

// Where the last part of `path` stands, from `from` on and without separators behind it: [start, end].
function lastPart(path, from, isSeparator) {
  let end = path.length;
  while (end > from && isSeparator(path.charCodeAt(end - 1))) end--;
  let start = end;
  while (start > from && !isSeparator(path.charCodeAt(start - 1))) start--;
  return [start, end];
}

// The dot before the extension of a file name, or its length when it has none.
function extensionStart(name) {
  const dot = name.lastIndexOf(".");
  return dot <= 0 || name === ".." ? name.length : dot;
}

function baseName(path, suffix, from, isSeparator) {
  const [start, end] = lastPart(path, from, isSeparator);
  if (suffix === undefined || suffix === "" || suffix.length > path.length) return path.slice(start, end);
  if (suffix === path) return "";
  // A suffix counts only where something of the name is left before it. It may end in separators itself.
  const whole = path.slice(start);
  if (whole.endsWith(suffix) && whole.length > suffix.length) return whole.slice(0, -suffix.length);
  const name = path.slice(start, end);
  if (name.endsWith(suffix) && name !== suffix) return name.slice(0, -suffix.length);
  return name;
}

function formatParts(parts, separator) {
  if (parts === null || typeof parts !== "object") throw invalidArgType("pathObject", "of type object", parts);
  const { dir = parts.root } = parts;
  const extension = parts.ext ? `${parts.ext[0] === "." ? "" : "."}${parts.ext}` : "";
  const base = parts.base || `${parts.name || ""}${extension}`;
  const folder = parts.dir || parts.root;
  if (!folder) return base;
  return dir === parts.root ? `${folder}${base}` : `${folder}${separator}${base}`;
}

// --- patterns ---

// A glob pattern as a regular expression over a whole path: *, **, ?, [..] and {a,b}.
function globExpression(pattern, windows) {
  const separator = windows ? "[\\\\/]" : "/";
  const other = windows ? "[^\\\\/]" : "[^/]";
  const alternatives = expandBraces(pattern).map((text) => globSource(text, separator, other));
  return new RegExp(`^(?:${alternatives.join("|")})$`, windows ? "i" : "");
}

function globSource(pattern, separator, other) {
  const parts = pattern.split("/");
  let source = "";
  for (let i = 0; i < parts.length; i++) {
    const last = i === parts.length - 1;
    if (parts[i] === "**") {
      // Any number of folders, none included, of which no name begins with a dot.
      source += last ? `(?:(?!\\.)${other}+(?:${separator}(?!\\.)${other}+)*)?` : `(?:(?!\\.)${other}+${separator})*`;
      continue;
    }
    source += partSource(parts[i], other) + (last ? "" : separator);
  }
  return source;
}

function partSource(part, other) {
  let source = /^[*?[]/.test(part) ? "(?!\\.)" : "";
  for (let i = 0; i < part.length; i++) {
    const character = part[i];
    if (character === "*") {
      while (part[i + 1] === "*") i++;
      source += part.length === 1 ? `${other}+` : `${other}*`;
    } else if (character === "?") {
      source += other;
    } else if (character === "[" && part.indexOf("]", i + 2) > 0) {
      const end = part.indexOf("]", i + 2);
      source += `[${part.slice(i + 1, end).replace(/^!/, "^").replace(/[\\[]/g, "\\$&")}]`;
      i = end;
    } else if (character === "\\" && i + 1 < part.length) {
      source += RegExp.escape(part[++i]);
    } else {
      source += RegExp.escape(character);
    }
  }
  return source;
}

// "a{b,c}" as ["ab", "ac"]; braces may hold braces, and ranges such as {1..3}.
function expandBraces(pattern) {
  const open = pattern.indexOf("{");
  if (open < 0) return [pattern];
  const choices = [];
  let depth = 0;
  let start = open + 1;
  for (let i = open; i < pattern.length; i++) {
    if (pattern[i] === "{") depth++;
    if (pattern[i] === "," && depth === 1) {
      choices.push(pattern.slice(start, i));
      start = i + 1;
    }
    if (pattern[i] !== "}" || --depth > 0) continue;
    choices.push(pattern.slice(start, i));
    const range = choices.length === 1 ? rangeOf(choices[0]) : choices;
    const inner = range ?? [`\\{${choices[0]}\\}`];
    const rest = expandBraces(pattern.slice(i + 1));
    return inner.flatMap(expandBracesOnce).flatMap((text) => rest.map((tail) => pattern.slice(0, open) + text + tail));
  }
  return [`${pattern.slice(0, open)}\\${pattern.slice(open)}`];
}

function expandBracesOnce(text) {
  return text.startsWith("\\{") ? [text] : expandBraces(text);
}

function rangeOf(text) {
  const [, from, to] = /^(-?\d+)\.\.(-?\d+)$/.exec(text) ?? [];
  if (from === undefined) return undefined;
  const [first, last] = [Number(from), Number(to)];
  const step = first <= last ? 1 : -1;
  return Array.from({ length: Math.abs(last - first) + 1 }, (_, i) => `${first + i * step}`);
}

function matchesGlob(path, pattern, windows) {
  checkString(path, "path");
  checkString(pattern, "pattern");
  return globExpression(pattern, windows).test(path);
}

return { baseName, extensionStart, formatParts, globExpression, lastPart, matchesGlob, resolveDots };
