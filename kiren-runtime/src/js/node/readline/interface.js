"use strict";
// What the interfaces of node:readline and node:readline/promises share: lines from any stream, and from a
// terminal with the keys of editor.js. Methods with an underscore are Node's too: prompts of npm packages
// call and replace them.

const { EventEmitter } = load("node/emitter");
const { StringDecoder } = load("node/string_decoder");
const { AbortError, checkSignal, checkString, coded, invalidArgType, invalidArgValue, outOfRange } =
  load("node/errors");
const { nextTick } = load("task_queue");

const lineEnding = /\r\n|\n|\r(?!\n)|\u2028|\u2029/g;
const MIN_CRLF_DELAY_MS = 100;
const DEFAULT_HISTORY_SIZE = 30;

function closedError() {
  return coded(Error, "ERR_USE_AFTER_CLOSE", "readline was closed");
}

// The forms (options) and (input, output, completer, terminal).
function optionsOf(input, output, completer, terminal) {
  if (input?.input !== undefined) return input;
  return { input, output, completer, terminal };
}

function checkOptions(options) {
  const { completer, history, prompt, signal, tabSize } = options;
  let { historySize } = options;
  if (completer !== undefined && completer !== null) {
    if (typeof completer !== "function") throw invalidArgValue("completer", completer);
  }
  checkSignal(signal, "options.signal");
  if (history !== undefined && !Array.isArray(history)) {
    throw invalidArgType("history", "an instance of Array", history);
  }
  historySize ??= DEFAULT_HISTORY_SIZE;
  if (typeof historySize !== "number") throw invalidArgType("historySize", "of type number", historySize);
  if (Number.isNaN(historySize) || historySize < 0) throw outOfRange("historySize", ">= 0", historySize);
  if (tabSize !== undefined && (!Number.isInteger(tabSize) || tabSize < 1)) {
    if (typeof tabSize !== "number") throw invalidArgType("tabSize", "of type number", tabSize);
    throw outOfRange("tabSize", Number.isInteger(tabSize) ? ">= 1 && <= 4294967295" : "an integer", tabSize);
  }
  return { historySize, prompt: prompt === undefined ? "> " : prompt };
}

function InterfaceBase(input, output, completer, terminal) {
  EventEmitter.call(this);
  const options = optionsOf(input, output, completer, terminal);
  const { historySize, prompt } = checkOptions(options);
  this.input = options.input;
  this.output = options.output;
  this.terminal = options.terminal === undefined ? Boolean(this.output?.isTTY) : Boolean(options.terminal);
  this.line = "";
  this.cursor = this.terminal ? 0 : undefined;
  this.prevRows = 0;
  this.history = options.history ?? [];
  this.historySize = historySize;
  this.historyIndex = -1;
  this.removeHistoryDuplicates = Boolean(options.removeHistoryDuplicates);
  this.crlfDelay = options.crlfDelay ? Math.max(MIN_CRLF_DELAY_MS, options.crlfDelay) : MIN_CRLF_DELAY_MS;
  this.escapeCodeTimeout = options.escapeCodeTimeout ?? 500;
  this.tabSize = options.tabSize ?? 8;
  this.completer = options.completer ?? undefined;
  this.isCompletionEnabled = true;
  this.closed = false;
  this.paused = false;
  hidden(this, "_prompt", prompt);
  hidden(this, "_questionCallback", null);
  hidden(this, "_questionReject", null);
  hidden(this, "_oldPrompt", prompt);
  hidden(this, "_rest", null);
  hidden(this, "_sawReturnAt", 0);
  if (typeof this.input?.on !== "function") {
    throw invalidArgType("input", "an instance of Stream", this.input);
  }
  if (this.terminal) load("node/readline/editor").attach(this);
  else attachPlain(this);
  if (options.signal !== undefined) closeOnAbort(this, options.signal);
  this.input.resume();
}

Object.setPrototypeOf(InterfaceBase.prototype, EventEmitter.prototype);
Object.setPrototypeOf(InterfaceBase, EventEmitter);

function hidden(object, name, value) {
  Object.defineProperty(object, name, { value, writable: true, enumerable: false, configurable: true });
}

function closeOnAbort(iface, signal) {
  const close = () => nextTick(() => iface.close());
  if (signal.aborted) {
    close();
    return;
  }
  signal.addEventListener("abort", close, { once: true });
  iface.once("close", () => signal.removeEventListener("abort", close));
}

