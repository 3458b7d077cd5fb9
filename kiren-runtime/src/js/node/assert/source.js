"use strict";
// The text of the call that failed, for the message of assert.ok().

// "assert.ok(a === b)" at the place where a function was called from, undefined when its source is not at hand.
function callText(from) {
  const holder = {};
  Error.captureStackTrace(holder, from);
  const frame = String(holder.stack).split("\n").slice(1).find((line) => line.trim() !== "") ?? "";
  const place = /\(?((?:file:\/\/|\/)[^()\n]*):(\d+):(\d+)\)?$/.exec(frame);
  if (place === null) return undefined;
  const [, file, line, column] = place;
  let text;
  try {
    const path = file.startsWith("file:") ? load("node/url").fileURLToPath(file) : file;
    text = load("node/fs").readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
  const lines = text.split("\n");
  let start = lines.slice(0, Number(line) - 1).reduce((sum, each) => sum + each.length + 1, 0) + Number(column) - 1;
  // The place is that of the method's name: what it belongs to stands before.
  while (start > 0 && /[\w$.]/.test(text[start - 1])) start--;
  const end = closing(text, text.indexOf("(", start));
  return end < 0 ? undefined : text.slice(start, end + 1);
}

// Where the parenthesis that opens at `at` is closed; strings, templates, patterns and comments are passed over.
function closing(text, at) {
  if (at < 0) return -1;
  let depth = 0;
  for (let i = at; i < text.length; i++) {
    const character = text[i];
    if (character === "(" || character === "[" || character === "{") depth++;
    else if (character === ")" || character === "]" || character === "}") {
      if (--depth === 0) return i;
    } else if (character === '"' || character === "'" || character === "`") {
      for (i++; i < text.length && text[i] !== character; i++) if (text[i] === "\\") i++;
    } else if (character === "/" && text[i + 1] === "/") {
      i = text.indexOf("\n", i);
      if (i < 0) return -1;
    } else if (character === "/" && text[i + 1] === "*") {
      i = text.indexOf("*/", i) + 1;
      if (i <= 0) return -1;
    } else if (character === "/" && /[(,=:[!&|?{};\s]\s*$/.test(text.slice(Math.max(0, i - 8), i))) {
      let inClass = false;
      for (i++; i < text.length && (inClass || text[i] !== "/") && text[i] !== "\n"; i++) {
        if (text[i] === "\\") i++;
        else if (text[i] === "[") inClass = true;
        else if (text[i] === "]") inClass = false;
      }
    }
  }
  return -1;
}

return { callText };
