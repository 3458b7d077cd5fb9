"use strict";
// node:path/posix: paths with slashes.

const { checkString } = load("node/errors");
const { baseName, extensionStart, formatParts, lastPart, resolveDots } = load("node/path/segments");

const SLASH = 47;

const isSlash = (code) => code === SLASH;

function resolve(...paths) {
  let resolved = "";
  let absolute = false;
  for (let i = paths.length - 1; i >= 0 && !absolute; i--) {
    const path = paths[i];
    checkString(path, `paths[${i}]`);
    if (path.length === 0) continue;
    resolved = `${path}/${resolved}`;
    absolute = path.charCodeAt(0) === SLASH;
  }
  if (!absolute) {
    const cwd = native("modules").cwd();
    resolved = `${cwd}/${resolved}`;
    absolute = cwd.charCodeAt(0) === SLASH;
  }
  const path = resolveDots(resolved, !absolute, "/", isSlash);
  if (absolute) return `/${path}`;
  return path.length > 0 ? path : ".";
}

function normalize(path) {
  checkString(path, "path");
  if (path.length === 0) return ".";
  const absolute = path.charCodeAt(0) === SLASH;
  const trailing = path.charCodeAt(path.length - 1) === SLASH;
  let result = resolveDots(path, !absolute, "/", isSlash);
  if (result.length === 0) {
    if (absolute) return "/";
    return trailing ? "./" : ".";
  }
  if (trailing) result += "/";
  return absolute ? `/${result}` : result;
}

function isAbsolute(path) {
  checkString(path, "path");
  return path.length > 0 && path.charCodeAt(0) === SLASH;
}

function join(...paths) {
  let joined;
  for (const path of paths) {
    checkString(path, "path");
    if (path.length > 0) joined = joined === undefined ? path : `${joined}/${path}`;
  }
  return joined === undefined ? "." : normalize(joined);
}

function relative(from, to) {
  checkString(from, "from");
  checkString(to, "to");
  if (from === to) return "";
  from = resolve(from);
  to = resolve(to);
  if (from === to) return "";
  const here = from === "/" ? [] : from.slice(1).split("/");
  const there = to === "/" ? [] : to.slice(1).split("/");
  let common = 0;
  while (common < here.length && common < there.length && here[common] === there[common]) common++;
  return [...here.slice(common).fill(".."), ...there.slice(common)].join("/");
}

function toNamespacedPath(path) {
  return path;
}

function dirname(path) {
  checkString(path, "path");
  if (path.length === 0) return ".";
  const absolute = path.charCodeAt(0) === SLASH;
  let [end] = lastPart(path, absolute ? 1 : 0, isSlash);
  if (end <= (absolute ? 1 : 0)) return absolute ? (path.startsWith("//") && end > 1 ? "//" : "/") : ".";
  // One separator goes; more than one before the last part stay as they are.
  end--;
  return absolute && end === 1 && path.charCodeAt(0) === SLASH && isSlash(path.charCodeAt(1)) ? "//" : path.slice(0, end);
}

function basename(path, suffix) {
  if (suffix !== undefined) checkString(suffix, "suffix");
  checkString(path, "path");
  return baseName(path, suffix, 0, isSlash);
}

function extname(path) {
  checkString(path, "path");
  const name = baseName(path, undefined, 0, isSlash);
  return name.slice(extensionStart(name));
}

function format(parts) {
  return formatParts(parts, "/");
}

function parse(path) {
  checkString(path, "path");
  const root = path.charCodeAt(0) === SLASH ? "/" : "";
  const [start, end] = lastPart(path, root.length, isSlash);
  const base = path.slice(start, end);
  const at = extensionStart(base);
  const dir = start > root.length ? path.slice(0, start - 1) : root;
  return { root, dir, base, ext: base.slice(at), name: base.slice(0, at) };
}

const posix = {
  resolve, normalize, isAbsolute, join, relative, toNamespacedPath, dirname, basename, extname, format, parse,
  matchesGlob: (path, pattern) => load("node/path/glob").matchesGlob(path, pattern, false),
  sep: "/", delimiter: ":",
  get win32() {
    return load("node/path/win32");
  },
  posix: null,
};
posix.posix = posix;
posix._makeLong = toNamespacedPath;

return posix;
