"use strict";
// Headers in the forms in which programs have them, as the flat list that Rust takes.

/** Sets a header in one of those forms. */
function setHeader(headers, name, value) {
  if (headers instanceof Request || headers instanceof Response) headers = headers.headers;
  if (Array.isArray(headers)) {
    const pair = headers.find(([known]) => String(known).toLowerCase() === name);
    if (pair === undefined) headers.push([name, value]);
    else pair[1] = value;
  } else if (typeof headers.set === "function") {
    headers.set(name, value);
  } else {
    headers[name] = value;
  }
}

/** `[name, value, ...]` of a Headers, a Request, a Map, an array of pairs or an object. */
function listOf(headers) {
  if (headers === null || typeof headers !== "object") {
    throw new TypeError(`headers: expected Headers, a Request, pairs or an object, found ${headers === null ? "null" : typeof headers}`);
  }
  if (headers instanceof Request || headers instanceof Response) headers = headers.headers;
  const pairs = typeof headers[Symbol.iterator] === "function" ? headers : Object.entries(headers);
  const list = [];
  for (const [name, value] of pairs) {
    // Node has several headers of one name as an array.
    for (const one of Array.isArray(value) ? value : [value]) list.push(String(name), String(one));
  }
  return list;
}

return { listOf, setHeader };
