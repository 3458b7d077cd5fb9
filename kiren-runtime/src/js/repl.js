"use strict";
// The JavaScript side of Runtime::evaluate (repl.rs): how values and errors are shown, `_` and `_error`, the names
// that code without a file can use, and completion.

const { inspect } = load("inspect");

// The getters that stand for globals which are not loaded yet: these may run for a completion, no others.
const lazyGlobals = new Map();

// Gives code without a file what a CommonJS module has. `interactive` adds what a prompt has beyond that.
function start(name, interactive) {
  const { Module, makeRequire } = load("cjs");
  const cwd = native("modules").cwd();
  const module = new Module(`${cwd}/${name}`, undefined);
  module.id = name;
  module.filename = `${cwd}/${name}`;
  defineName("module", module);
  defineName("exports", module.exports);
  defineName("require", makeRequire(module));
  for (const [key, { get }] of Object.entries(Object.getOwnPropertyDescriptors(globalThis))) {
    if (get !== undefined) lazyGlobals.set(key, get);
  }
  if (!interactive) {
    defineName("__filename", name);
    defineName("__dirname", ".");
    return;
  }
  defineLast("_");
  defineLast("_error");
  for (const builtin of native("modules").builtin_names()) {
    if (!/^[a-z]+$/.test(builtin) || builtin in globalThis) continue;
    const get = () => load("cjs").builtinExports(`node:${builtin}`);
    const set = (value) => defineName(builtin, value);
    Object.defineProperty(globalThis, builtin, { get, set, enumerable: false, configurable: true });
    lazyGlobals.set(builtin, get);
  }
}

function defineName(name, value) {
  Object.defineProperty(globalThis, name, { value, writable: true, enumerable: false, configurable: true });
}

// The last value and the last error, until a program assigns to the name.
const last = { _: undefined, _error: undefined };

function defineLast(name) {
  Object.defineProperty(globalThis, name, {
    get: () => last[name],
    set: (value) => defineName(name, value),
    enumerable: false,
    configurable: true,
  });
}

function remember(value) {
  last._ = value;
}

function rememberError(error) {
  last._error = error;
}

function show(value, colors) {
  return inspect(value, { colors, showProxy: true });
}

const MEMBER = /((?:[\p{ID_Start}$_][\p{ID_Continue}$]*\??\.)*)((?:[\p{ID_Start}$_][\p{ID_Continue}$]*)?)$/u;

// The variable at whose properties the end of `line` looks, if it does.
function rootOf(line) {
  return /^[^?.]+/.exec(MEMBER.exec(line)[1])?.[0];
}

// [names, length of the part that they replace] for the end of `line`. `lexical` are the names of the variables outside
// of globalThis, and `root` is [value] of that which `rootOf` names, if it is one of them.
function complete(line, lexical, root) {
  const [, path, partial] = MEMBER.exec(line);
  const before = line[line.length - path.length - partial.length - 1];
  if (path === "" && before === ".") return [[], 0];
  // Inside a name that began with a character of another kind, such as #private or a number.
  if (before !== undefined && /[\p{ID_Continue}$#@"'`\\]/u.test(before) && path + partial !== "") return [[], 0];
  let names;
  if (path === "") {
    if (partial === "") return [[], 0];
    names = [...lexical, ...namesOf(globalThis), ...KEYWORDS];
  } else {
    const [name, ...keys] = path.replace(/\??\.$/, "").split(/\??\./);
    let found = root ?? globalValue(name);
    for (const key of keys) found = found && valueOf(found[0], key);
    if (found === undefined || found[0] === undefined || found[0] === null) return [[], 0];
    names = namesOf(found[0]);
  }
  const matching = names.filter((name) => name.startsWith(partial) && IDENTIFIER.test(name));
  return [[...new Set(matching)].sort(), partial.length];
}

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

const KEYWORDS = [
  "async", "await", "break", "case", "catch", "class", "const", "continue", "debugger", "default", "delete", "do", "else",
  "enum", "export", "extends", "false", "finally", "for", "function", "if", "import", "in", "instanceof", "interface", "let",
  "new", "null", "return", "static", "super", "switch", "this", "throw", "true", "try", "type", "typeof", "var", "void",
  "while", "with", "yield",
];

function globalValue(name) {
  const descriptor = Object.getOwnPropertyDescriptor(globalThis, name);
  if (descriptor?.get !== undefined && lazyGlobals.get(name) === descriptor.get) return [globalThis[name]];
  return valueOf(globalThis, name);
}

// [value] of a data property, own or inherited; undefined where only running code would tell.
function valueOf(object, key) {
  for (const holder of chain(object)) {
    const descriptor = Object.getOwnPropertyDescriptor(holder, key);
    if (descriptor !== undefined) return "value" in descriptor ? [descriptor.value] : undefined;
  }
  return undefined;
}

function namesOf(value) {
  const names = [];
  for (const holder of chain(value)) {
    for (const name of Object.getOwnPropertyNames(holder)) names.push(name);
    if (names.length > 10_000) break;
  }
  return names;
}

// The object and its prototypes, as far as looking at them runs no code: up to the first proxy.
function* chain(value) {
  if (value === undefined || value === null) return;
  const { proxy_details } = native("inspect");
  for (let object = Object(value); object !== null; object = Object.getPrototypeOf(object)) {
    if (proxy_details(object) !== undefined) return;
    yield object;
  }
}

return { start, remember, rememberError, rootOf, show, complete };
