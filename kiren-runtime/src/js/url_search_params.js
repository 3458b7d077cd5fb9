"use strict";
// URLSearchParams and application/x-www-form-urlencoded: https://url.spec.whatwg.org/#urlsearchparams
//
// For other modules:
//   isURLSearchParams(value)
//   parseQuery(text) -> flat list [name, value, ...]; formatQuery(list) -> text
//   paramsOfUrl(list, onChange) -> URLSearchParams that tells a URL of its changes; replaceParams(params, list)

const { definePairs, describe, required, sequence, show, usv } = load("webidl");

function decodeComponent(text) {
  if (text.includes("+")) text = text.replaceAll("+", " ");
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return decodeBroken(text);
  }
}

/** Percent-decoding of text with sequences that are not UTF-8 or not percent-encodings. */
function decodeBroken(text) {
  const { decode, encode } = load("encoding");
  const bytes = encode(text);
  let length = 0;
  for (let i = 0; i < bytes.length; i++) {
    let byte = bytes[i];
    if (byte === 0x25 && i + 2 < bytes.length) {
      const high = hexDigit(bytes[i + 1]);
      const low = hexDigit(bytes[i + 2]);
      if (high >= 0 && low >= 0) {
        byte = high * 16 + low;
        i += 2;
      }
    }
    bytes[length++] = byte;
  }
  return decode(bytes.subarray(0, length), true);
}

function hexDigit(code) {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

const ESCAPES = { "%20": "+", "!": "%21", "'": "%27", "(": "%28", ")": "%29", "~": "%7E" };

function encodeComponent(text) {
  if (/^[\w*\-.]*$/.test(text)) return text;
  return encodeURIComponent(text).replace(/%20|[!'()~]/g, (match) => ESCAPES[match]);
}

function parseQuery(text) {
  const list = [];
  let start = 0;
  while (start < text.length) {
    let end = text.indexOf("&", start);
    if (end < 0) end = text.length;
    if (end > start) {
      const equals = text.indexOf("=", start);
      if (equals < 0 || equals >= end) {
        list.push(decodeComponent(text.slice(start, end)), "");
      } else {
        list.push(decodeComponent(text.slice(start, equals)), decodeComponent(text.slice(equals + 1, end)));
      }
    }
    start = end + 1;
  }
  return list;
}

function formatQuery(list) {
  let text = "";
  for (let i = 0; i < list.length; i += 2) {
    if (i > 0) text += "&";
    text += `${encodeComponent(list[i])}=${encodeComponent(list[i + 1])}`;
  }
  return text;
}

function listFrom(init) {
  if (init === null || typeof init !== "object" && typeof init !== "function") {
    const text = usv(init);
    return parseQuery(text.startsWith("?") ? text.slice(1) : text);
  }
  const list = [];
  const iterator = init[Symbol.iterator];
  if (iterator !== undefined && iterator !== null) {
    for (const pair of sequence(init, "URLSearchParams constructor")) {
      if (pair === null || typeof pair !== "object" && typeof pair !== "function") {
        throw new TypeError(`URLSearchParams constructor: expected [name, value] pairs, found ${show(pair)}`);
      }
      const items = sequence(pair, "URLSearchParams constructor");
      if (items.length !== 2) {
        throw new TypeError(
          `URLSearchParams constructor: expected [name, value] pairs, found ${items.length} elements`,
        );
      }
      list.push(usv(items[0]), usv(items[1]));
    }
    return list;
  }
  const indexOf = new Map();
  for (const key of Reflect.ownKeys(init)) {
    if (Reflect.getOwnPropertyDescriptor(init, key)?.enumerable !== true) continue;
    const name = usv(key);
    const value = usv(init[key]);
    const at = indexOf.get(name);
    if (at === undefined) {
      indexOf.set(name, list.length);
      list.push(name, value);
    } else {
      list[at + 1] = value; // names that only differ in lone surrogates
    }
  }
  return list;
}

let isURLSearchParams, paramsOfUrl, replaceParams, pairAt;

class URLSearchParams {
  #list;
  #onChange = null;

  constructor(init = "") {
    this.#list = listFrom(init);
  }

  get size() {
    return this.#list.length / 2;
  }

  append(name, value) {
    this.#list;
    required(2, arguments.length, "URLSearchParams.append");
    this.#list.push(usv(name), usv(value));
    this.#changed();
  }

  delete(name, value = undefined) {
    this.#list;
    required(1, arguments.length, "URLSearchParams.delete");
    name = usv(name);
    if (value !== undefined) value = usv(value);
    const list = this.#list;
    let kept = 0;
    for (let i = 0; i < list.length; i += 2) {
      if (list[i] === name && (value === undefined || list[i + 1] === value)) continue;
      list[kept++] = list[i];
      list[kept++] = list[i + 1];
    }
    list.length = kept;
    this.#changed();
  }

  get(name) {
    const list = this.#list;
    required(1, arguments.length, "URLSearchParams.get");
    name = usv(name);
    for (let i = 0; i < list.length; i += 2) if (list[i] === name) return list[i + 1];
    return null;
  }

  getAll(name) {
    const list = this.#list;
    required(1, arguments.length, "URLSearchParams.getAll");
    name = usv(name);
    const values = [];
    for (let i = 0; i < list.length; i += 2) if (list[i] === name) values.push(list[i + 1]);
    return values;
  }

  has(name, value = undefined) {
    const list = this.#list;
    required(1, arguments.length, "URLSearchParams.has");
    name = usv(name);
    if (value !== undefined) value = usv(value);
    for (let i = 0; i < list.length; i += 2) {
      if (list[i] === name && (value === undefined || list[i + 1] === value)) return true;
    }
    return false;
  }

  set(name, value) {
    const list = this.#list;
    required(2, arguments.length, "URLSearchParams.set");
    name = usv(name);
    value = usv(value);
    let kept = 0;
    let found = false;
    for (let i = 0; i < list.length; i += 2) {
      if (list[i] === name) {
        if (found) continue;
        found = true;
        list[i + 1] = value;
      }
      const pairValue = list[i + 1];
      list[kept++] = list[i];
      list[kept++] = pairValue;
    }
    list.length = kept;
    if (!found) list.push(name, value);
    this.#changed();
  }

  sort() {
    const list = this.#list;
    const pairs = [];
    for (let i = 0; i < list.length; i += 2) pairs.push([list[i], list[i + 1]]);
    pairs.sort((a, b) => a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0);
    this.#list = pairs.flat();
    this.#changed();
  }

  toString() {
    return formatQuery(this.#list);
  }

  #changed() {
    if (this.#onChange !== null) this.#onChange(formatQuery(this.#list));
  }

  static {
    isURLSearchParams = (value) => #list in value;
    paramsOfUrl = (list, onChange) => {
      const params = new URLSearchParams();
      params.#list = list;
      params.#onChange = onChange;
      return params;
    };
    replaceParams = (params, list) => {
      params.#list = list;
    };
    pairAt = (params, index) => {
      const list = params.#list;
      return 2 * index < list.length ? [list[2 * index], list[2 * index + 1]] : undefined;
    };
  }
}

Object.defineProperty(URLSearchParams, "length", { value: 0, configurable: true });
definePairs(URLSearchParams, pairAt);
describe(URLSearchParams);

return { URLSearchParams, formatQuery, isURLSearchParams, paramsOfUrl, parseQuery, replaceParams };
