"use strict";
// Request: https://fetch.spec.whatwg.org/#request-class
//
// A Request has one private field, its RequestInner. That of a server request holds a `source` and asks it for
// each part when the user does, so that a handler that reads nothing pays for nothing.
//
// For other modules (HTTP server, fetch):
//   createServerRequest(source) -> Request. The source has
//     method() -> string; url() -> absolute URL; headers() -> flat list [lower-case name, value, ...]
//     body() -> null or { pull() -> Promise<Uint8Array | undefined>, cancel(reason) }; asking has no effect yet
//     bytes() -> Promise<Uint8Array>, the whole body without a stream
//     signal(abortController)   called once, when the user first asks for `.signal`
//     Each but pull is called at most once; a source may drop its state after the reply.
//   isRequest(value); requestInner(request) -> RequestInner with everything resolved from its source:
//     method, url, headerList (flat list; `.headers` is a view of it), contentType (implied by the body; goes
//     into headerList for requests made here, so null), body, stream, used (see the module "body"),
//     signal (AbortSignal given by the user, or null),
//     extra (null or { mode, credentials, cache, redirect, referrer, referrerPolicy, integrity, keepalive,
//     duplex, priority }): use requestOption(inner, "redirect")
//   requestSignal(request) -> what `.signal` gives; requestSource(request) -> its source, or null

const { NativeBody, cloneBody, isBodyUnusable, mixBody, setBody, takeBody } = load("body");
const { headersFromList, listFrom, listGet, listHas } = load("headers");
const { dictionary, required, show, string, usv } = load("webidl");

const DEFAULTS = {
  mode: "cors",
  credentials: "same-origin",
  cache: "default",
  redirect: "follow",
  referrer: "about:client",
  referrerPolicy: "",
  integrity: "",
  keepalive: false,
  duplex: "half",
  priority: "auto",
};

const CHOICES = {
  cache: ["default", "no-store", "reload", "no-cache", "force-cache", "only-if-cached"],
  credentials: ["omit", "same-origin", "include"],
  duplex: ["half"],
  mode: ["navigate", "same-origin", "no-cors", "cors"],
  priority: ["high", "low", "auto"],
  redirect: ["follow", "error", "manual"],
  referrerPolicy: [
    "",
    "no-referrer",
    "no-referrer-when-downgrade",
    "same-origin",
    "origin",
    "strict-origin",
    "origin-when-cross-origin",
    "strict-origin-when-cross-origin",
    "unsafe-url",
  ],
};

// undefined means "not asked of the source yet".
class RequestInner {
  source = null;
  method = undefined;
  url = undefined;
  headerList = undefined;
  body = undefined;
  stream = null;
  used = false;
  contentType = null;
  headers = null;
  signal = null;
  shownSignal = null;
  extra = null;
}

function methodOf(inner) {
  return inner.method ??= inner.source.method();
}

function urlOf(inner) {
  return inner.url ??= normalisedUrl(inner.source.url());
}

function listOf(inner) {
  return inner.headerList ??= inner.source.headers();
}

/** The inner object with its body, which the Body mixin works on. */
function withBody(inner) {
  if (inner.body === undefined) {
    const { source } = inner;
    const stream = source.body();
    inner.body = stream === null ? null : new NativeBody(new ServerBody(source, stream));
  }
  return inner;
}

class ServerBody {
  #source;
  #stream;

  constructor(source, stream) {
    this.#source = source;
    this.#stream = stream;
  }

  pull() {
    return this.#stream.pull();
  }

  cancel(reason) {
    return this.#stream.cancel(reason);
  }

  bytes() {
    return this.#source.bytes();
  }
}

// A server's URL is origin and target as they came. Nearly all are in normal form already, which is seen without
// a call into the parser: the origin is the same as before, and the target has nothing that would change.
let knownOrigin = "?";

