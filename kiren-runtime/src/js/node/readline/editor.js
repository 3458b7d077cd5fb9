"use strict";
// Editing a line on a terminal: what each key does, and how the line is drawn again. The methods belong to
// the interfaces of node:readline (interface.js).

const { clearScreenDown, cursorTo, moveCursor } = load("node/readline/cursor");
const { emitKeypressEvents } = load("node/readline/keys");
const { textWidth } = load("inspect_text");

const lineEnding = /\r\n|\n|\r(?!\n)|\u2028|\u2029/g;
const UNDO_LIMIT = 2048;
const KILL_LIMIT = 32;

function attach(iface) {
  const { input, output } = iface;
  const state = { undo: [], redo: [], kills: [], killAt: 0, yanking: false, search: null, wasTab: false };
  Object.defineProperty(iface, "_editing", { value: state, enumerable: false });
  const onKeypress = (text, key) => {
    iface._ttyWrite(text, key);
    if (key?.sequence) {
      // A cut character of UTF-16 is drawn when it is whole.
      const code = key.sequence.codePointAt(0);
      if (code >= 0xd800 && code <= 0xdfff) iface._refreshLine();
    }
  };
  const onError = (error) => iface.emit("error", error);
  const onEnd = () => {
    if (iface.line !== "") iface.emit("line", iface.line);
    iface.close();
  };
  const onResize = () => iface._refreshLine();
  emitKeypressEvents(input, iface);
  input.on("keypress", onKeypress);
  input.on("end", onEnd);
  input.on("error", onError);
  iface._setRawMode(true);
  output?.on?.("resize", onResize);
  iface.once("close", () => {
    input.removeListener("keypress", onKeypress);
    input.removeListener("end", onEnd);
    input.removeListener("error", onError);
    output?.removeListener?.("resize", onResize);
  });
}

// The length of the character that begins, or ends, at a place.
function lengthAfter(text, at) {
  return at >= text.length ? 0 : text.codePointAt(at) > 0xffff ? 2 : 1;
}

function lengthBefore(text, at) {
  if (at <= 0) return 0;
  return at > 1 && text.codePointAt(at - 2) > 0xffff ? 2 : 1;
}

function wordStart(text, at) {
  const reversed = [...text.slice(0, at)].reverse().join("");
  return at - /^\s*(?:[^\w\s]+|\w+)?/.exec(reversed)[0].length;
}

function wordEnd(text, at) {
  return at + /^(?:\s+|[^\w\s]+|\w+)\s*/.exec(text.slice(at))[0].length;
}