// A stream that is no terminal: bytes in, lines out.
function attachPlain(iface) {
  const { input } = iface;
  const decoder = new StringDecoder("utf8");
  const onData = (chunk) => iface._normalWrite(decoder.write(chunk));
  const onError = (error) => iface.emit("error", error);
  const onEnd = () => {
    const rest = decoder.end();
    const last = (iface._rest ?? "") + rest;
    iface._rest = null;
    if (last !== "") iface._onLine(last);
    iface.close();
  };
  input.on("error", onError);
  input.on("data", onData);
  input.on("end", onEnd);
  iface.once("close", () => {
    input.removeListener("error", onError);
    input.removeListener("data", onData);
    input.removeListener("end", onEnd);
  });
}

const methods = {
  getPrompt() {
    return this._prompt;
  },

  setPrompt(prompt) {
    this._prompt = prompt;
  },

  prompt(preserveCursor) {
    if (this.closed) throw closedError();
    if (this.paused) this.resume();
    if (this.terminal && load("process").process.env.TERM !== "dumb") {
      if (!preserveCursor) this.cursor = 0;
      this._refreshLine();
    } else {
      this._writeToOutput(this._prompt);
    }
  },

  pause() {
    if (this.closed) throw closedError();
    if (this.paused) return this;
    this.input.pause();
    this.paused = true;
    this.emit("pause");
    return this;
  },

  resume() {
    if (this.closed) throw closedError();
    if (!this.paused) return this;
    this.input.resume();
    this.paused = false;
    this.emit("resume");
    return this;
  },

  close() {
    if (this.closed) return;
    this.pause();
    if (this.terminal) this._setRawMode(false);
    this.closed = true;
    this.emit("close");
  },

  write(data, key) {
    if (this.closed) throw closedError();
    if (this.paused) this.resume();
    if (this.terminal) this._ttyWrite(data, key);
    else this._normalWrite(data);
  },

  _setRawMode(mode) {
    const before = this.input.isRaw;
    if (typeof this.input.setRawMode === "function") this.input.setRawMode(mode);
    return before;
  },

  _writeToOutput(text) {
    checkString(text, "stringToWrite");
    if (this.output !== null && this.output !== undefined) this.output.write(text);
  },

  _onLine(line) {
    if (this._questionCallback === null) {
      this.emit("line", line);
      return;
    }
    const callback = this._questionCallback;
    this._questionCallback = null;
    this._questionReject = null;
    this.setPrompt(this._oldPrompt);
    callback(line);
  },

  _normalWrite(data) {
    if (data === undefined) return;
    let text = String(data);
    if (this._sawReturnAt > 0 && Date.now() - this._sawReturnAt <= this.crlfDelay) {
      if (text.startsWith("\n")) text = text.slice(1);
      this._sawReturnAt = 0;
    }
    if (text === "") return;
    if (text.search(lineEnding) === -1) {
      this._rest = (this._rest ?? "") + text;
      return;
    }
    text = (this._rest ?? "") + text;
    this._sawReturnAt = text.endsWith("\r") ? Date.now() : 0;
    const lines = text.split(lineEnding);
    const rest = lines.pop();
    this._rest = rest === "" ? null : rest;
    for (const line of lines) this._onLine(line);
  },

  _question(query, callback) {
    if (this.closed) throw closedError();
    if (this._questionCallback !== null) {
      this.prompt();
      return;
    }
    this._oldPrompt = this._prompt;
    this.setPrompt(query);
    this._questionCallback = callback;
    this.prompt();
  },

  _questionCancel() {
    if (this._questionCallback === null) return;
    this._questionCallback = null;
    this._questionReject = null;
    this.setPrompt(this._oldPrompt);
    this.clearLine();
  },

  // The lines from now on; leaving the loop closes the interface.
  [Symbol.asyncIterator]() {
    this._lines ??= linesOf(this);
    return this._lines;
  },

  [Symbol.dispose]() {
    this.close();
  },
};

function linesOf(iface) {
  const events = load("node/events").on(iface, "line", { close: ["close"], highWaterMark: 1024 });
  const lineOf = ({ value, done }) => done ? { value: undefined, done } : { value: value[0], done };
  return {
    __proto__: Object.getPrototypeOf(events),
    next: () => events.next().then(lineOf),
    throw: (error) => events.throw(error),
    return() {
      iface.close();
      return events.return();
    },
  };
}

for (const key of Reflect.ownKeys(methods)) hidden(InterfaceBase.prototype, key, methods[key]);
const editing = load("node/readline/editor").methods;
for (const key of Reflect.ownKeys(editing)) {
  Object.defineProperty(InterfaceBase.prototype, key, {
    ...Object.getOwnPropertyDescriptor(editing, key), enumerable: false,
  });
}

// What both forms of `question` do with their signal: `ask` is given how to stop.
function checkQuestion(options) {
  if (options === null || typeof options !== "object") return undefined;
  checkSignal(options.signal, "options.signal");
  return options.signal;
}

return { AbortError, InterfaceBase, checkQuestion, closedError, hidden };