// Of the target, no dot segment (also as %2e) and nothing that gets percent-encoded.
const NORMAL = /^https?:\/\/[^/?#]*\/[\w\-~!$&()*+,;=:@/.?]*$/;

function normalisedUrl(url) {
  if (NORMAL.test(url) && !url.includes("/.", 8)) {
    const { length } = knownOrigin;
    if (url.charCodeAt(length) === 0x2f && url.startsWith(knownOrigin)) return url;
    const origin = url.slice(0, url.indexOf("/", 8));
    if (load("url").parseHref(`${origin}/`) === `${origin}/`) {
      knownOrigin = origin;
      return url;
    }
  }
  return load("url").parseHref(url) ?? url;
}

let innerOf, createRequest, isRequest;

const INTERNAL = Symbol("a Request around an inner object made elsewhere");

class Request {
  #inner;

  constructor(input, init = undefined) {
    if (init === INTERNAL) {
      this.#inner = input;
      return;
    }
    required(1, arguments.length, "Request constructor");
    const inner = this.#inner = new RequestInner();
    const base = typeof input === "object" && input !== null && #inner in input ? resolve(input.#inner) : null;
    if (base === null) {
      inner.url = checkUrl(usv(input));
      inner.method = "GET";
      inner.headerList = [];
      inner.body = null;
    } else {
      inner.url = base.url;
      inner.method = base.method;
      inner.headerList = base.headerList.slice();
      inner.extra = base.extra;
      inner.signal = requestSignalOf(base);
      inner.body = null;
    }
    const options = dictionary(init, "Request constructor, init");
    const given = options === undefined ? undefined : options.body;
    if (options !== undefined) initialize(inner, options);
    const hasBody = given !== undefined && given !== null;
    if ((hasBody || base !== null && base.body !== null) && (inner.method === "GET" || inner.method === "HEAD")) {
      throw new TypeError(`Request constructor: a request with method ${inner.method} has no body`);
    }
    if (hasBody) {
      setBody(inner, given);
      if (inner.stream !== null && options.duplex === undefined) {
        throw new TypeError('Request constructor: expected init.duplex to be "half" for a body that is a stream');
      }
      if (inner.contentType !== null && !listHas(inner.headerList, "content-type")) {
        inner.headerList.push("content-type", inner.contentType);
      }
      inner.contentType = null;
    } else if (base !== null && base.body !== null) {
      if (isBodyUnusable(base)) throw new TypeError("Request constructor: the body of the request given has been used");
      const { stream } = base;
      inner.body = takeBody(base);
      if (inner.body === stream) {
        const { TransformStream } = load("streams");
        inner.body = inner.stream = stream.pipeThrough(new TransformStream());
      }
    }
  }

  get method() {
    return methodOf(this.#inner);
  }

  get url() {
    return urlOf(this.#inner);
  }

  get headers() {
    const inner = this.#inner;
    return inner.headers ??= headersFromList(listOf(inner));
  }

  get destination() {
    this.#inner;
    return "";
  }

  get referrer() {
    return option(this.#inner, "referrer");
  }

  get referrerPolicy() {
    return option(this.#inner, "referrerPolicy");
  }

  get mode() {
    return option(this.#inner, "mode");
  }

  get credentials() {
    return option(this.#inner, "credentials");
  }

  get cache() {
    return option(this.#inner, "cache");
  }

  get redirect() {
    return option(this.#inner, "redirect");
  }

  get integrity() {
    return option(this.#inner, "integrity");
  }

  get keepalive() {
    return option(this.#inner, "keepalive");
  }

  get isReloadNavigation() {
    this.#inner;
    return false;
  }

  get isHistoryNavigation() {
    this.#inner;
    return false;
  }

  get signal() {
    return requestSignalOf(this.#inner);
  }

  get duplex() {
    return option(this.#inner, "duplex");
  }

  clone() {
    const inner = resolve(this.#inner);
    if (isBodyUnusable(inner)) throw new TypeError("Request.clone: the body has already been used");
    const copy = new RequestInner();
    copy.method = inner.method;
    copy.url = inner.url;
    copy.headerList = inner.headerList.slice();
    copy.extra = inner.extra;
    copy.signal = requestSignalOf(inner);
    ({ body: copy.body, stream: copy.stream } = cloneBody(inner));
    return createRequest(copy);
  }

  static {
    innerOf = (request) => request.#inner;
    isRequest = (value) => typeof value === "object" && value !== null && #inner in value;
    createRequest = (inner) => new Request(inner, INTERNAL);
  }
}

function initialize(inner, init) {
  const { body, headers, method, signal, window } = init;
  if (window !== undefined && window !== null) {
    throw new TypeError(`Request constructor: expected init.window to be null, found ${show(window)}`);
  }
  for (const name in DEFAULTS) {
    const value = init[name];
    if (value !== undefined) setOption(inner, name, value);
  }
  if (method !== undefined) inner.method = checkMethod(method);
  if (signal !== undefined) {
    if (signal !== null) load("abort").checkSignal(signal, "Request constructor, init.signal");
    inner.signal = signal;
  }
  if (headers !== undefined) inner.headerList = listFrom(headers, "Request constructor, init.headers");
  const { cache, mode } = inner.extra ?? DEFAULTS;
  if (mode === "navigate") throw new TypeError('Request constructor: init.mode cannot be "navigate"');
  if (cache === "only-if-cached" && mode !== "same-origin") {
    throw new TypeError('Request constructor: init.cache "only-if-cached" needs init.mode "same-origin"');
  }
}

function setOption(inner, name, value) {
  const choices = CHOICES[name];
  if (choices !== undefined) {
    value = string(value);
    if (!choices.includes(value)) {
      const expected = choices.map((choice) => JSON.stringify(choice)).join(", ");
      throw new TypeError(`Request constructor, init.${name}: expected one of ${expected}, found ${show(value)}`);
    }
  } else if (name === "keepalive") {
    value = Boolean(value);
  } else if (name === "referrer") {
    value = checkReferrer(usv(value));
  } else {
    value = string(value);
  }
  inner.extra = { ...inner.extra ?? DEFAULTS, [name]: value };
}

function option(inner, name) {
  return (inner.extra ?? DEFAULTS)[name];
}

function checkReferrer(referrer) {
  if (referrer === "") return "";
  const href = load("url").parseHref(referrer);
  if (href === null) {
    throw new TypeError(`Request constructor, init.referrer: expected a URL, found ${show(referrer)}`);
  }
  // A server has no origin of its own, so no referrer is of the same origin.
  return "about:client";
}

function checkUrl(url) {
  const href = load("url").parseHref(url);
  if (href === null) throw new TypeError(`Request constructor: expected an absolute URL, found ${show(url)}`);
  if (/^[a-z][a-z0-9+.\-]*:\/\/[^/?#]*@/.test(href)) {
    throw new TypeError(`Request constructor: a URL with a user name or password cannot be requested: ${show(url)}`);
  }
  return href;
}

const UPPER = new Set(["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"]);

function checkMethod(method) {
  method = string(method);
  if (UPPER.has(method)) return method;
  if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(method)) {
    throw new TypeError(`Request constructor, init.method: expected an HTTP method, found ${show(method)}`);
  }
  const upper = method.toUpperCase();
  if (upper === "CONNECT" || upper === "TRACE" || upper === "TRACK") {
    throw new TypeError(`Request constructor, init.method: ${upper} is forbidden`);
  }
  return UPPER.has(upper) ? upper : method;
}

function requestSignalOf(inner) {
  if (inner.shownSignal !== null) return inner.shownSignal;
  const { AbortController, AbortSignal, createSignal } = load("abort");
  if (inner.source !== null) {
    const controller = new AbortController();
    inner.shownSignal = controller.signal;
    inner.source.signal(controller);
  } else {
    inner.shownSignal = inner.signal === null ? createSignal() : AbortSignal.any([inner.signal]);
  }
  return inner.shownSignal;
}

/** Asks the source for all that was not asked yet. */
function resolve(inner) {
  if (inner.source !== null) {
    methodOf(inner);
    urlOf(inner);
    listOf(inner);
    withBody(inner);
  }
  return inner;
}

function createServerRequest(source) {
  const inner = new RequestInner();
  inner.source = source;
  return createRequest(inner);
}

mixBody(Request, (request) => withBody(innerOf(request)), (inner) => listGet(listOf(inner), "content-type"));

return {
  Request,
  createServerRequest,
  isRequest,
  requestInner: (request) => resolve(innerOf(request)),
  requestOption: option,
  requestSignal: (request) => requestSignalOf(innerOf(request)),
  requestSource: (request) => innerOf(request).source,
};
