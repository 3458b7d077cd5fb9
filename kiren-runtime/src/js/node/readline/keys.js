"use strict";
// From what a terminal sends to the keys that were pressed: the events 'keypress' of emitKeypressEvents.

const { StringDecoder } = load("node/string_decoder");

const ESCAPE = "\x1b";
const DEFAULT_ESCAPE_TIMEOUT_MS = 500;

// Names by the code of the sequence, which is what is left of it without modifiers.
const NAMES = {
  __proto__: null,
  OP: "f1", OQ: "f2", OR: "f3", OS: "f4",
  "[P": "f1", "[Q": "f2", "[R": "f3", "[S": "f4",
  "[11~": "f1", "[12~": "f2", "[13~": "f3", "[14~": "f4",
  "[[A": "f1", "[[B": "f2", "[[C": "f3", "[[D": "f4", "[[E": "f5",
  "[15~": "f5", "[17~": "f6", "[18~": "f7", "[19~": "f8", "[20~": "f9", "[21~": "f10", "[23~": "f11", "[24~": "f12",
  "[A": "up", "[B": "down", "[C": "right", "[D": "left", "[E": "clear", "[F": "end", "[H": "home",
  OA: "up", OB: "down", OC: "right", OD: "left", OE: "clear", OF: "end", OH: "home",
  "[1~": "home", "[2~": "insert", "[3~": "delete", "[4~": "end", "[5~": "pageup", "[6~": "pagedown",
  "[[5~": "pageup", "[[6~": "pagedown",
  "[7~": "home", "[8~": "end",
  "[200~": "paste-start", "[201~": "paste-end",
};

// Codes of rxvt that say shift or ctrl by themselves.
const SHIFTED = {
  __proto__: null,
  "[a": "up", "[b": "down", "[c": "right", "[d": "left", "[e": "clear", "[Z": "tab",
  "[2$": "insert", "[3$": "delete", "[5$": "pageup", "[6$": "pagedown", "[7$": "home", "[8$": "end",
};
const CONTROLLED = {
  __proto__: null,
  Oa: "up", Ob: "down", Oc: "right", Od: "left", Oe: "clear",
  "[2^": "insert", "[3^": "delete", "[5^": "pageup", "[6^": "pagedown", "[7^": "home", "[8^": "end",
};

// One key at the beginning of the text: two escapes at most, then a sequence or a character.
const sequence = /^\x1b?\x1b(?:O(\d?)(.)|\[(?:(\[?)(\d{1,3})(?:;(\d+))?([~^$])|(\[?)(?:(?:\d+;)?(\d+))?([A-Za-z])))/su;
const character = /^\x1b{0,2}[^\x1b]/su;
// What may become a sequence with more.
const unfinished = /^\x1b{1,2}(?:O\d?|\[\[?[\d;]*)?$/;

function modify(key, modifier) {
  const bits = (Number(modifier) || 1) - 1;
  key.ctrl = (bits & 4) !== 0;
  key.meta = (bits & 10) !== 0;
  key.shift = (bits & 1) !== 0;
}

function keyOfSequence(found) {
  const key = { sequence: found[0], name: undefined, ctrl: false, meta: false, shift: false, code: undefined };
  const [, modifierO, letterO, doubled, digits, modifierTilde, end, doubledLetter, modifierLetter, letter] = found;
  if (letterO !== undefined) {
    key.code = `O${letterO}`;
    modify(key, modifierO);
  } else if (end !== undefined) {
    key.code = `[${doubled}${digits}${end}`;
    modify(key, modifierTilde);
  } else {
    key.code = `[${doubledLetter}${letter}`;
    modify(key, modifierLetter);
  }
  key.name = NAMES[key.code];
  if (key.name === undefined && SHIFTED[key.code] !== undefined) {
    key.name = SHIFTED[key.code];
    key.shift = true;
  } else if (key.name === undefined && CONTROLLED[key.code] !== undefined) {
    key.name = CONTROLLED[key.code];
    key.ctrl = true;
  }
  key.name ??= "undefined";
  return key;
}

function keyOfCharacter(text) {
  const key = { sequence: text, name: undefined, ctrl: false, meta: false, shift: false };
  const char = text.replace(/^\x1b+(?=.)/su, "");
  const escaped = char !== text;
  const code = char.codePointAt(0);
  if (char === "\r") key.name = "return";
  else if (char === "\n") key.name = "enter";
  else if (char === "\t") key.name = "tab";
  else if (char === "\b" || char === "\x7f") key.name = "backspace";
  else if (char === ESCAPE) key.name = "escape";
  else if (char === " ") key.name = "space";
  else if (!escaped && code <= 0x1a) {
    key.name = String.fromCharCode(code + 0x60);
    key.ctrl = true;
  } else if (/^[0-9A-Za-z]$/.test(char)) {
    key.name = char.toLowerCase();
    key.shift = /^[A-Z]$/.test(char);
  } else if (escaped) {
    key.name = char.length > 0 ? undefined : "escape";
  }
  if (escaped) key.meta = true;
  return key;
}

// Takes text as it comes, and gives a key after the other. `flush` ends a sequence that nothing more came
// for.
class KeyDecoder {
  #waiting = "";

  get isWaiting() {
    return this.#waiting !== "";
  }

  * push(text) {
    this.#waiting += text;
    while (this.#waiting !== "" && !unfinished.test(this.#waiting)) yield this.#next();
  }

  * flush() {
    while (this.#waiting !== "") yield this.#next();
  }

  #next() {
    const text = this.#waiting;
    const found = sequence.exec(text);
    const key = found !== null
      ? keyOfSequence(found)
      : keyOfCharacter(character.exec(text)?.[0] ?? text.slice(0, text.startsWith("\x1b\x1b") ? 2 : 1));
    this.#waiting = text.slice(key.sequence.length);
    return key;
  }
}

function emitKey(stream, key) {
  const { sequence: text, name } = key;
  const escaped = text.startsWith(ESCAPE);
  if (name !== undefined || escaped) stream.emit("keypress", escaped ? undefined : text, key);
  else stream.emit("keypress", text, key);
}

const decoders = new WeakMap();

function emitKeypressEvents(stream, iface = {}) {
  if (decoders.has(stream)) return;
  const text = new StringDecoder("utf8");
  const keys = new KeyDecoder();
  decoders.set(stream, keys);
  const { clearTimeout, setTimeout } = load("timers");
  let timer;

  function give(list) {
    for (const key of list) {
      // A pasted tab is text.
      if (iface && "isCompletionEnabled" in iface) iface.isCompletionEnabled = key.name !== "tab" || !keys.isWaiting;
      emitKey(stream, key);
      if (iface && "isCompletionEnabled" in iface) iface.isCompletionEnabled = true;
    }
  }

  function onData(input) {
    if (stream.listenerCount("keypress") === 0) {
      stream.removeListener("data", onData);
      stream.on("newListener", onNewListener);
      return;
    }
    const decoded = text.write(input);
    if (decoded === "") return;
    clearTimeout(timer);
    give(keys.push(decoded));
    if (keys.isWaiting) {
      timer = setTimeout(() => give(keys.flush()), iface?.escapeCodeTimeout ?? DEFAULT_ESCAPE_TIMEOUT_MS);
    }
  }

  function onNewListener(event) {
    if (event !== "keypress") return;
    stream.on("data", onData);
    stream.removeListener("newListener", onNewListener);
  }

  if (stream.listenerCount("keypress") > 0) stream.on("data", onData);
  else stream.on("newListener", onNewListener);
}

return { emitKeypressEvents };
