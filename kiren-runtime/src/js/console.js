"use strict";
// The console namespace object (https://console.spec.whatwg.org), as the start-up snapshot carries it:
// the five printing methods with their fast path, and stubs that load everything else when first called.
//
// The fast path takes strings, numbers and booleans, needs no formatter and makes one native call a line.

const STDOUT = 1;
const STDERR = 2;

let stdio = null;
let methods = null;
let indent = "";
const colorful = [null, null, null];

function natives() {
  return (stdio = native("stdio"));
}

/** Whether values written to this descriptor are coloured; asked once. */
function colors(fd) {
  const known = colorful[fd];
  return known !== null ? known : (colorful[fd] = (stdio ?? natives()).colors(fd));
}

/** Writes one message, indented by the open groups. */
function writeLine(fd, text) {
  const io = stdio ?? natives();
  if (indent !== "") text = indent + (text.includes("\n") ? text.replaceAll("\n", "\n" + indent) : text);
  if (fd === STDOUT) io.write_stdout(text + "\n");
  else io.write_stderr(text + "\n");
}

function openGroup(label) {
  if (label.length > 0) print(STDOUT, label);
  indent += "  ";
}

function rest() {
  return (methods ??= load("console_methods"));
}

/** The plain spelling of the arguments, or undefined where the formatter has to decide. */
function plain(args, fd) {
  let line = "";
  for (let i = 0; i < args.length; i++) {
    const value = args[i];
    if (typeof value === "string") {
      if (i === 0 && args.length > 1 && value.includes("%")) return undefined;
      line += i === 0 ? value : " " + value;
    } else if (typeof value === "number" ? value !== 0 || 1 / value > 0 : typeof value === "boolean") {
      if (colors(fd)) return undefined;
      line += i === 0 ? value : " " + value;
    } else {
      return undefined;
    }
  }
  return line;
}

function print(fd, args) {
  const line = plain(args, fd);
  writeLine(fd, line === undefined ? rest().format(fd, args) : line);
}

function printOut(args) {
  if (args.length === 1 && indent === "" && stdio !== null) {
    const value = args[0];
    if (typeof value === "string") return void stdio.write_stdout(value + "\n");
  }
  print(STDOUT, args);
}

// Methods of an object literal: no prototype, not constructors, usable detached, length 0 as WebIDL counts.
const console = Object.setPrototypeOf({
  log() {
    printOut(arguments);
  },
  warn() {
    print(STDERR, arguments);
  },
  dir(value = undefined, options = undefined) {
    rest().dir(value, options);
  },
  time(label = "default") {
    rest().time(label);
  },
  timeEnd(label = "default") {
    rest().timeEnd(label);
  },
  timeLog(label = "default", ...data) {
    rest().timeLog(label, data);
  },
  trace(...data) {
    rest().trace(data, ownTrace);
  },
  assert(condition = false, ...data) {
    if (!condition) rest().assertionFailed(data);
  },
  clear() {
    rest().clear();
  },
  count(label = "default") {
    rest().count(label);
  },
  countReset(label = "default") {
    rest().countReset(label);
  },
  group(...data) {
    openGroup(data);
  },
  groupEnd() {
    indent = indent.slice(2);
  },
  table(data = undefined, columns = undefined) {
    rest().table(data, columns);
  },
  debug() {
    printOut(arguments);
  },
  info() {
    printOut(arguments);
  },
  dirxml() {
    printOut(arguments);
  },
  error() {
    print(STDERR, arguments);
  },
  groupCollapsed(...data) {
    openGroup(data);
  },
}, {});

// Programs replace methods: a trace starts below this one, whatever console.trace has become.
const ownTrace = console.trace;

Object.defineProperty(console, Symbol.toStringTag, { value: "console", configurable: true });

// Consoles for other streams: what Node has beside the standard.
Object.defineProperty(console, "Console", {
  get() {
    return load("node/console/class").Console;
  },
  set(value) {
    Object.defineProperty(console, "Console", { value, writable: true, configurable: true });
  },
  configurable: true,
});

return { console, writeLine, colors, STDOUT, STDERR };
