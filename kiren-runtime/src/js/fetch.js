"use strict";
// fetch: https://fetch.spec.whatwg.org/#fetch-method
//
// The client (native group "fetch") knows connections, TLS and encodings; here is the policy: defaults,
// redirects, bodies, abortion, errors. What a browser forbids to protect its user (header names, cross-origin
// requests) a server may do. The options mode, credentials, referrer, referrerPolicy, keepalive and priority
// have no effect.
//
// URLs: http:, https:, data:, and file: (GET and HEAD, as in Bun and Deno).
//
// Errors are TypeErrors: "fetch failed: connect ECONNREFUSED 127.0.0.1:1 (GET http://127.0.0.1:1/)", with a
// cause that has Node's `code`. An aborted fetch, also while its body is read, rejects with the reason.

const { addAbortAlgorithm, removeAbortAlgorithm } = load("abort");
const { NativeBody, bodyBytes, takeBody } = load("body");
const { listDelete, listGet, listHas } = load("headers");
const { Request, requestInner, requestOption } = load("request");
const { ResponseInner, createResponse } = load("response");
const { required } = load("webidl");

const MAX_REDIRECTS = 20;

const engine = native("fetch");

async function fetch(input, init = undefined) {
  required(1, arguments.length, "fetch");
  const inner = requestInner(new Request(input, init));
  const { signal } = inner;
  if (signal !== null && signal.aborted) {
    if (inner.stream !== null) inner.stream.cancel(signal.reason).catch(() => {});
    throw signal.reason;
  }
  const scheme = inner.url.slice(0, inner.url.indexOf(":"));
  switch (scheme) {
    case "http":
    case "https":
      return checked(inner, await new Fetch(inner).run());
    case "data":
      return checked(inner, fetchData(inner));
    case "file":
      return checked(inner, await fetchFile(inner));
    default: {
      const error = new Error(`expected a URL of http:, https:, data: or file:, found ${scheme}:`);
      error.code = "ERR_INVALID_URL_SCHEME";
      throw failure(inner.method, inner.url, error);
    }
  }
}

/** The Response over what was fetched; where the program named a digest, once it has been compared. */
async function checked(inner, response) {
  const integrity = requestOption(inner, "integrity");
  if (integrity !== "") {
    const bytes = response.body === null ? new Uint8Array(0) : await bodyBytes(response.body);
    if (!load("integrity").matches(bytes, integrity)) {
      throw failure(inner.method, inner.url, new Error(`the body does not match the integrity ${integrity}`));
    }
    if (response.body !== null) response.body = bytes;
  }
  return createResponse(response);
}

function failure(method, url, cause) {
  return new TypeError(`fetch failed: ${cause.message} (${method} ${withoutFragment(url)})`, { cause });
}

function withoutFragment(url) {
  const hash = url.indexOf("#");
  return hash < 0 ? url : url.slice(0, hash);
}

// ---- one exchange with the client ----

// An exchange whose response body was collected unread lets go of its connection.
const forgotten = new FinalizationRegistry((exchange) => exchange.close());

class Exchange {
  constructor(method, url, signal) {
    this.id = engine.open();
    this.method = method;
    this.url = url;
    this.signal = signal;
    this.source = null; // the BodySource while a request body is still on its way: it must not be collected
    this.upload = null;
    this.uploadError = undefined;
    this.onAbort = null;
    if (signal !== null) addAbortAlgorithm(signal, this.onAbort = () => this.close());
  }

  /** Ends what is under way; harmless when it has ended. */
  close() {
    if (this.id < 0) return;
    engine.close(this.id);
    this.id = -1;
    if (this.onAbort !== null) removeAbortAlgorithm(this.signal, this.onAbort);
    forgotten.unregister(this);
    const { upload } = this;
    this.upload = this.source = null;
    if (upload === null) return;
    upload.cancel(this.signal?.aborted ? this.signal.reason : new TypeError("The request has ended"));
  }

