"use strict";
// What programs may ask for, checked.

const { PRIORITIES } = load("krepis/mycelia/message");

const OVERFLOWS = ["wait", "reject", "drop-oldest"];
const DIRECTIVES = ["resume", "restart", "stop"];
const MOST = 1_048_576;

const SUBSYSTEM = { capacity: 1024, overflow: "wait", concurrency: 1 };
const SUPERVISION = { onError: "resume", backoff: 10, maxBackoff: 10_000, maxRestarts: 10, within: 60_000 };

function shown(value) {
  if (typeof value === "string") return JSON.stringify(value);
  return typeof value === "function" ? "a function" : String(value);
}

function invalid(name, expected, actual) {
  const error = new TypeError(`${name}: expected ${expected}, found ${shown(actual)}`);
  error.code = "ERR_INVALID_ARG_VALUE";
  return error;
}

function whole(name, value, least, most) {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw invalid(name, `a whole number from ${least} to ${most}`, value);
  }
  return value;
}

function milliseconds(name, value) {
  if (typeof value !== "number" || !(value >= 0)) throw invalid(name, "milliseconds", value);
  return value;
}

function oneOf(name, value, all) {
  if (!all.includes(value)) throw invalid(name, `one of ${all.map(shown).join(", ")}`, value);
  return value;
}

function known(name, options, defaults) {
  for (const key of Object.keys(options)) {
    if (!Object.hasOwn(defaults, key)) throw invalid(`${name}.${key}`, `one of ${Object.keys(defaults).join(", ")}`, key);
  }
}

function object(name, value) {
  if (typeof value !== "object" || value === null) throw invalid(name, "an object", value);
  return value;
}

function subsystemOptions(given = {}) {
  known("options", object("options", given), { ...SUBSYSTEM, supervision: undefined });
  const options = { ...SUBSYSTEM, ...given };
  whole("capacity", options.capacity, 1, MOST);
  oneOf("overflow", options.overflow, OVERFLOWS);
  if (options.concurrency !== Infinity) whole("concurrency", options.concurrency, 1, MOST);
  const supervision = object("supervision", given.supervision ?? {});
  known("supervision", supervision, SUPERVISION);
  options.supervision = { ...SUPERVISION, ...supervision };
  oneOf("supervision.onError", options.supervision.onError, DIRECTIVES);
  for (const name of ["backoff", "maxBackoff", "within"]) milliseconds(`supervision.${name}`, options.supervision[name]);
  if (options.supervision.maxRestarts !== Infinity) whole("supervision.maxRestarts", options.supervision.maxRestarts, 0, MOST);
  return options;
}

/** An array of what an iterable has; a text is no list of its letters. */
function listOf(name, values) {
  if (Array.isArray(values)) return values;
  if (typeof values?.[Symbol.iterator] !== "function" || typeof values === "string") {
    throw invalid(name, "an array, or another iterable", values);
  }
  return Array.from(values);
}

function rankOf(priority) {
  const rank = PRIORITIES.indexOf(priority);
  if (rank < 0) throw invalid("priority", `one of ${PRIORITIES.map(shown).join(", ")}`, priority);
  return rank;
}

/** The delay in milliseconds that `delay` or `at` stand for. */
function delayOf({ delay, at }) {
  if (delay !== undefined) return milliseconds("delay", delay);
  if (at === undefined) return 0;
  const time = at instanceof Date ? at.getTime() : at;
  if (typeof time !== "number" || Number.isNaN(time)) throw invalid("at", "a Date, or milliseconds since the epoch", at);
  return Math.max(0, time - Date.now());
}

function callable(name, value) {
  if (typeof value !== "function") throw invalid(name, "a function", value);
  return value;
}

return { callable, delayOf, invalid, known, listOf, milliseconds, object, rankOf, subsystemOptions, whole };
