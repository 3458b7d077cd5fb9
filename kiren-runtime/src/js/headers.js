"use strict";
// Headers: https://fetch.spec.whatwg.org/#headers-class
//
// A header list is a flat array of strings [name, value, name, value, ...], names in lower case, values
// trimmed; it may hold a name several times. Everything inside the runtime passes such lists.
//
// For other modules:
//   headersList(headers) -> the list itself, not a copy
//   headersFromList(list, immutable = false) -> Headers over that list, not a copy
//   listFrom(init) -> a new checked list from what users give as HeadersInit
//   listGet(list, lowerName) -> string (combined with ", ") or null; listHas(list, lowerName)
//   listSet(list, lowerName, value), listDelete(list, lowerName)

const { definePairs, describe, required, show } = load("webidl");

// Names and values seen before need no check. Bounded: what comes later is checked every time.
const knownNames = new Map();
const knownValues = new Set();
const MAX_KNOWN = 512;
const MAX_KNOWN_LENGTH = 64;

/** Checks a name and gives its lower-case form. */
function lowerName(name, what) {
  const known = knownNames.get(name);
  return known !== undefined ? known : checkName(name, what);
}

function checkName(name, what) {
  if (typeof name !== "string") name = `${name}`;
  if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name)) {
    throw new TypeError(`${what}: expected a header name, found ${show(name)}`);
  }
  const lower = name.toLowerCase();
  if (knownNames.size < MAX_KNOWN && name.length <= MAX_KNOWN_LENGTH) knownNames.set(name, lower);
  return lower;
}

/** Checks a value and trims it. */
function checkedValue(value, what) {
  if (typeof value !== "string") value = `${value}`;
  if (value.length <= MAX_KNOWN_LENGTH && knownValues.has(value)) return value;
  return checkValue(value, what);
}

function checkValue(value, what) {
  if (/^[\t\n\r ]|[\t\n\r ]$/.test(value)) value = value.replace(/^[\t\n\r ]+|[\t\n\r ]+$/g, "");
  // eslint-disable-next-line no-control-regex
  if (/[\0\n\r]|[^\0-\xff]/.test(value)) {
    throw new TypeError(`${what}: expected a header value, found ${show(value)}`);
  }
  if (knownValues.size < MAX_KNOWN && value.length <= MAX_KNOWN_LENGTH) knownValues.add(value);
  return value;
}

function listFrom(init, what = "Headers") {
  if (init === null || typeof init !== "object" && typeof init !== "function") {
    throw new TypeError(`${what}: expected an object or an iterable of pairs, found ${show(init)}`);
  }
  const iterator = init[Symbol.iterator];
  if (iterator === undefined || iterator === null) return listFromRecord(init, what);
  if (isHeaders(init) && iterator === Headers.prototype.entries) return headersList(init).slice();
  if (typeof iterator !== "function") throw new TypeError(`${what}: expected an iterable, found ${show(init)}`);
  const list = [];
  const pairs = { [Symbol.iterator]: () => iterator.call(init) };
  for (const pair of pairs) {
    if (pair === null || typeof pair !== "object" || typeof pair[Symbol.iterator] !== "function") {
      throw new TypeError(`${what}: expected [name, value] pairs, found ${show(pair)}`);
    }
    const [name, value, ...more] = pair;
    const length = Array.isArray(pair) ? pair.length : 2 + more.length;
    if (length !== 2) throw new TypeError(`${what}: expected [name, value] pairs, found ${length} elements`);
    list.push(lowerName(name, what), checkedValue(value, what));
  }
  return list;
}

function listFromRecord(record, what) {
  const list = [];
  for (const name in record) {
    if (!Object.hasOwn(record, name)) continue;
    const lower = lowerName(name, what);
    const value = checkedValue(record[name], what);
    list.push(lower, value);
  }
  return list;
}

function listHas(list, name) {
  for (let i = 0; i < list.length; i += 2) if (list[i] === name) return true;
  return false;
}

function listGet(list, name) {
  let value = null;
  for (let i = 0; i < list.length; i += 2) {
    if (list[i] === name) value = value === null ? list[i + 1] : `${value}, ${list[i + 1]}`;
  }
  return value;
}

function listSet(list, name, value) {
  for (let i = 0; i < list.length; i += 2) {
    if (list[i] !== name) continue;
    list[i + 1] = value;
    listDelete(list, name, i + 2);
    return;
  }
  list.push(name, value);
}

function listDelete(list, name, from = 0) {
  let kept = from;
  for (let i = from; i < list.length; i += 2) {
    if (list[i] === name) continue;
    list[kept] = list[i];
    list[kept + 1] = list[i + 1];
    kept += 2;
  }
  list.length = kept;
}

/** The pairs as iteration shows them: sorted by name, combined, each set-cookie for itself. */
function sortedPairs(list) {
  const byName = new Map();
  const pairs = [];
  for (let i = 0; i < list.length; i += 2) {
    const name = list[i];
    const known = name === "set-cookie" ? undefined : byName.get(name);
    if (known !== undefined) {
      known[1] += `, ${list[i + 1]}`;
    } else {
      const pair = [name, list[i + 1]];
      byName.set(name, pair);
      pairs.push(pair);
    }
  }
  return pairs.sort((a, b) => a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0);
}

let headersList, headersFromList, isHeaders, pairAt;

class Headers {
  #list;
  #immutable = false;
  #pairs = null; // sorted, for iteration; null after a change

  constructor(init = undefined) {
    this.#list = init === undefined ? [] : listFrom(init, "Headers constructor");
  }

  #change(what) {
    if (this.#immutable) throw new TypeError(`${what}: these headers are immutable`);
    this.#pairs = null;
    return this.#list;
  }

  append(name, value) {
    required(2, arguments.length, "Headers.append");
    name = lowerName(name, "Headers.append");
    value = checkedValue(value, "Headers.append");
    this.#change("Headers.append").push(name, value);
  }

  delete(name) {
    required(1, arguments.length, "Headers.delete");
    name = lowerName(name, "Headers.delete");
    listDelete(this.#change("Headers.delete"), name);
  }

  get(name) {
    required(1, arguments.length, "Headers.get");
    return listGet(this.#list, lowerName(name, "Headers.get"));
  }

  getSetCookie() {
    const list = this.#list;
    const cookies = [];
    for (let i = 0; i < list.length; i += 2) if (list[i] === "set-cookie") cookies.push(list[i + 1]);
    return cookies;
  }

  has(name) {
    required(1, arguments.length, "Headers.has");
    return listHas(this.#list, lowerName(name, "Headers.has"));
  }

  set(name, value) {
    required(2, arguments.length, "Headers.set");
    name = lowerName(name, "Headers.set");
    value = checkedValue(value, "Headers.set");
    listSet(this.#change("Headers.set"), name, value);
  }

  static {
    isHeaders = (value) => #list in value;
    headersList = (headers) => headers.#list;
    headersFromList = (list, immutable = false) => {
      const headers = new Headers();
      headers.#list = list;
      headers.#immutable = immutable;
      return headers;
    };
    pairAt = (headers, index) => {
      const pair = (headers.#pairs ??= sortedPairs(headers.#list))[index];
      return pair === undefined ? undefined : [pair[0], pair[1]];
    };
  }
}

definePairs(Headers, pairAt);
describe(Headers);

return {
  Headers,
  headersFromList,
  headersList,
  isHeaders,
  listDelete,
  listFrom,
  listGet,
  listHas,
  listSet,
};