const methods = {
  get columns() {
    return this.output?.columns || Infinity;
  },

  // --- drawing ---

  getCursorPos() {
    return this._getDisplayPos(this._prompt + this.line.slice(0, this.cursor));
  },

  _getCursorPos() {
    return this.getCursorPos();
  },

  _getDisplayPos(text) {
    const columns = this.columns;
    let offset = 0;
    let rows = 0;
    for (const char of text.replace(/\x1b\[[\d;?]*[ -/]*[@-~]/g, "")) {
      if (char === "\n") {
        rows += Math.ceil(offset / columns) || 1;
        offset = 0;
      } else if (char === "\t") {
        offset += this.tabSize - offset % this.tabSize;
      } else {
        const width = textWidth(char);
        // A wide character that does not fit goes to the next row.
        if (width === 2 && (offset + 1) % columns === 0) offset++;
        offset += width;
      }
    }
    const cols = columns === Infinity ? offset : offset % columns;
    rows += columns === Infinity ? 0 : (offset - cols) / columns;
    return { cols, rows };
  },

  _refreshLine() {
    const { output } = this;
    const line = this._prompt + this.line;
    const end = this._getDisplayPos(line);
    const place = this.getCursorPos();
    if (this.prevRows > 0) moveCursor(output, 0, -this.prevRows);
    cursorTo(output, 0);
    clearScreenDown(output);
    this._writeToOutput(line);
    // At the very end of a row, terminals wait with the next one.
    if (end.cols === 0) this._writeToOutput(" ");
    cursorTo(output, place.cols);
    if (end.rows > place.rows) moveCursor(output, 0, place.rows - end.rows);
    this.prevRows = place.rows;
  },

  _moveCursor(by) {
    if (by === 0) return;
    const before = this.getCursorPos();
    this.cursor = Math.min(Math.max(this.cursor + by, 0), this.line.length);
    const after = this.getCursorPos();
    if (before.rows === after.rows) moveCursor(this.output, after.cols - before.cols, 0);
    else this._refreshLine();
  },

  clearLine() {
    this._moveCursor(+Infinity);
    this._writeToOutput("\r\n");
    this.line = "";
    this.cursor = 0;
    this.prevRows = 0;
  },

  // --- changing the line ---

  _remember() {
    const { undo } = this._editing;
    if (undo.push({ text: this.line, cursor: this.cursor }) > UNDO_LIMIT) undo.shift();
    this._editing.redo.length = 0;
  },

  _replace(from, to, text) {
    this._remember();
    this.line = this.line.slice(0, from) + text + this.line.slice(to);
    this.cursor = from + text.length;
    this._refreshLine();
  },

  _insertString(text) {
    if (this.cursor < this.line.length) {
      this._replace(this.cursor, this.cursor, text);
      return;
    }
    if (this._editing !== undefined) this._remember();
    const before = this.getCursorPos();
    this.line += text;
    this.cursor += text.length;
    if (before.rows < this.getCursorPos().rows) this._refreshLine();
    else this._writeToOutput(text);
  },

  _kill(from, to) {
    if (from === to) return;
    const { kills } = this._editing;
    kills.unshift(this.line.slice(from, to));
    if (kills.length > KILL_LIMIT) kills.pop();
    this._editing.killAt = 0;
    this._replace(from, to, "");
  },

  _deleteLeft() {
    const length = lengthBefore(this.line, this.cursor);
    if (length > 0) this._replace(this.cursor - length, this.cursor, "");
  },

  _deleteRight() {
    const length = lengthAfter(this.line, this.cursor);
    if (length > 0) this._replace(this.cursor, this.cursor + length, "");
  },

  _deleteWordLeft() {
    if (this.cursor > 0) this._replace(wordStart(this.line, this.cursor), this.cursor, "");
  },

  _deleteWordRight() {
    if (this.cursor < this.line.length) this._replace(this.cursor, wordEnd(this.line, this.cursor), "");
  },

  _deleteLineLeft() {
    this._kill(0, this.cursor);
  },

  _deleteLineRight() {
    const { cursor } = this;
    this._kill(cursor, this.line.length);
  },

  _wordLeft() {
    if (this.cursor > 0) this._moveCursor(wordStart(this.line, this.cursor) - this.cursor);
  },

  _wordRight() {
    if (this.cursor < this.line.length) this._moveCursor(wordEnd(this.line, this.cursor) - this.cursor);
  },

  _yank() {
    const { killAt, kills } = this._editing;
    if (kills.length === 0) return;
    this._editing.yanking = true;
    this._insertString(kills[killAt]);
  },

  _yankPop() {
    const editing = this._editing;
    if (!editing.yanking || editing.kills.length < 2) return;
    const last = editing.kills[editing.killAt];
    if (!this.line.slice(0, this.cursor).endsWith(last)) return;
    editing.killAt = (editing.killAt + 1) % editing.kills.length;
    this._replace(this.cursor - last.length, this.cursor, editing.kills[editing.killAt]);
  },

  _undo() {
    this._restore(this._editing.undo, this._editing.redo);
  },

  _redo() {
    this._restore(this._editing.redo, this._editing.undo);
  },

  _restore(from, to) {
    const entry = from.pop();
    if (entry === undefined) return;
    to.push({ text: this.line, cursor: this.cursor });
    this.line = entry.text;
    this.cursor = entry.cursor;
    this._refreshLine();
  },

  // --- the line is whole ---

  _line() {
    const line = this._addHistory();
    this._editing.undo.length = this._editing.redo.length = 0;
    this.clearLine();
    this._onLine(line);
  },

  _addHistory() {
    const { history, line } = this;
    if (line.length === 0) return "";
    if (this.historySize === 0 || line.trim() === "") return line;
    if (history[0] !== line) {
      if (this.removeHistoryDuplicates) {
        const before = history.indexOf(line);
        if (before !== -1) history.splice(before, 1);
      }
      history.unshift(line);
      if (history.length > this.historySize) history.pop();
    }
    this.historyIndex = -1;
    const first = history[0];
    this.emit("history", history);
    return first;
  },

  // Older entries, and newer ones, that begin with what was typed.
  _historyPrev() {
    const search = this._editing.search ?? "";
    let index = this.historyIndex + 1;
    while (index < this.history.length && !this._fits(index, search)) index++;
    if (this.historyIndex >= this.history.length || this.history.length === 0) return;
    this._showHistory(index, index === this.history.length ? search : this.history[index]);
  },

  _historyNext() {
    if (this.historyIndex < 0) return;
    const search = this._editing.search ?? "";
    let index = this.historyIndex - 1;
    while (index >= 0 && !this._fits(index, search)) index--;
    this._showHistory(index, index === -1 ? search : this.history[index]);
  },

  _fits(index, search) {
    const entry = this.history[index];
    return entry.startsWith(search) && entry !== this.line;
  },

  _showHistory(index, text) {
    this.historyIndex = index;
    this.line = text;
    this.cursor = text.length;
    this._refreshLine();
  },

  // --- completion ---

  _tabComplete(again) {
    this.pause();
    const text = this.line.slice(0, this.cursor);
    const done = (error, result) => {
      this.resume();
      if (error) this._writeToOutput(`tab completion error: ${load("inspect").inspect(error)}`);
      else this._complete(result, again);
    };
    if (this.completer.length === 2) {
      this.completer(text, done);
      return;
    }
    Promise.try(this.completer, text).then((result) => done(null, result), (error) => done(error));
  },

  _complete([completions, partial] = [[]], again) {
    if (!completions || completions.length === 0) return;
    const shared = completions.filter((completion) => completion !== "").reduce(commonStart);
    if (shared.startsWith(partial) && shared.length > partial.length) {
      this._insertString(shared.slice(partial.length));
      return;
    }
    if (shared.length > partial.length) {
      this._replace(this.cursor - partial.length, this.cursor, shared);
      return;
    }
    if (!again) return;
    const before = this.cursor;
    const place = this.getCursorPos();
    const end = this._getDisplayPos(this._prompt + this.line);
    if (end.rows > place.rows) moveCursor(this.output, 0, end.rows - place.rows);
    this._writeToOutput(`\r\n${table(completions, this.columns)}`);
    this.cursor = before;
    this.prevRows = 0;
    this._refreshLine();
  },

  // --- keys ---

  _ttyWrite(text, key = {}) {
    if (key.name === "escape") return;
    const editing = this._editing;
    const name = keyName(key);
    const isHistory = name === "up" || name === "down" || name === "ctrl-p" || name === "ctrl-n";
    if (!isHistory) editing.search = null;
    else if (editing.search === null) {
      editing.search = this.line.slice(0, this.cursor);
      this.historyIndex = -1;
    }
    if (name !== "ctrl-y" && name !== "meta-y") editing.yanking = false;
    const wasTab = editing.wasTab;
    editing.wasTab = name === "tab";
    if (name === "tab" && typeof this.completer === "function" && this.isCompletionEnabled) {
      this._tabComplete(wasTab);
      return;
    }
    const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
    if (action !== undefined) {
      action(this);
      return;
    }
    if (key.ctrl || key.meta || typeof text !== "string" || text === "") return;
    this._type(text);
  },

  // Text that was typed or pasted: each line that is whole is entered.
  _type(text) {
    const lines = text.split(lineEnding);
    for (let i = 0; i < lines.length; i++) {
      if (i > 0) this._line();
      if (lines[i] !== "") this._insertString(lines[i]);
    }
  },
};

function keyName({ ctrl, meta, name, sequence, shift }) {
  // Ctrl with a sign that is no letter comes as one character.
  if (sequence === "\x1f") return "ctrl--";
  if (sequence === "\x1e") return "ctrl-6";
  const deletes = name === "backspace" || name === "delete";
  const plain = shift && ctrl && deletes ? `shift-${name}` : name;
  return `${ctrl ? "ctrl-" : ""}${meta ? "meta-" : ""}${plain}`;
}

function suspend(iface) {
  const { process } = load("process");
  if (process.platform === "win32") return;
  if (iface.listenerCount("SIGTSTP") > 0) {
    iface.emit("SIGTSTP");
    return;
  }
  process.once("SIGCONT", () => {
    // The shell may have read meanwhile.
    if (!iface.paused) {
      iface.pause();
      iface.emit("SIGCONT");
    }
    iface._setRawMode(true);
    iface._refreshLine();
  });
  iface._setRawMode(false);
  process.kill(process.pid, "SIGTSTP");
}

function enter(iface) {
  iface._sawReturnAt = Date.now();
  iface._line();
}

const ACTIONS = {
  "ctrl-c": (iface) => {
    if (iface.listenerCount("SIGINT") > 0) iface.emit("SIGINT");
    else interrupted(iface, "Aborted with Ctrl+C");
  },
  "ctrl-d": (iface) => {
    if (iface.cursor === 0 && iface.line === "") interrupted(iface, "Aborted with Ctrl+D");
    else iface._deleteRight();
  },
  "ctrl-z": suspend,
  return: enter,
  // The second half of \r\n is no line of its own.
  enter: (iface) => {
    if (iface._sawReturnAt === 0 || Date.now() - iface._sawReturnAt > iface.crlfDelay) iface._line();
    iface._sawReturnAt = 0;
  },
  "ctrl-h": (iface) => iface._deleteLeft(),
  backspace: (iface) => iface._deleteLeft(),
  delete: (iface) => iface._deleteRight(),
  "ctrl-u": (iface) => iface._deleteLineLeft(),
  "ctrl-k": (iface) => iface._deleteLineRight(),
  "ctrl-shift-backspace": (iface) => iface._deleteLineLeft(),
  "ctrl-shift-delete": (iface) => iface._deleteLineRight(),
  "ctrl-w": (iface) => iface._deleteWordLeft(),
  "ctrl-backspace": (iface) => iface._deleteWordLeft(),
  "meta-backspace": (iface) => iface._deleteWordLeft(),
  "ctrl-delete": (iface) => iface._deleteWordRight(),
  "meta-delete": (iface) => iface._deleteWordRight(),
  "meta-d": (iface) => iface._deleteWordRight(),
  "ctrl-a": (iface) => iface._moveCursor(-Infinity),
  home: (iface) => iface._moveCursor(-Infinity),
  "ctrl-e": (iface) => iface._moveCursor(+Infinity),
  end: (iface) => iface._moveCursor(+Infinity),
  "ctrl-b": (iface) => iface._moveCursor(-lengthBefore(iface.line, iface.cursor)),
  left: (iface) => iface._moveCursor(-lengthBefore(iface.line, iface.cursor)),
  "ctrl-f": (iface) => iface._moveCursor(lengthAfter(iface.line, iface.cursor)),
  right: (iface) => iface._moveCursor(lengthAfter(iface.line, iface.cursor)),
  "ctrl-left": (iface) => iface._wordLeft(),
  "meta-b": (iface) => iface._wordLeft(),
  "meta-left": (iface) => iface._wordLeft(),
  "ctrl-right": (iface) => iface._wordRight(),
  "meta-f": (iface) => iface._wordRight(),
  "meta-right": (iface) => iface._wordRight(),
  "ctrl-l": (iface) => {
    cursorTo(iface.output, 0, 0);
    clearScreenDown(iface.output);
    iface.prevRows = 0;
    iface._refreshLine();
  },
  up: (iface) => iface._historyPrev(),
  "ctrl-p": (iface) => iface._historyPrev(),
  down: (iface) => iface._historyNext(),
  "ctrl-n": (iface) => iface._historyNext(),
  "ctrl-y": (iface) => iface._yank(),
  "meta-y": (iface) => iface._yankPop(),
  "ctrl--": (iface) => iface._undo(),
  "ctrl-6": (iface) => iface._redo(),
};

function interrupted(iface, reason) {
  const reject = iface._questionReject;
  iface.close();
  if (typeof reject === "function") {
    const { AbortError } = load("node/errors");
    const error = new AbortError();
    error.message = reason;
    reject(error);
  }
}

function commonStart(a, b) {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return a.slice(0, length);
}

function table(completions, columns) {
  const widest = Math.max(...completions.map((completion) => textWidth(completion))) + 2;
  const perRow = Math.max(1, Number.isFinite(columns) ? Math.floor(columns / widest) : 1);
  let text = "";
  for (let i = 0; i < completions.length; i += perRow) {
    const row = completions.slice(i, i + perRow);
    const padded = (entry, at) => at === row.length - 1 ? entry : entry + " ".repeat(widest - textWidth(entry));
    text += row.map(padded).join("");
    text += "\r\n";
  }
  return `${text}\r\n`;
}

return { attach, methods };
