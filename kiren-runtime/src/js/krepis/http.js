"use strict";
// krepis:http - the HTTP server.
//
//   serve(handler, options) -> Server     handler(request, server) -> Response or a promise of one
//   serveDefault(exports, options)        what `krepis serve FILE` does with a module's default export
//
// A request is two integers here, slot and generation, until the handler asks for a part of it; a Response made of a
// string or bytes goes to the socket without becoming a stream. See ext/http.rs.

const { createServerRequest, requestSource } = load("request");
const { isResponse, responseInner } = load("response");
const { takeBody, bodyBytes, NativeBody } = load("body");
const { current, enter, inFrame, leave } = load("frame");

const api = native("http");
const { respond } = api;

/** What a Request made for the server asks for its parts. */
class Source {
  #slot;
  #generation;
  #context = null;

  constructor(slot, generation) {
    this.#slot = slot;
    this.#generation = generation;
  }

  method() {
    return api.method(this.#slot, this.#generation) ?? tooLate("method");
  }

  url() {
    return api.url(this.#slot, this.#generation) ?? tooLate("url");
  }

  headers() {
    return api.headers(this.#slot, this.#generation) ?? tooLate("headers");
  }

  body() {
    const slot = this.#slot;
    const generation = this.#generation;
    if (!api.has_body(slot, generation)) return null;
    return {
      pull: () => api.body_chunk(slot, generation),
      // What is left of a body that nobody reads, the connection drops by itself.
      cancel() {},
    };
  }

  async bytes() {
    return api.body_bytes(this.#slot, this.#generation);
  }

  signal(controller) {
    if (!api.is_active(this.#slot, this.#generation)) controller.abort(gone());
    else controllers.set(key(this.#slot, this.#generation), { controller, frame: current() });
  }

  peer() {
    return api.peer(this.#slot, this.#generation);
  }

  /** The request's context, made when somebody first asks for it; undefined once the request is over. */
  context() {
    if (this.#context === null) {
      this.#context = load("krepis/context/context").contextOfRequest(this.#slot, this.#generation);
      if (this.#context !== undefined) contexts.set(key(this.#slot, this.#generation), this.#context);
    }
    return this.#context?.isOpen ? this.#context : undefined;
  }
}

/** The request was answered and its connection serves another one now. */
function tooLate(part) {
  const error = new TypeError(`request.${part}: the request is over: its response was sent, or its client is gone`);
  error.code = "ERR_REQUEST_OVER";
  throw error;
}

// Of requests whose handler asked for `request.signal` (with the frame in which it did), or for their context, until they are
// answered in full.
const controllers = new Map();
const contexts = new Map();
// Contexts of clients that have gone, whose handlers are not done: held by those only.
const left = new Map();
const lost = new FinalizationRegistry((id) => left.delete(id));

/** A request was answered in full. */
function end(slot, generation) {
  if (controllers.size > 0) controllers.delete(key(slot, generation));
  if (contexts.size > 0) {
    contexts.get(key(slot, generation))?.dispose();
    contexts.delete(key(slot, generation));
  }
  if (left.size > 0) {
    left.get(key(slot, generation))?.deref()?.dispose();
    left.delete(key(slot, generation));
  }
}

function key(slot, generation) {
  return slot * 2 ** 30 + generation;
}

class Server {
  #id;
  #hostname;
  #port;
  #finished;
  #finish;

  constructor(id, hostname, port) {
    this.#id = id;
    this.#hostname = hostname;
    this.#port = port;
    ({ promise: this.#finished, resolve: this.#finish } = Promise.withResolvers());
  }

  get hostname() {
    return this.#hostname;
  }

  get port() {
    return this.#port;
  }

  /** Where a browser on this machine reaches it. */
  get url() {
    const host = this.#hostname === "0.0.0.0" || this.#hostname === "::" ? "localhost" : this.#hostname;
    return `http://${host.includes(":") ? `[${host}]` : host}:${this.#port}/`;
  }

  get finished() {
    return this.#finished;
  }

  /** The client's address: { address, port, family }. */
  requestIP(request) {
    const peer = requestSource(request)?.peer();
    if (peer === undefined || peer === null) return null;
    return { address: peer[0], port: peer[1], family: peer[0].includes(":") ? "IPv6" : "IPv4" };
  }

  /** Stops accepting and lets requests in flight finish, for at most `grace` milliseconds. */
  async stop({ grace = 10_000 } = {}) {
    const all = await api.close(this.#id, Number(grace));
    this.#finish();
    return all;
  }

  async [Symbol.asyncDispose]() {
    await this.stop();
  }
}

const LIMITS = ["maxHeaderSize", "maxBodySize", "maxConnections", "headersTimeout", "bodyTimeout", "idleTimeout", "writeTimeout"];

function serve(handler, options = {}) {
  if (typeof handler === "object" && handler !== null) {
    const { fetch } = handler;
    if (typeof fetch !== "function") throw new TypeError("serve: expected a handler function, or an object with a fetch method");
    options = { ...handler, ...options };
    handler = fetch.bind(handler);
  }
  if (typeof handler !== "function") throw new TypeError(`serve: expected a handler function, found ${typeof handler}`);
  const { hostname = "127.0.0.1", port = 3000, onError, onListen, signal, reusePort = false } = options;
  const given = { hostname: String(hostname), port: checkedPort(port), reusePort: Boolean(reusePort) };
  for (const name of LIMITS) if (options[name] !== undefined) given[name] = checkedLimit(name, options[name]);

  signal?.throwIfAborted();
  let server;
  const dispatch = (slot, generation) => answer(handler, onError, server, slot, generation);
  const { id, hostname: address, port: bound } = api.listen(given, dispatch, aborted);
  server = new Server(id, address, bound);
  signal?.addEventListener("abort", () => server.stop(), { once: true });
  if (onListen !== undefined) onListen(server);
  return server;
}

function checkedPort(port) {
  const number = Number(port);
  if (Number.isInteger(number) && number >= 0 && number <= 65_535) return number;
  throw new RangeError(`serve: expected a port from 0 to 65535, found ${String(port)}`);
}

function checkedLimit(name, value) {
  if (value === null || value === Infinity) return 0;
  if (typeof value === "number" && value >= 0) return value;
  throw new RangeError(`serve: expected ${name} to be a number of 0 (no limit) or more, found ${String(value)}`);
}

/** The handler runs, and so does what it begins, in the request's context. */
function answer(handler, onError, server, slot, generation) {
  const source = new Source(slot, generation);
  const request = createServerRequest(source);
  enter(source);
  let result;
  try {
    result = handler(request, server);
    if (isResponse(result)) send(result, onError, request, slot, generation);
    else answerLater(result, onError, request, slot, generation);
  } catch (error) {
    fail(error, onError, request, slot, generation);
  }
  leave();
}

async function answerLater(result, onError, request, slot, generation) {
  let response;
  try {
    response = await result;
  } catch (error) {
    fail(error, onError, request, slot, generation);
    return;
  }
  send(response, onError, request, slot, generation);
}

function send(response, onError, request, slot, generation) {
  try {
    if (!isResponse(response)) throw new TypeError(`the handler returned ${kindOf(response)}, expected a Response`);
    const inner = responseInner(response);
    const body = takeBody(inner);
    if (body === null || typeof body === "string" || body instanceof Uint8Array) {
      respond(slot, generation, inner.status, inner.headerList, inner.contentType, body);
      end(slot, generation);
    } else {
      sendBody(inner, body, slot, generation);
    }
  } catch (error) {
    fail(error, onError, request, slot, generation);
  }
}

function sendBody(inner, body, slot, generation) {
  if (body instanceof NativeBody) {
    sendNative(inner, body.source, slot, generation);
  } else if (load("streams").isReadableStream(body)) {
    sendStream(inner, body, slot, generation);
  } else {
    Promise.resolve(bodyBytes(body)).then(
      (bytes) => {
        respond(slot, generation, inner.status, inner.headerList, inner.contentType, bytes);
        end(slot, generation);
      },
    ).catch((error) => failLate(error, slot, generation));
  }
}

function sendStream(inner, stream, slot, generation) {
  if (!api.respond_streaming(slot, generation, inner.status, inner.headerList, inner.contentType)) {
    end(slot, generation);
    stream.cancel(gone()).catch(() => {});
    return;
  }
  // A stream that has all it gives is sent before pump returns.
  let ended = false;
  const finish = () => {
    ended = true;
    streaming.delete(key(slot, generation));
    end(slot, generation);
  };
  const pumping = load("streams").pump(
    stream,
    (chunk) => {
      if (!(chunk instanceof Uint8Array)) throw new TypeError(`Response body: expected Uint8Array chunks, found ${kindOf(chunk)}`);
      const sent = api.send_chunk(slot, generation, chunk);
      if (sent === true) return undefined;
      if (sent === false) throw gone();
      return sent.then((ready) => {
        if (!ready) throw gone();
      });
    },
    () => {
      finish();
      api.send_finish(slot, generation);
    },
    (error) => {
      finish();
      api.send_abort(slot, generation);
      if (!goneErrors.has(error)) reportFailure(error);
    },
  );
  if (!ended) streaming.set(key(slot, generation), { pumping, frame: current() });
}

// Responses whose stream has more to give: cancelled when the client goes away.
const streaming = new Map();
const goneErrors = new WeakSet();

function gone() {
  const error = new DOMException("The client closed the connection", "AbortError");
  goneErrors.add(error);
  return error;
}

/** The headers of a response to fetch that is passed on: its body is not encoded any more. */
function withoutEncoding(list) {
  if (list === null) return list;
  return list.filter((_, i) => {
    const name = list[i & ~1];
    return name !== "content-encoding" && name !== "content-length";
  });
}

/** Passes bytes of the runtime's own on, such as the body of a fetch, without a stream in between. */
async function sendNative(inner, source, slot, generation) {
  const headerList = source.decoded ? withoutEncoding(inner.headerList) : inner.headerList;
  if (!api.respond_streaming(slot, generation, inner.status, headerList, inner.contentType)) {
    end(slot, generation);
    source.cancel(gone());
    return;
  }
  try {
    for (let chunk; (chunk = await source.pull()) !== undefined;) {
      let sent = api.send_chunk(slot, generation, chunk);
      if (typeof sent === "object") sent = await sent;
      if (!sent) {
        source.cancel(gone());
        return;
      }
    }
    api.send_finish(slot, generation);
  } catch (error) {
    api.send_abort(slot, generation);
    reportFailure(error);
  } finally {
    end(slot, generation);
  }
}

/** The client of a request that is not answered in full has gone. */
function aborted(slot, generation) {
  const id = key(slot, generation);
  const waiting = controllers.get(id);
  const response = streaming.get(id);
  const context = contexts.get(id);
  if (context?.isOpen) {
    // The handler may go on with it: it is over when that is done, or has lost it.
    left.set(id, new WeakRef(context));
    lost.register(context, id);
    context.cancel("client-gone");
  }
  contexts.delete(id);
  if (waiting !== undefined) {
    controllers.delete(id);
    inFrame(waiting.frame, () => waiting.controller.abort(gone()), undefined, []);
  }
  if (response !== undefined) {
    streaming.delete(id);
    inFrame(response.frame, () => response.pumping.cancel(gone(), () => end(slot, generation)), undefined, []);
  }
}

/** A handler failed: the program's onError answers, or a 500 that says nothing, with the error on standard error. */
function fail(error, onError, request, slot, generation) {
  if (typeof onError === "function") {
    try {
      const response = onError(error, request);
      if (isResponse(response)) send(response, undefined, request, slot, generation);
      else answerLater(response, undefined, request, slot, generation);
      return;
    } catch (second) {
      error = second;
    }
  }
  failLate(error, slot, generation);
}

function failLate(error, slot, generation) {
  end(slot, generation);
  const sent = respond(slot, generation, 500, null, "text/plain;charset=UTF-8", "Internal Server Error");
  if (sent || !CLIENT_ERRORS.has(error?.code)) reportFailure(error);
}

// What a handler runs into when its client left, or sent a body that the server has refused by itself.
const CLIENT_ERRORS = new Set([
  "ERR_REQUEST_OVER", "ERR_BODY_TOO_LARGE", "ERR_BODY_TIMEOUT", "ERR_BODY_MALFORMED", "ECONNRESET",
]);

function reportFailure(error) {
  native("stdio").write_stderr(`Error in a request handler: ${load("report").describe(error)}\n`);
}

function kindOf(value) {
  if (value === null) return "null";
  return typeof value === "object" ? `an object (${value.constructor?.name ?? "no class"})` : `${typeof value}`;
}

/** Serves what a module exports by default; `krepis serve` prints the address. */
function serveDefault(exports, options) {
  const app = exports.default === undefined ? exports : exports.default;
  if (typeof app !== "function" && typeof app?.fetch !== "function") {
    throw new TypeError(`${options.file}: expected \`export default { fetch(request) {...} }\` or a function of a request, found ${
      exports.default === undefined ? "no default export" : kindOf(app)}`);
  }
  const own = typeof app === "object" ? pickLimits(app) : {};
  const server = serve(typeof app === "function" ? app : (request, server) => app.fetch(request, server), {
    ...own, hostname: options.hostname, port: options.port, reusePort: options.reusePort,
  });
  api.bound(server.port);
  if (options.announce) native("stdio").write_stdout(`Listening on ${server.url}\n`);
  return server;
}

function pickLimits(app) {
  const picked = {};
  for (const name of [...LIMITS, "onError"]) if (app[name] !== undefined) picked[name] = app[name];
  return picked;
}

return { serve, Server, serveDefault };
