"use strict";
// fs.watchFile: a file's stats, looked at again and again.

const { EventEmitter } = load("node/emitter");
const { integerOf, pathOf, textOf } = load("node/fs/arguments");
const { statsOf } = load("node/fs/stats");
const { invalidArgType } = load("node/errors");
const { clearTimeout, setTimeout } = load("timers");
const { nextTick } = load("task_queue");

// Fields of what native code answers: all but the time of the last reading, and what follows from others.
const COMPARED = [0, 1, 3, 4, 7, 8, 12, 13, 14, 15, 16, 17];

const NOTHING = new BigInt64Array(18);

class StatWatcher extends EventEmitter {
  #path;
  #bigint;
  #interval;
  #timer;
  #seen;
  #isOpen = true;
  #references = 1;

  constructor(path, { bigint = false, interval = 5007, persistent = true }) {
    super();
    this.#path = path;
    this.#bigint = Boolean(bigint);
    this.#interval = interval;
    if (!persistent) this.#references = 0;
    this.#look();
  }

  async #look() {
    const answer = await native("fs").start("stat", this.#path, true);
    if (!this.#isOpen) return;
    const found = typeof answer === "number" ? NOTHING : answer;
    const before = this.#seen;
    this.#seen = found;
    this.#timer = setTimeout(() => this.#look(), this.#interval);
    if (this.#references <= 0) this.#timer.unref();
    if (before === undefined ? found === NOTHING : COMPARED.some((at) => found[at] !== before[at])) {
      this.emit("change", this.#show(found), this.#show(before ?? NOTHING));
    }
  }

  #show(fields) {
    return statsOf(this.#bigint ? fields : Float64Array.from(fields, Number));
  }

  stop() {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    clearTimeout(this.#timer);
    nextTick(() => this.emit("stop"));
  }

  ref() {
    if (++this.#references > 0) this.#timer?.ref();
    return this;
  }

  unref() {
    if (--this.#references <= 0) {
      this.#references = 0;
      this.#timer?.unref();
    }
    return this;
  }
}

// By the file's whole path.
const watchers = new Map();

function keyOf(filename) {
  return load("node/path/posix").resolve(textOf(pathOf(filename)));
}

function watchFile(filename, options, listener) {
  if (options === null || typeof options !== "object") {
    listener = options;
    options = {};
  }
  const key = keyOf(filename);
  if (typeof listener !== "function") throw invalidArgType("listener", "of type function", listener);
  const { interval = 5007 } = options;
  integerOf(interval, "interval", 0, 2 ** 32 - 1);
  let watcher = watchers.get(key);
  if (watcher === undefined) {
    watcher = new StatWatcher(key, { ...options, interval });
    watchers.set(key, watcher);
  }
  watcher.addListener("change", listener);
  return watcher;
}

function unwatchFile(filename, listener) {
  const key = keyOf(filename);
  const watcher = watchers.get(key);
  if (watcher === undefined) return;
  if (typeof listener === "function") watcher.removeListener("change", listener);
  else watcher.removeAllListeners("change");
  if (watcher.listenerCount("change") > 0) return;
  watcher.stop();
  watchers.delete(key);
}

return { StatWatcher, unwatchFile, watchFile };
