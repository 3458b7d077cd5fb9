"use strict";
// The reporter `junit`: the XML that build servers read.

const { inspect } = load("inspect");

const ENTITIES = { "&": "&amp;", "<": "&lt;", '"': "&quot;", "\n": "&#10;" };

function attribute(text) {
  return String(text).replace(/[&<"\n]/g, (char) => ENTITIES[char]);
}

function content(text) {
  return String(text).replace(/[&<]/g, (char) => ENTITIES[char]);
}

function makeJunit() {
  // What has been written at each depth: { text, failed, skipped, comment }.
  const levels = [[]];
  const { hostname } = load("node/os");

  function suite({ details, name }, inner, indent) {
    const cases = inner.filter((entry) => !entry.comment);
    const failures = cases.filter((entry) => entry.failed).length;
    const skipped = cases.filter((entry) => entry.skipped).length;
    const text = `${indent}<testsuite name="${attribute(name)}" time="${seconds(details)}" disabled="0" errors="0" ` +
      `tests="${cases.length}" failures="${failures}" skipped="${skipped}" ` +
      `timestamp="${new Date().toISOString()}" hostname="${attribute(hostname())}">\n` +
      `${inner.map((entry) => entry.text).join("")}${indent}</testsuite>\n`;
    return { text, failed: failures > 0, skipped: false };
  }

  function testcase({ details, file, name, skip, todo }, failed, indent) {
    const { error } = details;
    let text = `${indent}<testcase name="${attribute(name)}" time="${seconds(details)}" classname="test"`;
    if (file !== undefined) text += ` file="${attribute(file)}"`;
    if (failed) text += ` failure="${attribute(error?.message ?? "")}"`;
    let inner = "";
    for (const [kind, reason] of [["skipped", skip], ["todo", todo]]) {
      if (reason === undefined) continue;
      inner += `${indent}\t<skipped type="${kind}" message="${attribute(reason)}"/>\n`;
    }
    if (failed) {
      inner += `${indent}\t<failure type="${attribute(error?.failureType ?? error?.code ?? "")}" ` +
        `message="${attribute(error?.message ?? "")}">\n${content(inspect(error, { breakLength: Infinity }))}\n` +
        `${indent}\t</failure>\n`;
    }
    text += inner === "" ? "/>\n" : `>\n${inner}${indent}</testcase>\n`;
    return { text, failed, skipped: skip !== undefined || todo !== undefined };
  }

  return (type, data) => {
    const indent = "\t".repeat((data?.nesting ?? 0) + 1);
    if (type === "test:pass" || type === "test:fail") {
      const inner = (levels[data.nesting + 1] ?? []).splice(0);
      const entry = inner.length > 0 ? suite(data, inner, indent) : testcase(data, type === "test:fail", indent);
      (levels[data.nesting] ??= []).push(entry);
    } else if (type === "test:diagnostic") {
      const text = `${indent}<!-- ${String(data.message).replaceAll("--", "- -")} -->\n`;
      (levels[data.nesting] ??= []).push({ text, comment: true });
    } else if (type === "end") {
      const all = levels[0].map((entry) => entry.text).join("");
      return `<?xml version="1.0" encoding="utf-8"?>\n<testsuites>\n${all}</testsuites>\n`;
    }
    return "";
  };
}

function seconds(details) {
  return ((details.duration_ms ?? 0) / 1000).toFixed(6);
}

return { makeJunit };
