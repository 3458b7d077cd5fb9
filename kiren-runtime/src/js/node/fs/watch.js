"use strict";
// fs.watch and promises.watch: what changes in a file or a folder, told by the operating system.
//
// Native code has one inotify instance for the whole program; here its watches are given to those who wait for them.

const { EventEmitter } = load("node/emitter");
const { booleanOf, integerOf, optionsOf, pathOf, textOf } = load("node/fs/arguments");
const { AbortError, checkSignal, coded, invalidArgType, invalidArgValue } = load("node/errors");
const { uvException } = load("node/system_errors");
const { nextTick } = load("task_queue");

const host = native("watch");

const IN_MODIFY = 0x2;
const IN_ATTRIB = 0x4;
const IN_MOVED_TO = 0x80;
const IN_CREATE = 0x100;
const IN_IGNORED = 0x8000;
const IN_Q_OVERFLOW = 0x4000;
const IN_ISDIR = 0x40000000;
const CONTENT = IN_MODIFY | IN_ATTRIB;

// --- the watches of the program ---

// Those who wait, by the number of the watch: several may watch the same file.
const waiting = new Map();
let isPumping = false;

function addWatch(path, watcher) {
  const number = host.add(path);
  if (number < 0) return number;
  if (!waiting.has(number)) waiting.set(number, new Set());
  waiting.get(number).add(watcher);
  if (!isPumping) pump();
  return number;
}

function removeWatch(number, watcher) {
  const watchers = waiting.get(number);
  if (watchers === undefined || !watchers.delete(watcher) || watchers.size > 0) return;
  waiting.delete(number);
  host.remove(number);
}

async function pump() {
  isPumping = true;
  try {
    while (waiting.size > 0) {
      const events = await host.next();
      for (let i = 0; i < events.length; i += 4) dispatch(events[i], events[i + 1], events[i + 3]);
    }
  } finally {
    isPumping = false;
  }
}

function dispatch(number, mask, name) {
  if (mask & IN_Q_OVERFLOW) {
    // Some were lost, nobody knows which.
    for (const watcher of new Set([...waiting.values()].flatMap((watchers) => [...watchers]))) watcher.lost();
    return;
  }
  const watchers = waiting.get(number);
  if (watchers === undefined) return;
  if (mask & IN_IGNORED) waiting.delete(number);
  for (const watcher of [...watchers]) watcher.happened(number, mask, name);
}

// --- one watcher ---

function nameIn(encoding) {
  if (!encoding || encoding === "utf8" || encoding === "utf-8") return textOf;
  const { Buffer } = load("node/buffer/class");
  return (name) => encoding === "buffer" ? Buffer.from(name) : Buffer.from(name).toString(encoding);
}

// Whether a name is one of those that `options.ignore` names.
function ignoring(ignore) {
  if (ignore === undefined || ignore === null) return undefined;
  const isPattern = native("types").is_reg_exp;
  const rules = (Array.isArray(ignore) ? ignore : [ignore]).map((rule, at) => {
    const name = Array.isArray(ignore) ? `options.ignore[${at}]` : "options.ignore";
    if (typeof rule === "function") return rule;
    if (isPattern(rule)) return (file) => rule.test(file);
    if (typeof rule !== "string") {
      throw invalidArgType(name, "one of type string or function or an instance of RegExp", rule);
    }
    if (rule === "") throw invalidArgValue(name, rule, "must be a non-empty string");
    const { globMatcher } = load("node/path/glob");
    // A pattern without a slash is one for names, wherever they are.
    const matches = globMatcher(rule.includes("/") ? rule : `**/${rule}`, { dot: true });
    return matches;
  });
  return (file) => rules.some((rule) => rule(file));
}

class FSWatcher extends EventEmitter {
  // Watch by number: the folder below the watched one, as names of its entries begin; "" is the watched one itself.
  #folders = new Map();
  #numbers = new Map();
  #path;
  #isFolder = true;
  #isOpen = true;
  #isReferenced = false;
  #name;
  #isIgnored;
  #recursive;

  constructor(path, { persistent, recursive, encoding, ignore }) {
    super();
    this.#path = path;
    this.#name = nameIn(encoding);
    this.#isIgnored = ignoring(ignore);
    this.#recursive = recursive;
    const number = addWatch(path, this);
    if (number < 0) throw failure(number, "watch", path);
    this.#keep("", number);
    if (recursive) this.#watchBelow("", false);
    if (persistent) this.ref();
  }