  /** Closes it and gives the error to throw. */
  fail(error) {
    this.close();
    if (this.signal !== null && this.signal.aborted) return this.signal.reason;
    if (this.uploadError === undefined) return failure(this.method, this.url, error);
    const { uploadError } = this;
    const text = uploadError instanceof Error ? uploadError.message : String(uploadError);
    const cause = new Error(`the request's body failed: ${text}`, { cause: uploadError });
    return failure(this.method, this.url, cause);
  }

  async send(headers, body) {
    try {
      const streamed = isStreamed(body);
      const head = engine.send(this.id, this.method, this.url, headers, streamed ? true : body);
      if (streamed) this.pump(body);
      return await head;
    } catch (error) {
      throw this.fail(error);
    }
  }

  /** Moves the chunks of a stream, or of a native source, to the connection, as fast as that takes them. */
  pump(body) {
    const { createReadableStreamFromSource, pump } = load("streams/native");
    const stream = body instanceof NativeBody ? createReadableStreamFromSource(body.source) : body;
    const ended = (complete) => {
      this.upload = this.source = null;
      if (this.id >= 0) engine.finish(this.id, complete);
    };
    const running = pump(stream, (chunk) => this.write(chunk), () => ended(true), (error) => {
      if (error !== NOT_WANTED) this.uploadError = error;
      ended(false);
    });
    if (this.id >= 0 && !running.ended) this.upload = running;
  }

  write(chunk) {
    if (!(chunk instanceof Uint8Array)) {
      throw new TypeError(`fetch: expected a body of Uint8Array chunks, found ${load("webidl").show(chunk)}`);
    }
    const waiting = this.id < 0 ? false : engine.write(this.id, chunk);
    if (waiting === false) throw NOT_WANTED;
    return waiting?.then(stillWanted);
  }
}

/** Whether a body is sent piece by piece, and so only once. */
function isStreamed(body) {
  return body !== null && typeof body === "object" && !(body instanceof Uint8Array);
}

const NOT_WANTED = new TypeError("The connection takes no more of the request's body");

function stillWanted(taken) {
  if (!taken) throw NOT_WANTED;
}

/**
 * The body of a response, as the module "body" reads it. Where it is `decoded`, the response's headers still
 * name the encoding and the length that it had, as in browsers: a server that passes it on leaves them out.
 */
class BodySource {
  #exchange;

  constructor(exchange, decoded = false) {
    this.#exchange = exchange;
    this.decoded = decoded;
    forgotten.register(this, exchange, exchange);
    if (exchange.upload !== null) exchange.source = this;
  }

  pull() {
    const exchange = this.#exchange;
    if (exchange.id < 0) return this.#ended();
    try {
      const bytes = engine.read(exchange.id);
      if (bytes !== undefined) return bytes instanceof Uint8Array ? bytes : this.#arrived(bytes);
      exchange.close();
      return undefined;
    } catch (error) {
      return Promise.reject(exchange.fail(error));
    }
  }

  async #arrived(waiting) {
    const exchange = this.#exchange;
    try {
      const bytes = await waiting;
      if (bytes === undefined) exchange.close();
      return bytes;
    } catch (error) {
      throw exchange.fail(error);
    }
  }

  async bytes() {
    const exchange = this.#exchange;
    if (exchange.id < 0) return (await this.#ended()) ?? new Uint8Array(0);
    try {
      const bytes = await engine.read_all(exchange.id);
      exchange.close();
      return bytes;
    } catch (error) {
      throw exchange.fail(error);
    }
  }

  #ended() {
    const { signal } = this.#exchange;
    return signal !== null && signal.aborted ? Promise.reject(signal.reason) : undefined;
  }

  cancel() {
    this.#exchange.close();
  }
}

// ---- http: and https: ----

