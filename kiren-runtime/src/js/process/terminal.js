"use strict";
// What process.stdout and process.stderr can do beyond writing when they are terminals (node:tty's WriteStream).

const ESCAPE = "\u001b[";

function makeTerminal(Output, fd) {
  class WriteStream extends Output {
    #size = [80, 24];
    #watching = false;

    constructor() {
      super(fd);
      this.isTTY = true;
      this.#size = native("process").window_size(fd) ?? this.#size;
      // The size is looked at again when the window changes, from the first listener on.
      this.on("newListener", (type) => {
        if (type !== "resize" || this.#watching) return;
        this.#watching = true;
        load("process").process.on("SIGWINCH", () => this.#resized());
      });
    }

    #resized() {
      const [columns, rows] = this.#size;
      const [newColumns, newRows] = this.getWindowSize();
      if (newColumns !== columns || newRows !== rows) this.emit("resize");
    }

    get columns() {
      return this.getWindowSize()[0];
    }

    get rows() {
      return this.getWindowSize()[1];
    }

    getWindowSize() {
      this.#size = native("process").window_size(fd) ?? this.#size;
      return this.#size.slice();
    }

    getColorDepth(env = load("process").process.env) {
      return colorDepth(env);
    }

    hasColors(count, env) {
      if (env === undefined && count !== null && typeof count === "object") {
        env = count;
        count = undefined;
      }
      return (count ?? 16) <= 2 ** this.getColorDepth(env);
    }

    cursorTo(x, y, callback) {
      if (typeof y === "function") {
        callback = y;
        y = undefined;
      }
      return this.write(y === undefined ? `${ESCAPE}${x + 1}G` : `${ESCAPE}${y + 1};${x + 1}H`, callback);
    }

    moveCursor(dx, dy, callback) {
      const across = dx > 0 ? `${ESCAPE}${dx}C` : dx < 0 ? `${ESCAPE}${-dx}D` : "";
      const down = dy > 0 ? `${ESCAPE}${dy}B` : dy < 0 ? `${ESCAPE}${-dy}A` : "";
      return this.write(across + down, callback);
    }

    clearLine(direction, callback) {
      return this.write(`${ESCAPE}${direction < 0 ? 1 : direction > 0 ? 0 : 2}K`, callback);
    }

    clearScreenDown(callback) {
      return this.write(`${ESCAPE}0J`, callback);
    }
  }
  return new WriteStream();
}

// Bits per colour: 1, 4, 8 or 24, by the conventions of terminals.
function colorDepth(env) {
  const force = env.FORCE_COLOR;
  if (force !== undefined) {
    if (force === "" || force === "1" || force === "true") return 4;
    if (force === "2") return 8;
    return force === "3" ? 24 : 1;
  }
  if (env.NO_COLOR || env.NODE_DISABLE_COLORS || env.TERM === "dumb") return 1;
  if (env.COLORTERM === "truecolor" || env.COLORTERM === "24bit") return 24;
  if (env.TMUX) return 24;
  if (env.CI !== undefined) return env.GITHUB_ACTIONS || env.GITEA_ACTIONS ? 24 : 4;
  const term = (env.TERM ?? "").toLowerCase();
  if (/truecolor|direct|kitty|ghostty|alacritty|wezterm/.test(term)) return 24;
  if (term.endsWith("256color") || term.endsWith("-256")) return 8;
  return term === "" ? 1 : 4;
}

return { colorDepth, makeTerminal };
