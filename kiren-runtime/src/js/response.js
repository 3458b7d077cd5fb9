"use strict";
// Response: https://fetch.spec.whatwg.org/#response-class
//
// A Response has one private field, its ResponseInner, and only stores what it was given: no Headers, no
// stream and no bytes are made until asked for.
//
// For other modules (HTTP server, fetch):
//   responseInner(response) -> ResponseInner, without allocation; throws a TypeError for anything else
//   isResponse(value)
//   createResponse(inner) -> Response over a `new ResponseInner()` that the caller filled; its headers are
//     immutable. For a body from the network: inner.body = new NativeBody(source), of the module "body".
//   ResponseInner fields:
//     status, statusText
//     headerList   null or a flat list [lower-case name, value, ...]; the one truth also after the user changed
//                  `.headers`, which is a view of it
//     contentType  Content-Type implied by the body, to be sent when headerList has none; else null.
//                  Always null when headerList names one
//     body, stream, used   see the module "body"; use takeBody(inner)
//     type ("default", "basic", "error"), url, redirected, headers (Headers or null), immutable

const { cloneBody, isBodyUnusable, mixBody, setBody } = load("body");
const { headersFromList, listFrom, listGet, listHas } = load("headers");
const { dictionary, integer, required, show, string } = load("webidl");

class ResponseInner {
  status = 200;
  statusText = "";
  headerList = null;
  contentType = null;
  body = null;
  stream = null;
  used = false;
  headers = null;
  immutable = false;
  type = "default";
  url = "";
  redirected = false;
}

let responseInner, isResponse, createResponse;

const NOTHING = Symbol("a Response around an inner object made elsewhere");

class Response {
  #inner;

  constructor(body = null, init = undefined) {
    if (init === NOTHING) {
      this.#inner = body;
      return;
    }
    const inner = this.#inner = new ResponseInner();
    if (init !== undefined && init !== null) initialize(inner, init, "Response constructor");
    if (body !== null && body !== undefined) {
      giveBody(inner, body);
      if (isNullBodyStatus(inner.status)) {
        throw new TypeError(`Response constructor: a response with status ${inner.status} has no body`);
      }
    }
  }

  static error() {
    const inner = new ResponseInner();
    inner.type = "error";
    inner.status = 0;
    inner.immutable = true;
    return createResponse(inner);
  }

  static redirect(url, status = 302) {
    required(1, arguments.length, "Response.redirect");
    const href = load("url").parseHref(string(url));
    if (href === null) throw new TypeError(`Response.redirect: expected an absolute URL, found ${show(`${url}`)}`);
    const code = integer(status, 16, "Response.redirect");
    if (code !== 301 && code !== 302 && code !== 303 && code !== 307 && code !== 308) {
      throw new RangeError(`Response.redirect: expected status 301, 302, 303, 307 or 308, found ${code}`);
    }
    const inner = new ResponseInner();
    inner.status = code;
    inner.headerList = ["location", href];
    inner.immutable = true;
    return createResponse(inner);
  }

  static json(data, init = undefined) {
    required(1, arguments.length, "Response.json");
    const text = JSON.stringify(data);
    if (text === undefined) throw new TypeError(`Response.json: expected JSON data, found ${show(data)}`);
    const inner = new ResponseInner();
    if (init !== undefined && init !== null) initialize(inner, init, "Response.json");
    if (isNullBodyStatus(inner.status)) {
      throw new TypeError(`Response.json: a response with status ${inner.status} has no body`);
    }
    inner.body = text;
    if (inner.headerList === null || !listHas(inner.headerList, "content-type")) {
      inner.contentType = "application/json";
    }
    return createResponse(inner);
  }

  get type() {
    return this.#inner.type;
  }

  get url() {
    return this.#inner.url;
  }

  get redirected() {
    return this.#inner.redirected;
  }

  get status() {
    return this.#inner.status;
  }

  get ok() {
    const { status } = this.#inner;
    return status >= 200 && status <= 299;
  }

  get statusText() {
    return this.#inner.statusText;
  }

  get headers() {
    const inner = this.#inner;
    return inner.headers ??= makeHeaders(inner);
  }

  clone() {
    const inner = this.#inner;
    if (isBodyUnusable(inner)) throw new TypeError("Response.clone: the body has already been used");
    const copy = new ResponseInner();
    copy.status = inner.status;
    copy.statusText = inner.statusText;
    copy.headerList = inner.headerList === null ? null : inner.headerList.slice();
    copy.contentType = inner.contentType;
    copy.immutable = inner.immutable;
    copy.type = inner.type;
    copy.url = inner.url;
    copy.redirected = inner.redirected;
    ({ body: copy.body, stream: copy.stream } = cloneBody(inner));
    return createResponse(copy);
  }

  static {
    responseInner = (response) => response.#inner;
    isResponse = (value) => typeof value === "object" && value !== null && #inner in value;
    createResponse = (inner) => new Response(inner, NOTHING);
  }
}

Object.defineProperty(Response, "length", { value: 0, configurable: true });

function isNullBodyStatus(status) {
  return status === 204 || status === 304 || status === 205 || status === 101;
}

function initialize(inner, init, what) {
  dictionary(init, what);
  const { headers, status, statusText } = init;
  if (status !== undefined) inner.status = checkStatus(status, what);
  if (statusText !== undefined) inner.statusText = checkStatusText(statusText, what);
  if (headers !== undefined) inner.headerList = listFrom(headers, what);
}

function checkStatus(status, what) {
  if (Number.isInteger(status) && status >= 200 && status <= 599) return status;
  const code = integer(status, 16, what);
  if (code < 200 || code > 599) {
    throw new RangeError(`${what}: expected a status from 200 to 599, found ${show(status)}`);
  }
  return code;
}

function checkStatusText(text, what) {
  text = string(text);
  if (/[^\t -~\x80-\xff]/.test(text)) {
    throw new TypeError(`${what}: expected a reason phrase as statusText, found ${show(text)}`);
  }
  return text;
}

function giveBody(inner, body) {
  setBody(inner, body);
  if (inner.contentType !== null && inner.headerList !== null && listHas(inner.headerList, "content-type")) {
    inner.contentType = null;
  }
}

/** Makes the `headers` view; the implied Content-Type moves into the list. */
function makeHeaders(inner) {
  const list = inner.headerList ??= [];
  if (inner.contentType !== null) {
    list.push("content-type", inner.contentType);
    inner.contentType = null;
  }
  return headersFromList(list, inner.immutable);
}

function contentTypeOf(inner) {
  return (inner.headerList === null ? null : listGet(inner.headerList, "content-type")) ?? inner.contentType;
}

mixBody(Response, responseInner, contentTypeOf);

return { Response, ResponseInner, createResponse, isResponse, responseInner };
