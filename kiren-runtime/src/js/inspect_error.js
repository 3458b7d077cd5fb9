"use strict";
// Text of errors: the stack under a head line that names the real class.

const { prefix } = load("inspect_names");



function stackOf(error) {
  const { stack } = error;
  return stack ? String(stack) : Error.prototype.toString.call(error);
}

/**
 * The error's own text. `keys` is changed to the properties still to be shown: what the stack already says is
 * taken out, `cause` and `errors` are put in.
 */
function errorText(printer, error, constructor, tag, keys) {
  const name = error.name != null ? String(error.name) : "Error";
  let stack = stackOf(error);
  dropRepeated(printer, keys, error, stack);
  if ("cause" in error && !keys.includes("cause")) keys.push("cause");
  if (Array.isArray(error.errors) && !keys.includes("errors")) keys.push("errors");
  stack = nameClass(stack, constructor, name, tag);

  // A message of several lines may look like frames: search behind it.
  const message = typeof error.message === "string" ? error.message : "";
  const found = message === "" ? -1 : stack.indexOf(message);
  const frames = stack.indexOf("\n    at", found === -1 ? 0 : found + message.length);
  if (frames === -1) {
    stack = `[${stack}]`;
  } else {
    let lines = stack.slice(frames + 1).split("\n");
    lines = withoutSharedFrames(printer, error, lines);
    if (printer.colors) lines = lines.map((line) => dimInternal(printer, line));
    stack = `${stack.slice(0, frames)}\n${lines.join("\n")}`;
  }
  return printer.indent === 0 ? stack : stack.replaceAll("\n", `\n${" ".repeat(printer.indent)}`);
}

function dropRepeated(printer, keys, error, stack) {
  if (printer.showHidden || keys.length === 0) return;
  for (const name of ["name", "message", "stack"]) {
    const index = keys.indexOf(name);
    if (index === -1) continue;
    if (typeof error[name] !== "string" || stack.includes(error[name])) keys.splice(index, 1);
  }
}

/** Puts the class into a head line that names only what it inherited. */
function nameClass(stack, constructor, name, tag) {
  let length = name.length;
  const headIsName = name.endsWith("Error") && stack.startsWith(name) &&
    (stack.length === length || stack[length] === ":" || stack[length] === "\n");
  if (constructor !== null && !headIsName) return stack;
  let fallback = "Error";
  if (constructor === null) {
    const head = /^([A-Z][a-z_ A-Z0-9[\]()-]+)(?::|\n\s+at)/.exec(stack) ??
      /^([a-z_A-Z0-9-]*Error)$/.exec(stack);
    fallback = head?.[1] ?? "";
    length = fallback.length;
    fallback ||= "Error";
  }
  const label = prefix(constructor, tag, fallback).slice(0, -1);
  if (name === label) return stack;
  if (!label.includes(name)) return `${label} [${name}]${stack.slice(length)}`;
  return length === 0 ? `${label}: ${stack}` : `${label}${stack.slice(length)}`;
}

/** Frames that the cause's stack repeats are counted, not shown again. */
function withoutSharedFrames(printer, error, lines) {
  const { cause } = error;
  if (cause === null || typeof cause !== "object" || !(cause instanceof Error)) return lines;
  const stack = stackOf(cause);
  const start = stack.indexOf("\n    at");
  if (start === -1) return lines;
  const theirs = stack.slice(start + 1).split("\n");
  const [from, length] = longestShared(lines, theirs);
  if (length <= 3) return lines;
  const skipped = length - 2;
  const note = `    ... ${skipped} lines matching cause stack trace ...`;
  lines.splice(from + 1, skipped, printer.stylize(note, "undefined"));
  return lines;
}

/** Where the first run of more than three lines of `a` that stands in `b` too begins, and its length. */
function longestShared(a, b) {
  for (let i = 0; i < a.length - 3; i++) {
    const at = b.indexOf(a[i]);
    if (at === -1) continue;
    let length = 1;
    while (i + length < a.length && a[i + length] === b[at + length]) length++;
    if (length > 3) return [i, length];
  }
  return [0, 0];
}

/** Frames inside the runtime are grey on a terminal. */
function dimInternal(printer, line) {
  return /\((?:kiren|krepis|node):/.test(line) || /at (?:kiren|krepis|node):/.test(line)
    ? printer.stylize(line, "undefined")
    : line;
}

return { errorText, stackOf };