class Fetch {
  constructor(inner) {
    this.inner = inner;
    this.signal = inner.signal;
    this.redirect = requestOption(inner, "redirect");
    this.method = inner.method;
    this.url = withoutFragment(inner.url);
    this.headers = inner.headerList.slice();
    this.body = null;
    this.redirects = 0;
    // Where nothing is carried along there is no context either.
    if (load.loaded("frame")?.current()?.context !== undefined) addTrace(this.headers);
  }

  async run() {
    const body = takeBody(this.inner);
    // A Blob is bytes already.
    const streams = body instanceof NativeBody || body === this.inner.stream;
    this.body = body === null || typeof body === "string" || streams ? body : await bodyBytes(body);
    for (;;) {
      const exchange = new Exchange(this.method, this.url, this.signal);
      const head = await exchange.send(this.headersToSend(), this.body);
      const redirected = this.redirect !== "manual" && isRedirect(head[0]);
      const location = redirected ? listGet(head[2], "location") : null;
      if (location === null) return this.response(exchange, head);
      this.follow(exchange, head[0], location);
      exchange.close();
    }
  }

  /** The request's headers with those that every request has. */
  headersToSend() {
    const list = this.headers.slice();
    listDelete(list, "transfer-encoding");
    listDelete(list, "upgrade");
    const { body, method } = this;
    // Only of a stream the program knows more than the client.
    if (!isStreamed(body)) listDelete(list, "content-length");
    if (body === null || body.length === 0) {
      if (method === "POST" || method === "PUT" || method === "PATCH") list.push("content-length", "0");
    }
    addDefault(list, "accept", "*/*");
    addDefault(list, "user-agent", userAgent());
    addDefault(list, "accept-encoding", listHas(list, "range") ? "identity" : "gzip, deflate, br, zstd");
    const cache = requestOption(this.inner, "cache");
    if (cache === "no-cache") {
      addDefault(list, "cache-control", "max-age=0");
    } else if (cache === "no-store" || cache === "reload") {
      addDefault(list, "pragma", "no-cache");
      addDefault(list, "cache-control", "no-cache");
    }
    return list;
  }

  /** https://fetch.spec.whatwg.org/#http-redirect-fetch */
  follow(exchange, status, location) {
    const refuse = (why) => {
      throw exchange.fail(new Error(why));
    };
    if (this.redirect === "error") refuse(`redirected to ${location}, which redirect: "error" forbids`);
    if (this.redirects === MAX_REDIRECTS) refuse(`redirected more than ${MAX_REDIRECTS} times`);
    this.redirects++;
    const target = resolve(location, this.url);
    if (target === null) refuse(`redirected to ${location}, which is no URL of http: or https:`);
    if (status === 303 && this.method !== "GET" && this.method !== "HEAD" ||
      (status === 301 || status === 302) && this.method === "POST") {
      this.method = "GET";
      this.body = null;
      for (const name of BODY_HEADERS) listDelete(this.headers, name);
    } else if (isStreamed(this.body)) {
      refuse(`redirected with status ${status} after a body that cannot be sent again`);
    }
    if (target.origin !== new (load("url").URL)(this.url).origin) {
      for (const name of CREDENTIAL_HEADERS) listDelete(this.headers, name);
    }
    this.url = withoutFragment(target.href);
  }

  response(exchange, [status, statusText, headerList, hasBody, decoded]) {
    const response = new ResponseInner();
    response.status = status;
    response.statusText = statusText;
    response.headerList = headerList;
    response.immutable = true;
    response.type = "basic";
    response.url = this.url;
    response.redirected = this.redirects > 0;
    if (hasBody) {
      response.body = new NativeBody(new BodySource(exchange, decoded));
    } else {
      exchange.close();
    }
    return response;
  }
}

/** The headers that take the trace of the current context on, unless the program has its own. */
function addTrace(headers) {
  if (listHas(headers, "traceparent")) return;
  const own = load("krepis/context/context").headersOfCurrent();
  for (let i = 0; i < own.length; i += 2) addDefault(headers, own[i], own[i + 1]);
}

