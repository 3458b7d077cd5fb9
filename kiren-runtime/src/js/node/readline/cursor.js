"use strict";
// The functions of node:readline that move the cursor of a terminal, and Readline, which gathers such moves.

const { coded, checkFunction, invalidArgType, outOfRange } = load("node/errors");
const { nextTick } = load("task_queue");

const CSI = "\x1b[";
const CLEAR_SCREEN_DOWN = `${CSI}0J`;

function lineText(direction) {
  return `${CSI}${direction < 0 ? 1 : direction > 0 ? 0 : 2}K`;
}

function moveText(dx, dy) {
  const across = dx < 0 ? `${CSI}${-dx}D` : dx > 0 ? `${CSI}${dx}C` : "";
  return across + (dy < 0 ? `${CSI}${-dy}A` : dy > 0 ? `${CSI}${dy}B` : "");
}

function positionText(x, y) {
  for (const [name, value] of [["x", x], ["y", y]]) {
    if (Number.isNaN(value)) {
      throw coded(TypeError, "ERR_INVALID_ARG_VALUE", `The argument '${name}' is invalid. Received NaN`);
    }
  }
  if (typeof x !== "number") {
    throw coded(TypeError, "ERR_INVALID_CURSOR_POS", "Cannot set cursor row without setting its column");
  }
  return typeof y === "number" ? `${CSI}${y + 1};${x + 1}H` : `${CSI}${x + 1}G`;
}

// Without a stream there is nothing to do, and that is done.
function send(stream, text, callback) {
  if (callback !== undefined) checkFunction(callback, "callback");
  if (stream !== null && stream !== undefined && text !== "") return stream.write(text, callback);
  if (callback !== undefined) nextTick(callback, null);
  return true;
}

function clearLine(stream, direction, callback) {
  return send(stream, lineText(direction), callback);
}

function clearScreenDown(stream, callback) {
  return send(stream, CLEAR_SCREEN_DOWN, callback);
}

function cursorTo(stream, x, y, callback) {
  if (typeof y === "function") {
    callback = y;
    y = undefined;
  }
  if (callback !== undefined) checkFunction(callback, "callback");
  if (stream === null || stream === undefined || (typeof x !== "number" && typeof y !== "number")) {
    if (Number.isNaN(x) || Number.isNaN(y)) positionText(x, y);
    return send(null, "", callback);
  }
  return send(stream, positionText(x, y), callback);
}

function moveCursor(stream, dx, dy, callback) {
  return send(stream, moveText(dx, dy), callback);
}

// Of node:readline/promises: what is asked for is written at once by commit(), or as it comes with
// autoCommit.
class Readline {
  #stream;
  #autoCommit = false;
  #actions = [];

  constructor(stream, options = undefined) {
    const { isWritable } = load("node/stream/questions");
    if (isWritable(stream) === null && typeof stream?.write !== "function") {
      throw invalidArgType("stream", "an instance of Stream", stream);
    }
    this.#stream = stream;
    if (options?.autoCommit !== undefined) {
      if (typeof options.autoCommit !== "boolean") {
        throw invalidArgType("options.autoCommit", "of type boolean", options.autoCommit);
      }
      this.#autoCommit = options.autoCommit;
    }
  }

  #add(text) {
    if (this.#autoCommit) nextTick(() => this.#stream.write(text));
    else this.#actions.push(text);
    return this;
  }

  cursorTo(x, y = undefined) {
    checkInteger(x, "x");
    if (y !== undefined) checkInteger(y, "y");
    return this.#add(positionText(x, y));
  }

  moveCursor(dx, dy) {
    if (dx || dy) {
      checkInteger(dx, "dx");
      checkInteger(dy, "dy");
      this.#add(moveText(dx, dy));
    }
    return this;
  }

  clearLine(direction) {
    checkInteger(direction, "dir");
    if (direction < -1 || direction > 1) throw outOfRange("dir", ">= -1 && <= 1", direction);
    return this.#add(lineText(direction));
  }

  clearScreenDown() {
    return this.#add(CLEAR_SCREEN_DOWN);
  }

  commit() {
    return new Promise((resolve) => {
      this.#stream.write(this.#actions.join(""), resolve);
      this.#actions = [];
    });
  }

  rollback() {
    this.#actions = [];
    return this;
  }
}

function checkInteger(value, name) {
  if (typeof value !== "number") throw invalidArgType(name, "of type number", value);
  if (!Number.isInteger(value)) throw outOfRange(name, "an integer", value);
}

return { Readline, clearLine, clearScreenDown, cursorTo, moveCursor };
