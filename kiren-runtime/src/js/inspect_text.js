"use strict";
// Text of primitives, and how wide text is on a terminal.

const needsEscape = /[\x00-\x1f\x27\x5c\x7f-\x9f\ud800-\udfff]/;
const escapable =
  /[\x00-\x1f\x5c\x7f-\x9f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const shortEscapes = { "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", "\\": "\\\\" };

function escapeChar(char) {
  const code = char.charCodeAt(0);
  if (code >= 0xd800) return `\\u${code.toString(16)}`;
  return shortEscapes[char] ?? `\\x${code.toString(16).toUpperCase().padStart(2, "0")}`;
}

/** The string's content as it stands between quotes; the quotes themselves are left alone. */
function escapeText(text) {
  return text.replace(escapable, escapeChar);
}

/** A string literal: single quotes, else double quotes, else backquotes, whichever needs no escape. */
function quote(text) {
  if (!needsEscape.test(text)) return `'${text}'`;
  const escaped = escapeText(text);
  if (!text.includes("'")) return `'${escaped}'`;
  if (!text.includes('"')) return `"${escaped}"`;
  if (!text.includes("`") && !text.includes("${")) return `\`${escaped}\``;
  return `'${escaped.replaceAll("'", "\\'")}'`;
}

function groupThousands(digits) {
  let result = "";
  let i = digits.length;
  const first = digits.startsWith("-") ? 1 : 0;
  for (; i - first > 3; i -= 3) result = `_${digits.slice(i - 3, i)}${result}`;
  return digits.slice(0, i) + result;
}

function groupDecimals(digits) {
  let result = "";
  let i = 0;
  for (; i < digits.length - 3; i += 3) result += `${digits.slice(i, i + 3)}_`;
  return result + digits.slice(i);
}

function numberText(value, separated) {
  if (value === 0 && 1 / value < 0) return "-0";
  const text = `${value}`;
  if (!separated || !Number.isFinite(value) || text.includes("e")) return text;
  const point = text.indexOf(".");
  if (point === -1) return groupThousands(text);
  return `${groupThousands(text.slice(0, point))}.${groupDecimals(text.slice(point + 1))}`;
}

function bigintText(value, separated) {
  return separated ? `${groupThousands(`${value}`)}n` : `${value}n`;
}

function plural(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function moreItems(count) {
  return `... ${count} more item${count === 1 ? "" : "s"}`;
}

/** Any value that is neither an object, a function nor null. */
function primitiveText(printer, value, stylize) {
  switch (typeof value) {
    case "string":
      return stringText(printer, value, stylize);
    case "number":
      return stylize(numberText(value, printer.numericSeparator), "number");
    case "bigint":
      return stylize(bigintText(value, printer.numericSeparator), "bigint");
    case "boolean":
      return stylize(`${value}`, "boolean");
    case "undefined":
      return stylize("undefined", "undefined");
    default:
      return stylize(value.toString(), "symbol");
  }
}

function stringText(printer, value, stylize) {
  let trailer = "";
  if (value.length > printer.maxStringLength) {
    trailer = `... ${plural(value.length - printer.maxStringLength, "more character")}`;
    value = value.slice(0, printer.maxStringLength);
  }
  // A long string of several lines is shown line by line, as a sum.
  const room = printer.breakLength - printer.indent - 4;
  if (printer.compact !== true && value.length > 16 && value.length > room && value.includes("\n")) {
    const lines = value.split(/(?<=\n)/);
    for (let i = 0; i < lines.length; i++) lines[i] = stylize(quote(lines[i]), "string");
    return lines.join(` +\n${" ".repeat(printer.indent + 2)}`) + trailer;
  }
  return stylize(quote(value), "string") + trailer;
}

const notPlain = /[^\x20-\x7e]/;
const controlSequence =
  /\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|[\x1b\x9b][[\]()#;?]*(?:\d{1,4}(?:;\d{0,4})*)?[\dA-PR-TZcf-nq-uy=><~]/g;
const zeroWidth = /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}]$/u;
const emoji = /^\p{Emoji_Presentation}$/u;

function stripControl(text) {
  return text.includes("\x1b") || text.includes("\x9b") ? text.replace(controlSequence, "") : text;
}

/** Columns that the text takes on a terminal; control sequences take none. */
function textWidth(text, mayHaveColors = true) {
  if (!notPlain.test(text)) return text.length;
  if (mayHaveColors) text = stripControl(text);
  let width = 0;
  for (const char of text.normalize("NFC")) {
    const code = char.codePointAt(0);
    if (code < 0x7f) width += code < 0x20 ? 0 : 1;
    else if (isWide(code) || emoji.test(char)) width += 2;
    else if (!zeroWidth.test(char)) width += 1;
  }
  return width;
}

// East Asian Width W and F (UAX 11), by blocks.
function isWide(code) {
  return code >= 0x1100 && (
    code <= 0x115f || code === 0x2329 || code === 0x232a ||
    (code >= 0x2e80 && code <= 0x303e) || (code >= 0x3041 && code <= 0x3247) ||
    (code >= 0x3250 && code <= 0x4dbf) || (code >= 0x4e00 && code <= 0xa4c6) ||
    (code >= 0xa960 && code <= 0xa97c) || (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) || (code >= 0xfe10 && code <= 0xfe19) ||
    (code >= 0xfe30 && code <= 0xfe6b) || (code >= 0xff01 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) || (code >= 0x1b000 && code <= 0x1b2ff) ||
    (code >= 0x1f200 && code <= 0x1f251) || (code >= 0x20000 && code <= 0x3fffd)
  );
}

return {
  quote, escapeText, numberText, bigintText, primitiveText, plural, moreItems, textWidth, stripControl,
};
