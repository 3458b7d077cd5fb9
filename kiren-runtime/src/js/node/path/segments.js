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

return { baseName, extensionStart, formatParts, lastPart, resolveDots };
