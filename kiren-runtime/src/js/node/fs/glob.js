"use strict";
// fs.glob: the files whose paths match patterns.
//
// Folders are walked once for all patterns: with each folder goes how far the patterns have come there.

const { ANY_FOLDERS, compileGlob, globMatcher, partMatches } = load("node/path/glob");
const { Call, operations } = load("node/fs/operations");
const { runLater, runNow } = load("node/fs/forms");
const { constants } = load("node/fs/constants");
const { Dirent } = load("node/fs/stats");
const { checkFunction, checkString, invalidArgType } = load("node/errors");
const { booleanOf } = load("node/fs/arguments");
const posix = load("node/path/posix");

const { UV_DIRENT_DIR, UV_DIRENT_LINK } = constants;

const GONE = { ENOENT: null, ENOTDIR: null, EACCES: null, ELOOP: null };

function settingsOf(options) {
  if (options === null || typeof options !== "object") throw invalidArgType("options", "of type object", options);
  const { exclude, withFileTypes, followSymlinks } = options;
  let { cwd = "." } = options;
  if (exclude !== undefined && exclude !== null && typeof exclude !== "function" &&
      !(Array.isArray(exclude) && exclude.every((pattern) => typeof pattern === "string"))) {
    throw invalidArgType("options.exclude", "of type function or string[]", exclude);
  }
  booleanOf(followSymlinks, "options.followSymlinks");
  if (typeof cwd === "object" && cwd !== null) cwd = load("node/url").fileURLToPath(cwd);
  const root = posix.resolve(cwd);
  return { root, withFileTypes: Boolean(withFileTypes), followSymlinks, excludes: excluding(exclude, withFileTypes) };
}

// Whether an entry is left out, and with a folder what is in it.
function excluding(exclude, withFileTypes) {
  if (exclude === undefined || exclude === null) return () => false;
  if (typeof exclude === "function") return (name, dirent) => exclude(withFileTypes ? dirent() : name);
  const matchers = exclude.map((pattern) => globMatcher(pattern));
  return (name, dirent, path) => matchers.some((matches) => matches(path));
}

function patternsOf(patterns) {
  if (Array.isArray(patterns)) patterns.forEach((pattern, at) => checkString(pattern, `patterns[${at}]`));
  else checkString(patterns, "patterns");
  const compiled = [patterns].flat().flatMap((pattern) => compileGlob(pattern));
  return compiled.filter((parts) => parts.length > 1 || (parts.length === 1 && parts[0] !== ""));
}

function join(folder, name) {
  if (folder === ".") return name;
  return folder === "/" ? `/${name}` : `${folder}/${name}`;
}

// Yields calls for native code, and what was found as { path, kind }.
function* walk(patterns, { root, followSymlinks, excludes }) {
  const found = new Set();
  const waiting = [];
  const whole = (path) => posix.resolve(root, path);
  const absolute = patterns.filter((parts) => parts[0] === "");
  const relative = patterns.filter((parts) => parts[0] !== "");
  if (absolute.length > 0) waiting.push({ path: "/", states: absolute.map((parts) => ({ parts, at: 1 })) });
  if (relative.length > 0) waiting.push({ path: ".", states: relative.map((parts) => ({ parts, at: 0 })) });
  const report = (path, kind) => {
    if (found.has(path)) return undefined;
    found.add(path);
    return { path, kind };
  };

  while (waiting.length > 0) {
    const { path, states, real } = waiting.pop();
    if (followSymlinks && real !== undefined) {
      // A link to a folder above itself would go on for ever.
      const resolved = yield new Call(["realpath", whole(path)], "realpath", path, undefined, undefined, GONE);
      if (resolved === null || real.includes(resolved)) continue;
      real.push(resolved);
    }
    const here = [];
    let isFound = false;
    for (const state of states) {
      const { parts, at } = state;
      const isLast = at === parts.length - 1;
      here.push(state);
      if (isLast && (parts[at] === ANY_FOLDERS || parts[at] === "")) isFound = true;
      if (parts[at] !== ANY_FOLDERS || isLast) continue;
      here.push({ parts, at: at + 1 });
      if (at + 1 === parts.length - 1 && parts[at + 1] === "") isFound = true;
    }
    if (isFound) {
      const result = report(path, UV_DIRENT_DIR);
      if (result !== undefined) yield result;
    }
    const entries = yield* entriesFor(here, whole(path));
    for (let i = 0; i < entries.length; i += 2) {
      const [name, kind] = [entries[i], entries[i + 1]];
      const at = join(path, name);
      const { matched, next } = advance(here, name, kind, followSymlinks);
      if (!matched && next.length === 0) continue;
      if (excludes(name, () => new Dirent(name, posix.dirname(at), kind), at)) continue;
      const result = matched ? report(at, kind) : undefined;
      if (result !== undefined) yield result;
      if (next.length > 0) waiting.push({ path: at, states: next, real: followSymlinks ? [...(real ?? [])] : undefined });
    }
  }
}

