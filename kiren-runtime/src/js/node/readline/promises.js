"use strict";
// node:readline/promises.

const { AbortError, InterfaceBase, checkQuestion, closedError } = load("node/readline/interface");
const { Readline } = load("node/readline/cursor");

function Interface(input, output, completer, terminal) {
  if (!new.target) return new Interface(input, output, completer, terminal);
  InterfaceBase.call(this, input, output, completer, terminal);
}
Object.setPrototypeOf(Interface.prototype, InterfaceBase.prototype);
Object.setPrototypeOf(Interface, InterfaceBase);

Object.defineProperty(Interface.prototype, "question", {
  value: function question(query, options = {}) {
    return new Promise((resolve, reject) => {
      if (this.closed) throw closedError();
      const signal = checkQuestion(options);
      if (signal?.aborted) throw new AbortError(signal.reason);
      let answered = resolve;
      if (signal !== undefined) {
        const aborted = () => {
          this._questionCancel();
          reject(new AbortError(signal.reason));
        };
        signal.addEventListener("abort", aborted, { once: true });
        answered = (answer) => {
          signal.removeEventListener("abort", aborted);
          resolve(answer);
        };
      }
      this._question(query, answered);
      this._questionReject = reject;
    });
  },
  writable: true,
  configurable: true,
  enumerable: true,
});

function createInterface(input, output, completer, terminal) {
  return new Interface(input, output, completer, terminal);
}

return { Interface, Readline, createInterface };
