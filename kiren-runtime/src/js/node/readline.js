"use strict";
// node:readline.

const { InterfaceBase, checkQuestion, hidden } = load("node/readline/interface");
const { clearLine, clearScreenDown, cursorTo, moveCursor } = load("node/readline/cursor");
const { AbortError } = load("node/errors");
const { emitKeypressEvents } = load("node/readline/keys");

function Interface(input, output, completer, terminal) {
  if (!new.target) return new Interface(input, output, completer, terminal);
  InterfaceBase.call(this, input, output, completer, terminal);
}
Object.setPrototypeOf(Interface.prototype, InterfaceBase.prototype);
Object.setPrototypeOf(Interface, InterfaceBase);

Interface.prototype.question = function question(query, options, callback) {
  if (typeof options === "function") {
    callback = options;
    options = {};
  }
  const signal = checkQuestion(options);
  if (signal?.aborted) return;
  if (typeof callback !== "function") return;
  let answered = callback;
  if (signal !== undefined) {
    const aborted = () => this._questionCancel();
    signal.addEventListener("abort", aborted, { once: true });
    answered = (answer) => {
      signal.removeEventListener("abort", aborted);
      callback(answer);
    };
  }
  this._question(query, answered);
};

// For util.promisify(rl.question).
hidden(Interface.prototype.question, Symbol.for("nodejs.util.promisify.custom"), function question(query, options) {
  if (options === null || typeof options !== "object") options = {};
  if (options.signal?.aborted) return Promise.reject(new AbortError(options.signal.reason));
  return new Promise((resolve, reject) => {
    options.signal?.addEventListener("abort", () => reject(new AbortError(options.signal.reason)), { once: true });
    this.question(query, options, resolve);
  });
});

function createInterface(input, output, completer, terminal) {
  return new Interface(input, output, completer, terminal);
}

return {
  Interface, clearLine, clearScreenDown, createInterface, cursorTo, emitKeypressEvents, moveCursor,
  promises: load("node/readline/promises"),
};
