"use strict";
// node:path/win32: paths with drives and backslashes, on any platform.

const { checkString } = load("node/errors");
const { baseName, extensionStart, formatParts, lastPart, resolveDots } = load("node/path/segments");

const SLASH = 47;
const BACKSLASH = 92;
const COLON = 58;

const isSeparator = (code) => code === SLASH || code === BACKSLASH;
const isDrive = (code) => (code >= 65 && code <= 90) || (code >= 97 && code <= 122);

// What a path begins with: the device ("C:", "\\server\share" as it is normalised), whether it starts at a root, and
// how many characters both take.
function rootOf(path, devices = true) {
  const first = path.charCodeAt(0);
  if (isSeparator(first)) {
    const share = path.length > 1 && isSeparator(path.charCodeAt(1)) ? shareOf(path, devices) : undefined;
    return share ?? { device: "", absolute: true, length: 1, share: false };
  }
  if (path.length > 1 && isDrive(first) && path.charCodeAt(1) === COLON) {
    const absolute = path.length > 2 && isSeparator(path.charCodeAt(2));
    return { device: path.slice(0, 2), absolute, length: absolute ? 3 : 2, share: false };
  }
  return { device: "", absolute: false, length: 0, share: false };
}

// "\\server\share", or with `devices` one such as "\\.\PHYSICALDRIVE0"; undefined when it is not whole.
function shareOf(path, devices) {
  let end = 2;
  while (end < path.length && !isSeparator(path.charCodeAt(end))) end++;
  if (end === path.length || end === 2) return undefined;
  const server = path.slice(2, end);
  let start = end;
  while (start < path.length && isSeparator(path.charCodeAt(start))) start++;
  if (start === path.length) return undefined;
  if (devices && (server === "." || server === "?")) {
    return { device: `\\\\${server}`, absolute: true, length: 4, share: true };
  }
  end = start;
  while (end < path.length && !isSeparator(path.charCodeAt(end))) end++;
  const device = `\\\\${server}\\${path.slice(start, end)}`;
  return { device, absolute: true, length: Math.min(end + 1, path.length), share: true, whole: end === path.length };
}

function resolve(...paths) {
  let device = "";
  let tail = "";
  let absolute = false;
  for (let i = paths.length - 1; i >= -1 && !(absolute && device !== ""); i--) {
    let path;
    if (i >= 0) {
      path = paths[i];
      checkString(path, `paths[${i}]`);
      if (path.length === 0) continue;
    } else {
      path = native("modules").cwd();
      // The current folder of another drive is not known here: its root is taken.
      const isOther = path.slice(0, 2).toLowerCase() !== device.toLowerCase() && path[2] === "\\";
      if (device !== "" && isOther) path = `${device}\\`;
    }
    const root = rootOf(path);
    if (root.device !== "") {
      if (device === "") device = root.device;
      else if (root.device.toLowerCase() !== device.toLowerCase()) continue;
    }
    if (absolute) {
      if (device !== "") break;
    } else {
      tail = `${path.slice(root.length)}\\${tail}`;
      absolute = root.absolute;
    }
  }
  tail = resolveDots(tail, !absolute, "\\", isSeparator);
  return absolute ? `${device}\\${tail}` : `${device}${tail}` || ".";
}

function normalize(path) {
  checkString(path, "path");
  if (path.length === 0) return ".";
  if (path.length === 1) return path === "/" ? "\\" : path;
  const root = rootOf(path);
  if (root.share && root.whole) return `${root.device}\\`;
  const trailing = isSeparator(path.charCodeAt(path.length - 1));
  let tail = root.length < path.length ? resolveDots(path.slice(root.length), !root.absolute, "\\", isSeparator) : "";
  if (tail.length === 0 && !root.absolute) tail = ".";
  if (tail.length > 0 && trailing) tail += "\\";
  // What looks like a drive only after normalising must not become one.
  if (!root.absolute && root.device === "" && path.includes(":") && /^(?:[a-zA-Z]:|\?\?\\)/.test(tail)) return `.\\${tail}`;
  return root.absolute ? `${root.device}\\${tail}` : `${root.device}${tail}`;
}

function isAbsolute(path) {
  checkString(path, "path");
  if (path.length === 0) return false;
  const first = path.charCodeAt(0);
  return isSeparator(first) ||
    (path.length > 2 && isDrive(first) && path.charCodeAt(1) === COLON && isSeparator(path.charCodeAt(2)));
}

