"use strict";
// What the console object does beyond plain lines: formatting, counters, timers, traces, tables.
// Loaded by console.js at the first call that needs it. Wording and number formats are those of Node.

const { writeLine, colors, STDOUT, STDERR } = load("console");
const { formatWithOptions } = load("format");
const { inspect } = load("inspect");

const counts = new Map();
const timers = new Map();
const withColors = { colors: true };
const withoutColors = { colors: false };

/** The text that console.log and its siblings write for these arguments. */
function format(fd, args) {
  return formatWithOptions(colors(fd) ? withColors : withoutColors, ...args);
}

function log(...args) {
  writeLine(STDOUT, format(STDOUT, args));
}

function warn(message) {
  writeLine(STDERR, `Warning: ${message}`);
}

function dir(value, options) {
  writeLine(STDOUT, inspect(value, { customInspect: false, colors: colors(STDOUT), ...options }));
}

function assertionFailed(data) {
  if (typeof data[0] === "string") data[0] = `Assertion failed: ${data[0]}`;
  else data.unshift("Assertion failed");
  writeLine(STDERR, format(STDERR, data));
}

function trace(data, above) {
  const message = format(STDERR, data);
  const holder = { name: "Trace", message };
  Error.captureStackTrace(holder, above);
  writeLine(STDERR, holder.stack);
}

function clear() {
  const stdio = native("stdio");
  if (stdio.is_terminal(STDOUT)) stdio.write_stdout("\x1b[1;1H\x1b[0J");
}

function count(label) {
  label = `${label}`;
  const next = (counts.get(label) ?? 0) + 1;
  counts.set(label, next);
  log(`${label}: ${next}`);
}

function countReset(label) {
  label = `${label}`;
  if (!counts.delete(label)) warn(`Count for '${label}' does not exist`);
}

function time(label) {
  label = `${label}`;
  if (timers.has(label)) warn(`Label '${label}' already exists for console.time()`);
  else timers.set(label, now());
}

function timeLog(label, data) {
  label = `${label}`;
  const elapsed = elapsedSince(label, "timeLog");
  if (elapsed !== undefined) log(`${label}: ${formatDuration(elapsed)}`, ...data);
}

function timeEnd(label) {
  label = `${label}`;
  const elapsed = elapsedSince(label, "timeEnd");
  if (elapsed === undefined) return;
  timers.delete(label);
  log(`${label}: ${formatDuration(elapsed)}`);
}

/** Milliseconds with fractions, on the runtime's own clock. */
function now() {
  return native("timers").now();
}

function elapsedSince(label, method) {
  const end = now();
  const start = timers.get(label);
  if (start !== undefined) return end - start;
  warn(`No such label '${label}' for console.${method}()`);
  return undefined;
}

/** `1.234ms`, `1.234s`, `1:02.123 (m:ss.mmm)` or `1:02:03.123 (h:mm:ss.mmm)`. */
function formatDuration(milliseconds) {
  if (milliseconds < 1000) return `${Number(milliseconds.toFixed(3))}ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(3)}s`;
  const hours = Math.floor(milliseconds / 3_600_000);
  const minutes = Math.floor((milliseconds % 3_600_000) / 60_000);
  const seconds = ((milliseconds % 60_000) / 1000).toFixed(3).padStart(6, "0");
  if (hours === 0) return `${minutes}:${seconds} (m:ss.mmm)`;
  return `${hours}:${`${minutes}`.padStart(2, "0")}:${seconds} (h:mm:ss.mmm)`;
}

function table(data, columns) {
  const text = load("table").renderTable(data, columns, colors(STDOUT));
  if (text === undefined) log(data);
  else writeLine(STDOUT, text);
}

return {
  format, formatDuration, dir, assertionFailed, trace, clear, count, countReset, now, time, timeLog, timeEnd, table,
};