  #keep(folder, number) {
    this.#folders.set(number, folder);
    this.#numbers.set(folder, number);
  }

  #at(name) {
    return name === "" ? this.#path : `${textOf(this.#path)}/${name}`;
  }

  // Watches the folders in one; with `tell`, what is in them is news.
  #watchBelow(folder, tell) {
    const entries = native("fs").run("readdir", this.#at(folder));
    // It may be a file, or gone already.
    if (typeof entries === "number") {
      if (folder === "") this.#isFolder = false;
      return;
    }
    for (let i = 0; i < entries.length; i += 2) {
      const name = folder === "" ? textOf(entries[i]) : `${folder}/${textOf(entries[i])}`;
      if (tell) this.#tell("rename", name);
      if (entries[i + 1] === 2) this.#watchFolder(name, tell);
    }
  }

  #watchFolder(name, tell) {
    if (this.#numbers.has(name) || this.#isIgnored?.(name)) return;
    const number = addWatch(this.#at(name), this);
    if (number < 0) {
      // Gone in the meantime is no failure; too many watches are.
      if (number === -2 || number === -20) return;
      this.#fail(failure(number, "watch", this.#at(name)));
      return;
    }
    this.#keep(name, number);
    this.#watchBelow(name, tell);
  }

  #fail(error) {
    if (!this.#isOpen) return;
    this.#end();
    nextTick(() => this.emit("error", error));
  }

  // Called with each event of a watch of this watcher.
  happened(number, mask, name) {
    if (!this.#isOpen) return;
    const folder = this.#folders.get(number);
    if (mask & IN_IGNORED) {
      this.#folders.delete(number);
      if (this.#numbers.get(folder) === number) this.#numbers.delete(folder);
    }
    if (name === undefined) {
      // About the watched thing itself; of folders below it, those above them tell.
      if (folder === "") this.#tell(mask & ~CONTENT ? "rename" : "change", baseName(textOf(this.#path)));
      return;
    }
    const below = folder === "" ? textOf(name) : `${folder}/${textOf(name)}`;
    this.#tell(mask & ~(CONTENT | IN_ISDIR) ? "rename" : "change", folder === "" ? name : below);
    if (this.#recursive && this.#isFolder && this.#isOpen && mask & IN_ISDIR) this.#follow(below, mask);
  }

  // A folder came or went.
  #follow(name, mask) {
    if (mask & (IN_CREATE | IN_MOVED_TO)) this.#watchFolder(name, true);
    else if (mask & ~(CONTENT | IN_ISDIR)) this.#forget(name);
  }

  #forget(name) {
    for (const [folder, number] of [...this.#numbers]) {
      if (folder !== name && !folder.startsWith(`${name}/`)) continue;
      this.#numbers.delete(folder);
      this.#folders.delete(number);
      removeWatch(number, this);
    }
  }

  // Events were lost: something changed.
  lost() {
    if (this.#isOpen) this.emit("change", "change", null);
  }

  #tell(kind, name) {
    if (this.#isIgnored?.(textOf(name))) return;
    this.emit("change", kind, this.#name(name));
  }

  #end() {
    this.#isOpen = false;
    this.#reference(false);
    for (const number of this.#folders.keys()) removeWatch(number, this);
    this.#folders.clear();
    this.#numbers.clear();
  }

  close() {
    if (!this.#isOpen) return;
    this.#end();
    nextTick(() => this.emit("close"));
  }

  #reference(yes) {
    if (yes === this.#isReferenced) return;
    this.#isReferenced = yes;
    host.reference(yes);
  }

  ref() {
    if (this.#isOpen) this.#reference(true);
    return this;
  }

  unref() {
    this.#reference(false);
    return this;
  }

  [Symbol.dispose]() {
    this.close();
  }
}

function baseName(path) {
  return load("node/path/posix").basename(path);
}

function failure(number, syscall, path) {
  if (number === -38) {
    return coded(TypeError, "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM", "fs.watch is not available on this platform");
  }
  const error = uvException(number, syscall, textOf(path));
  error.filename = textOf(path);
  return error;
}

function settingsOf(options) {
  const settings = { persistent: true, recursive: false, ...optionsOf(options) };
  settings.persistent ??= true;
  settings.recursive ??= false;
  booleanOf(settings.recursive, "options.recursive");
  return settings;
}

function watch(filename, options, listener) {
  if (typeof options === "function") listener = options;
  const settings = settingsOf(options);
  const path = pathOf(filename);
  if (settings.recursive) {
    booleanOf(settings.persistent, "options.persistent");
    const found = native("fs").run("stat", path);
    if (found < 0) throw failure(found, "stat", path);
  }
  const watcher = new FSWatcher(path, settings);
  if (listener) watcher.addListener("change", listener);
  const { signal } = settings;
  if (signal !== undefined) {
    const close = () => watcher.close();
    if (signal.aborted) {
      nextTick(close);
    } else {
      signal.addEventListener("abort", close);
      watcher.once("close", () => signal.removeEventListener("abort", close));
    }
  }
  return watcher;
}

// promises.watch: the events one after the other, `maxQueue` of them waiting at most.
async function* watchLater(filename, options = {}) {
  if (options === null || typeof options !== "object") throw invalidArgType("options", "of type object", options);
  const path = pathOf(filename);
  booleanOf(options.persistent, "options.persistent");
  booleanOf(options.recursive, "options.recursive");
  const { maxQueue = 2048, overflow = "ignore", signal } = options;
  integerOf(maxQueue, "options.maxQueue");
  if (overflow !== "ignore" && overflow !== "throw") {
    throw invalidArgValue("options.overflow", overflow, "must be one of: 'ignore', 'throw'");
  }
  const settings = settingsOf(options);
  checkSignal(signal, "options.signal");
  if (signal?.aborted) throw new AbortError(signal.reason);

  const events = [];
  let wake = Promise.withResolvers();
  let failed;
  const fail = (error) => {
    failed ??= { error };
    wake.resolve();
  };
  const aborted = () => fail(new AbortError(signal.reason));
  const watcher = new FSWatcher(path, settings);
  watcher.on("error", fail);
  watcher.on("change", (eventType, name) => {
    if (events.length < maxQueue) {
      events.push({ __proto__: null, eventType, filename: name });
      wake.resolve();
    } else if (overflow === "throw") {
      fail(coded(Error, "ERR_FS_WATCH_QUEUE_OVERFLOW", `fs.watch() queued more than ${maxQueue} events`));
    } else {
      load("process").process.emitWarning("fs.watch maxQueue exceeded");
    }
  });
  signal?.addEventListener("abort", aborted, { once: true });
  try {
    for (;;) {
      while (events.length > 0) yield events.shift();
      if (failed !== undefined) throw failed.error;
      await wake.promise;
      wake = Promise.withResolvers();
    }
  } finally {
    watcher.close();
    signal?.removeEventListener("abort", aborted);
  }
}

Object.defineProperty(watchLater, "name", { value: "watch", configurable: true });

return { FSWatcher, watch, watchLater };