function join(...paths) {
  let joined;
  let first;
  for (const path of paths) {
    checkString(path, "path");
    if (path.length === 0) continue;
    first ??= path;
    joined = joined === undefined ? path : `${joined}\\${path}`;
  }
  if (joined === undefined) return ".";
  // Only a first part that is written as a share may make one: "//a" and "b" are, "/" and "/b" are not.
  let leading = 0;
  while (leading < first.length && isSeparator(first.charCodeAt(leading))) leading++;
  const isShare = leading === 2 && first.length > 2;
  if (!isShare) {
    let slashes = 0;
    while (slashes < joined.length && isSeparator(joined.charCodeAt(slashes))) slashes++;
    if (slashes >= 2) joined = `\\${joined.slice(slashes)}`;
  }
  return normalize(joined);
}

function relative(from, to) {
  checkString(from, "from");
  checkString(to, "to");
  if (from === to) return "";
  const origin = resolve(from);
  const target = resolve(to);
  if (origin === target) return "";
  if (origin.toLowerCase() === target.toLowerCase()) return "";
  const here = origin.split("\\").filter(Boolean);
  const there = target.split("\\").filter(Boolean);
  const same = (a, b) => a.toLowerCase() === b.toLowerCase();
  let common = 0;
  while (common < here.length && common < there.length && same(here[common], there[common])) common++;
  const shares = origin.startsWith("\\\\") !== target.startsWith("\\\\");
  if (common === 0 || shares) return target;
  return [...here.slice(common).fill(".."), ...there.slice(common)].join("\\");
}

function toNamespacedPath(path) {
  if (typeof path !== "string" || path.length === 0) return path;
  const resolved = resolve(path);
  if (resolved.length <= 2) return path;
  if (resolved.startsWith("\\\\")) {
    return resolved[2] === "?" || resolved[2] === "." ? resolved : `\\\\?\\UNC\\${resolved.slice(2)}`;
  }
  if (isDrive(resolved.charCodeAt(0)) && resolved.charCodeAt(1) === COLON && resolved.charCodeAt(2) === BACKSLASH) {
    return `\\\\?\\${resolved}`;
  }
  return resolved;
}

function dirname(path) {
  checkString(path, "path");
  if (path.length === 0) return ".";
  if (path.length === 1) return isSeparator(path.charCodeAt(0)) ? path : ".";
  const root = rootOf(path, false);
  if (root.share && root.whole) return path;
  const [start] = lastPart(path, root.length, isSeparator);
  if (start <= root.length) return root.length === 0 ? "." : path.slice(0, root.length);
  return path.slice(0, start - 1);
}

function driveLength(path) {
  return path.length >= 2 && isDrive(path.charCodeAt(0)) && path.charCodeAt(1) === COLON ? 2 : 0;
}

function basename(path, suffix) {
  if (suffix !== undefined) checkString(suffix, "suffix");
  checkString(path, "path");
  return baseName(path, suffix, driveLength(path), isSeparator);
}

function extname(path) {
  checkString(path, "path");
  const name = baseName(path, undefined, driveLength(path), isSeparator);
  return name.slice(extensionStart(name));
}

function format(parts) {
  return formatParts(parts, "\\");
}

function parse(path) {
  checkString(path, "path");
  const { length, share, whole } = rootOf(path, false);
  if (share && whole) return { root: path, dir: path, base: "", ext: "", name: "" };
  const [start, end] = lastPart(path, length, isSeparator);
  const root = path.slice(0, length);
  const base = path.slice(start, end);
  const at = extensionStart(base);
  const dir = start > length ? path.slice(0, start - 1) : root;
  return { root, dir, base, ext: base.slice(at), name: base.slice(0, at) };
}

const win32 = {
  resolve, normalize, isAbsolute, join, relative, toNamespacedPath, dirname, basename, extname, format, parse,
  matchesGlob: (path, pattern) => load("node/path/glob").matchesGlob(path, pattern, true),
  sep: "\\", delimiter: ";",
  win32: null,
  get posix() {
    return load("node/path/posix");
  },
};
win32.win32 = win32;
win32._makeLong = toNamespacedPath;

return win32;