// What has to be looked at in a folder: all that is there, or only what patterns name.
function* entriesFor(states, folder) {
  const names = new Set();
  for (const { parts, at } of states) {
    if (typeof parts[at] !== "string") {
      const entries = yield new Call(["readdir", folder], "scandir", folder, undefined, undefined, GONE);
      const list = (entries ?? []).filter((entry, at) => at % 2 === 1 || typeof entry === "string");
      const literal = states.map((state) => state.parts[state.at]).filter((part) => part === "." || part === "..");
      return [...list, ...literal.flatMap((name) => [name, UV_DIRENT_DIR])];
    }
    if (parts[at] !== "") names.add(parts[at]);
  }
  const entries = [];
  for (const name of names) {
    const call = operations.lstat(join(folder, name));
    call.ignore = GONE;
    const stats = yield call;
    if (stats !== null) entries.push(name, kindOf(stats));
  }
  return entries;
}

function kindOf(stats) {
  if (stats.isFile()) return constants.UV_DIRENT_FILE;
  if (stats.isDirectory()) return UV_DIRENT_DIR;
  if (stats.isSymbolicLink()) return UV_DIRENT_LINK;
  return constants.UV_DIRENT_UNKNOWN;
}

// Where an entry takes the patterns: whether it is one that is looked for, and how they go on inside it.
function advance(states, name, kind, followSymlinks) {
  const next = [];
  let matched = false;
  const isFolder = kind === UV_DIRENT_DIR;
  const isOpen = isFolder || kind === UV_DIRENT_LINK;
  for (const state of states) {
    const { parts, at } = state;
    const part = parts[at];
    const isLast = at === parts.length - 1;
    if (part === ANY_FOLDERS) {
      if (name.startsWith(".")) continue;
      if (isFolder || (followSymlinks && isOpen)) next.push(state);
      else if (isLast) matched = true;
    } else if (part !== "" && partMatches(part, name)) {
      if (isLast) matched = true;
      else if (parts[at + 1] === "" ? isFolder : isOpen) next.push({ parts, at: at + 1 });
    }
  }
  return { matched, next };
}

function resultOf({ path, kind }, { withFileTypes }) {
  return withFileTypes ? new Dirent(posix.basename(path), posix.dirname(path), kind) : path;
}

function globSync(pattern, options = {}) {
  const settings = settingsOf(options);
  const steps = walk(patternsOf(pattern), settings);
  const results = [];
  for (let step = steps.next(); !step.done;) {
    if (step.value instanceof Call) {
      step = steps.next(runNow(step.value));
      continue;
    }
    results.push(resultOf(step.value, settings));
    step = steps.next();
  }
  return results;
}

async function* results(patterns, settings) {
  const steps = walk(patterns, settings);
  for (let step = steps.next(); !step.done;) {
    if (step.value instanceof Call) {
      step = steps.next(await runLater(step.value));
      continue;
    }
    yield resultOf(step.value, settings);
    step = steps.next();
  }
}

async function* globLater(pattern, options = {}) {
  const settings = settingsOf(options);
  yield* results(patternsOf(pattern), settings);
}

Object.defineProperty(globLater, "name", { value: "glob", configurable: true });

function glob(pattern, options, callback) {
  if (typeof options === "function") {
    callback = options;
    options = undefined;
  }
  checkFunction(callback, "cb");
  const settings = settingsOf(options ?? {});
  const patterns = patternsOf(pattern);
  const { nextTick } = load("task_queue");
  Array.fromAsync(results(patterns, settings)).then(
    (found) => nextTick(callback, null, found), (error) => nextTick(callback, error));
}

return { glob, globLater, globSync };
