"use strict";
// MIME types: https://mimesniff.spec.whatwg.org/#parsing-a-mime-type
//
//   parse(text) -> { essence, parameters: Map } or null
//   serialise(mime) -> string
//   normalised(text) -> parsed and serialised; "" when it is none

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const WHITESPACE = /^[\t\n\r ]+|[\t\n\r ]+$/g;

function parse(text) {
  const [head, ...rest] = splitParameters(text.replace(WHITESPACE, ""));
  const slash = head.indexOf("/");
  const type = head.slice(0, Math.max(slash, 0));
  const subtype = head.slice(slash + 1).replace(/[\t\n\r ]+$/, "");
  if (!TOKEN.test(type) || !TOKEN.test(subtype)) return null;
  const parameters = new Map();
  for (const item of rest) {
    const equals = item.indexOf("=");
    if (equals < 0) continue;
    const name = item.slice(0, equals).replace(/^[\t\n\r ]+/, "").toLowerCase();
    let value = item.slice(equals + 1);
    if (value.startsWith('"')) value = unquote(value);
    else if ((value = value.replace(/[\t\n\r ]+$/, "")) === "") continue;
    if (!TOKEN.test(name) || /[^\t -~\x80-\xff]/.test(value) || parameters.has(name)) continue;
    parameters.set(name, value);
  }
  return { essence: `${type}/${subtype}`.toLowerCase(), parameters };
}

/** Splits at semicolons outside quoted strings. */
function splitParameters(text) {
  if (!text.includes('"')) return text.split(";");
  const parts = [];
  let start = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (quoted && char === "\\") i++;
    else if (char === '"') quoted = quoted ? false : text[i - 1] === "=";
    else if (char === ";" && !quoted) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

function unquote(text) {
  let value = "";
  for (let i = 1; i < text.length && text[i] !== '"'; i++) {
    if (text[i] === "\\" && i + 1 < text.length) i++;
    value += text[i];
  }
  return value;
}

function serialise({ essence, parameters }) {
  let text = essence;
  for (const [name, value] of parameters) {
    const plain = TOKEN.test(value) ? value : `"${value.replace(/["\\]/g, "\\$&")}"`;
    text += `;${name}=${plain}`;
  }
  return text;
}

function normalised(text) {
  const mime = parse(text);
  return mime === null ? "" : serialise(mime);
}

return { normalised, parse, serialise };
