"use strict";
// The reporter `spec`: a tree of results, a summary, and the failures in full.

const { inspect } = load("inspect");

const SIGNS = {
  "test:fail": ["\u2716 ", "31"],
  "test:pass": ["\u2714 ", "32"],
  "test:diagnostic": ["\u2139 ", "34"],
  skip: ["\ufe63 ", "90"],
  todo: ["\u26a0 ", "33"],
  suite: ["\u25b6 ", ""],
};
const LEVELS = { info: "34", warn: "33", error: "31" };

function makeSpec(colors) {
  // The tests that have begun, by their depth: [name, whether its line was written].
  const open = [];
  const failed = [];
  const paint = (text, code) => colors && code !== "" ? `\x1b[${code}m${text}\x1b[39m` : text;

  function result(type, data) {
    const indent = "  ".repeat(data.nesting);
    let text = "";
    for (let depth = 0; depth < data.nesting; depth++) {
      if (open[depth]?.shown !== false) continue;
      open[depth].shown = true;
      text += `${"  ".repeat(depth)}${SIGNS.suite[0]}${open[depth].name}\n`;
    }
    open.length = data.nesting;
    if (type === "test:fail" && data.details.error?.failureType !== "subtestsFailed") failed.push(data);
    return `${text}${line(type, data, indent)}\n`;
  }

  function line(type, data, indent) {
    let [sign, color] = SIGNS[type];
    let suffix = "";
    const { details, expectFailure, name, skip, todo } = data;
    if (skip !== undefined) {
      [sign, color] = SIGNS.skip;
      suffix = ` # ${typeof skip === "string" && skip !== "" ? skip : "SKIP"}`;
    } else if (todo !== undefined) {
      if (type === "test:fail") [sign, color] = SIGNS.todo;
      suffix = ` # ${typeof todo === "string" && todo !== "" ? todo : "TODO"}`;
    } else if (expectFailure !== undefined) {
      suffix = ` # ${typeof expectFailure === "string" ? expectFailure : "EXPECTED FAILURE"}`;
    }
    const duration = details.duration_ms === undefined ? "" : ` ${paint(`(${details.duration_ms}ms)`, "90")}`;
    return `${indent}${paint(`${sign}${name}`, color)}${duration}${suffix}`;
  }

  function failures() {
    if (failed.length === 0) return "";
    let text = `\n${paint(`${SIGNS["test:fail"][0]}failing tests:`, "31")}\n`;
    for (const data of failed) {
      const { cwd } = load("process").process;
      const file = data.file === undefined ? undefined : load("node/path").relative(cwd(), data.file);
      if (file !== undefined) text += `\ntest at ${file}:${data.line}:${data.column}\n`;
      else text += "\n";
      text += `${line("test:fail", data, "")}\n  ${shown(data.details.error)}\n`;
    }
    return text;
  }

  function shown(error) {
    const cause = error?.code === "ERR_TEST_FAILURE" ? error.cause : error;
    return inspect(cause, { colors, breakLength: Infinity }).replaceAll(/\r?\n/g, "\n  ");
  }

  return (type, data) => {
    switch (type) {
      case "test:start":
        open[data.nesting] = { name: data.name, shown: false };
        open.length = data.nesting + 1;
        return "";
      case "test:pass":
      case "test:fail":
        return result(type, data);
      case "test:diagnostic":
        return `${"  ".repeat(data.nesting)}${paint(`${SIGNS[type][0]}${data.message}`, LEVELS[data.level] ?? "34")}\n`;
      case "end":
        return failures();
      default:
        return "";
    }
  };
}

return { makeSpec };
