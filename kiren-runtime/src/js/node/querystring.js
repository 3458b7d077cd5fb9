"use strict";
// node:querystring.

const { Buffer } = load("node/buffer/class");

// Characters that escape() leaves as they are are those of encodeURIComponent.
function escape(text) {
  if (typeof text !== "string") text = typeof text === "object" ? String(text) : `${text}`;
  if (!text.isWellFormed()) {
    const { coded } = load("node/errors");
    throw coded(URIError, "ERR_INVALID_URI", "URI malformed");
  }
  return encodeURIComponent(text);
}

function unescapeBuffer(text, decodeSpaces) {
  const bytes = Buffer.allocUnsafe(text.length);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    let code = text.charCodeAt(i);
    if (code === 43 && decodeSpaces) code = 32;
    if (code === 37 && /^[0-9a-f]{2}$/i.test(text.slice(i + 1, i + 3))) {
      code = Number.parseInt(text.slice(i + 1, i + 3), 16);
      i += 2;
    }
    bytes[length++] = code;
  }
  return bytes.subarray(0, length);
}

function unescape(text, decodeSpaces) {
  try {
    return decodeURIComponent(text);
  } catch {
    return unescapeBuffer(text, decodeSpaces).toString();
  }
}

function primitiveText(value) {
  if (typeof value === "string") return value;
  if (typeof value === "number" && Number.isFinite(value)) return `${value}`;
  if (typeof value === "bigint" || typeof value === "boolean") return `${value}`;
  return "";
}

function stringify(object, separator, equals, options) {
  separator ||= "&";
  equals ||= "=";
  if (object === null || typeof object !== "object") return "";
  const encode = typeof options?.encodeURIComponent === "function" ? options.encodeURIComponent : module.escape;
  const fields = [];
  for (const key of Object.keys(object)) {
    const name = encode(primitiveText(key)) + equals;
    const value = object[key];
    if (Array.isArray(value)) for (const item of value) fields.push(name + encode(primitiveText(item)));
    else fields.push(name + encode(primitiveText(value)));
  }
  return fields.join(separator);
}

function parse(text, separator, equals, options) {
  const result = { __proto__: null };
  if (typeof text !== "string" || text.length === 0) return result;
  separator = separator ? `${separator}` : "&";
  equals = equals ? `${equals}` : "=";
  const most = typeof options?.maxKeys === "number" ? options.maxKeys : 1000;
  const decode = typeof options?.decodeURIComponent === "function" ? options.decodeURIComponent : module.unescape;
  let fields = text.split(separator);
  if (most > 0) fields = fields.slice(0, most);
  const read = (part) => {
    const spaced = part.replaceAll("+", " ");
    try {
      return decode(spaced);
    } catch {
      return unescape(spaced, true);
    }
  };
  for (const field of fields) {
    if (field === "") continue;
    const at = field.indexOf(equals);
    const key = read(at < 0 ? field : field.slice(0, at));
    const value = at < 0 ? "" : read(field.slice(at + equals.length));
    const known = result[key];
    if (known === undefined) result[key] = value;
    else if (Array.isArray(known)) known.push(value);
    else result[key] = [known, value];
  }
  return result;
}

// A program may put its own escape and unescape here.
const module = { decode: parse, encode: stringify, escape, parse, stringify, unescape, unescapeBuffer };

return module;