const BODY_HEADERS = [
  "content-encoding",
  "content-language",
  "content-length",
  "content-location",
  "content-type",
];
const CREDENTIAL_HEADERS = ["authorization", "cookie", "host", "proxy-authorization"];

function addDefault(list, name, value) {
  if (!listHas(list, name)) list.push(name, value);
}

let agent;

function userAgent() {
  return agent ??= engine.user_agent();
}

function isRedirect(status) {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

function resolve(location, base) {
  // Servers send UTF-8 where the standard wants percent signs.
  if (/[\x80-\xff]/.test(location)) {
    location = load("encoding").decode(Uint8Array.from(location, (char) => char.charCodeAt(0)));
  }
  const { URL } = load("url");
  const target = URL.parse(location, base);
  if (target === null || target.protocol !== "http:" && target.protocol !== "https:") return null;
  target.username = target.password = "";
  return target;
}

// ---- data: and file: ----

/** https://fetch.spec.whatwg.org/#data-url-processor */
function fetchData({ method, url }) {
  const text = withoutFragment(url).slice("data:".length);
  const comma = text.indexOf(",");
  if (comma < 0) throw failure(method, url, new Error("the data: URL has no comma"));
  let bytes = percentDecoded(text.slice(comma + 1));
  let type = text.slice(0, comma).replace(/^[\t\n\f\r ]+|[\t\n\f\r ]+$/g, "");
  if (/; *base64$/i.test(type)) {
    type = type.replace(/; *base64$/i, "");
    try {
      const { atob, latin1 } = load("encoding");
      bytes = Uint8Array.from(atob(latin1(bytes)), (char) => char.charCodeAt(0));
    } catch {
      throw failure(method, url, new Error("the data: URL is not valid base64"));
    }
  }
  if (type.startsWith(";")) type = `text/plain${type}`;
  const headers = ["content-type", load("mime").normalised(type) || "text/plain;charset=US-ASCII"];
  return localResponse(method, url, headers, bytes);
}

function percentDecoded(text) {
  const bytes = new Uint8Array(text.length);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const digits = text[i] === "%" ? text.slice(i + 1, i + 3) : "";
    const hex = /^[0-9a-f]{2}$/i.test(digits);
    bytes[length++] = hex ? parseInt(digits, 16) : text.charCodeAt(i);
    if (hex) i += 2;
  }
  return bytes.subarray(0, length);
}

const FILE_TYPES = {
  __proto__: null,
  css: "text/css;charset=utf-8",
  html: "text/html;charset=utf-8",
  js: "text/javascript;charset=utf-8",
  json: "application/json",
  mjs: "text/javascript;charset=utf-8",
  svg: "image/svg+xml",
  txt: "text/plain;charset=utf-8",
  wasm: "application/wasm",
};

async function fetchFile({ method, signal, url }) {
  const { host, pathname } = new (load("url").URL)(url);
  const exchange = new Exchange(method, url, signal);
  if (method !== "GET" && method !== "HEAD") throw exchange.fail(new Error("a file can only be read"));
  if (host !== "") throw exchange.fail(new Error(`expected a file of this machine, found the host ${host}`));
  let length;
  try {
    length = await engine.open_file(exchange.id, decodeURIComponent(pathname));
  } catch (error) {
    throw exchange.fail(error);
  }
  const headers = ["content-length", length];
  const type = FILE_TYPES[/\.([a-z]+)$/.exec(pathname)?.[1]];
  if (type !== undefined) headers.push("content-type", type);
  const body = new NativeBody(new BodySource(exchange));
  if (method === "HEAD") exchange.close();
  return localResponse(method, url, headers, body);
}

function localResponse(method, url, headers, body) {
  const response = new ResponseInner();
  response.statusText = "OK";
  response.headerList = headers;
  response.immutable = true;
  response.type = "basic";
  response.url = withoutFragment(url);
  response.body = method === "HEAD" ? null : body;
  return response;
}

return { fetch };
