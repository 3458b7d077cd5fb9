"use strict";
// The reporter `tap`: https://testanything.org/tap-version-14-specification.html

const { inspect } = load("inspect");

const CONTROLS = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\f": "\\f", "\v": "\\v", "\b": "\\b" };

function escaped(text) {
  return String(text).replace(/[\n\r\t\f\v\b]/g, (char) => CONTROLS[char]).replaceAll("\\", "\\\\").replaceAll("#", "\\#");
}

function indentOf(nesting) {
  return "    ".repeat(nesting);
}

function result(type, data) {
  const { details, name, nesting, skip, testNumber, todo } = data;
  let line = `${indentOf(nesting)}${type === "test:pass" ? "ok" : "not ok"} ${testNumber} - ${escaped(name)}`;
  if (skip !== undefined) line += ` # SKIP${typeof skip === "string" && skip !== "" ? ` ${escaped(skip)}` : ""}`;
  else if (todo !== undefined) line += ` # TODO${typeof todo === "string" && todo !== "" ? ` ${escaped(todo)}` : ""}`;
  return `${line}\n${block(details, data, `${indentOf(nesting)}  `)}`;
}

// The YAML block below a result.
function block(details, data, indent) {
  let text = `${indent}---\n`;
  if (details.duration_ms !== undefined) text += `${indent}duration_ms: ${details.duration_ms}\n`;
  if (details.type !== undefined) text += `${indent}type: '${details.type}'\n`;
  if (details.error) {
    const { error } = details;
    if (data.file) text += `${indent}location: '${data.file}:${data.line}:${data.column}'\n`;
    if (error.failureType) text += `${indent}failureType: '${error.failureType}'\n`;
    text += scalar("error", error.message, indent);
    const cause = error.cause ?? error;
    if (cause?.code ?? error.code) text += scalar("code", cause?.code ?? error.code, indent);
    if (cause?.name && cause.name !== "Error") text += scalar("name", cause.name, indent);
    if (cause?.code === "ERR_ASSERTION") {
      text += scalar("expected", inspect(cause.expected), indent);
      text += scalar("actual", inspect(cause.actual), indent);
      text += scalar("operator", cause.operator, indent);
    }
    const frames = String(cause?.stack ?? "").split("\n").filter((line) => /^ {4}at /.test(line));
    if (frames.length > 0) {
      text += `${indent}stack: |-\n${frames.map((frame) => `${indent}  ${frame.slice(7)}\n`).join("")}`;
    }
  }
  return `${text}${indent}...\n`;
}

function scalar(name, value, indent) {
  const text = String(value);
  if (!text.includes("\n")) return `${indent}${name}: '${text.replaceAll("'", "''")}'\n`;
  return `${indent}${name}: |-\n${text.split("\n").map((line) => `${indent}  ${line}\n`).join("")}`;
}

function makeTap() {
  let begun = false;
  const open = [];
  return (type, data) => {
    let text = "";
    if (!begun) {
      text = "TAP version 13\n";
      begun = true;
    }
    if (type === "test:start") {
      open[data.nesting] = data.name;
      text += `${indentOf(data.nesting)}# Subtest: ${escaped(data.name)}\n`;
    } else if (type === "test:pass" || type === "test:fail") {
      text += result(type, data);
    } else if (type === "test:plan") {
      text += `${indentOf(data.nesting)}1..${data.count}\n`;
    } else if (type === "test:diagnostic") {
      text += `${indentOf(data.nesting)}# ${escaped(data.message)}\n`;
    }
    return text;
  };
}

return { makeTap };
