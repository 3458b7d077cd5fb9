"use strict";
// process.emitWarning: an event, and a line on standard error (once per code).

const { invalidArgType } = load("node/errors");

const printed = new Set();

function emitWarning(process, warning, type, code, constructor, caller) {
  let detail;
  if (type !== null && typeof type === "object" && !Array.isArray(type)) {
    ({ type, code, ctor: constructor, detail } = type);
    if (typeof detail !== "string") detail = undefined;
  } else if (typeof type === "function") {
    constructor = type;
    type = code = undefined;
  }
  if (typeof code === "function") {
    constructor = code;
    code = undefined;
  }
  if (type !== undefined && typeof type !== "string") throw invalidArgType("type", "of type string", type);
  if (code !== undefined && typeof code !== "string") throw invalidArgType("code", "of type string", code);
  if (typeof warning === "string") {
    const message = warning;
    warning = new Error(message);
    warning.name = String(type || "Warning");
    if (code !== undefined) warning.code = code;
    if (detail !== undefined) warning.detail = detail;
    Error.captureStackTrace(warning, constructor ?? caller);
  } else if (!(warning instanceof Error)) {
    throw invalidArgType("warning", "of type string or an instance of Error", warning);
  }
  if (warning.name === "DeprecationWarning") {
    if (process.noDeprecation) return;
    if (process.throwDeprecation) throw warning;
  }
  load("task_queue").nextTick(announce, process, warning);
}

function announce(process, warning) {
  process.emit("warning", warning);
}

// The first listener of the event.
function print(process, warning) {
  const { NODE_NO_WARNINGS } = process.env;
  if (NODE_NO_WARNINGS === "1" || printed.has(warning.code)) return;
  if (warning.code !== undefined) printed.add(warning.code);
  const code = warning.code === undefined ? "" : `[${warning.code}] `;
  const deprecation = warning.name === "DeprecationWarning";
  const trace = process.traceProcessWarnings || (deprecation && process.traceDeprecation);
  const text = trace && warning.stack ? warning.stack : `${warning.name}: ${warning.message}`;
  const detail = typeof warning.detail === "string" ? `\n${warning.detail}` : "";
  native("stdio").write_stderr(`(krepis:${process.pid}) ${code}${text}${detail}\n`);
}

return { emitWarning, print };
