"use strict";
// Bodies of Request and Response: https://fetch.spec.whatwg.org/#body-mixin
//
// A body holder is the inner object of a Request or Response. It has these fields:
//   body         what the body is made of, as it was given: null, a string, a Uint8Array, a Blob, a NativeBody
//                (bytes that come from the runtime) or a ReadableStream
//   stream       the ReadableStream shown to the user as `.body`, or null until somebody asks
//   used         true once the body was taken
//   contentType  the type that the body implies, or null; only counts where the headers name none
// Text is not encoded and no stream is made until somebody needs it.
//
// For other modules (HTTP server, fetch):
//   extractBody(init) -> { body, contentType }  from what users give as BodyInit
//   setBody(holder, init)                       the same, into a holder
//   takeBody(holder) -> body                    marks it used and gives the raw body, in the cheapest form still
//                                               true (string, Uint8Array, Blob, NativeBody, ReadableStream, null);
//                                               throws a TypeError when it was used before or its stream is locked
//   isBodyUsed(holder), isBodyUnusable(holder), markBodyUsed(holder)
//   new NativeBody(source)   source: { pull() -> Promise<Uint8Array | undefined at the end>, cancel(reason),
//                            bytes?() -> Promise<Uint8Array> of all of it }
//   bodyBytes(body) -> Uint8Array or a promise of it, for any raw body
//   bodyStream(holder) -> ReadableStream or null, what `.body` gives

const { Blob, blobBytes, blobFromBytes, bytesOfView, isArrayBuffer, isBlob } = load("blob");
const { describe } = load("webidl");

/** A body whose bytes come from the runtime: a socket, a decompressor, a file. */
class NativeBody {
  constructor(source) {
    this.source = source;
  }
}

// What a stream made here is made of, so that `new Response(response.body)` stays as cheap as its source.
const origins = new WeakMap();

/** BodyInit other than a string. Bytes are not copied: they are read when the body is sent or consumed. */
function setBody(holder, init) {
  if (typeof init === "string") {
    holder.body = init;
    holder.contentType = "text/plain;charset=UTF-8";
  } else if (init instanceof Uint8Array) {
    holder.body = init;
  } else if (typeof init === "object") {
    setObjectBody(holder, init);
  } else {
    setBody(holder, `${init}`);
  }
}

function setObjectBody(holder, init) {
  if (ArrayBuffer.isView(init)) {
    holder.body = bytesOfView(init);
  } else if (isArrayBuffer(init)) {
    holder.body = new Uint8Array(init);
  } else if (isBlob(init)) {
    holder.body = init;
    holder.contentType = init.type === "" ? null : init.type;
  } else if (isStream(init)) {
    if (isLocked(init) || isDisturbed(init)) {
      throw new TypeError("Body: expected a stream that is not locked or read from");
    }
    holder.body = origins.get(init) ?? init;
    holder.stream = init;
  } else if (load("url_search_params").isURLSearchParams(init)) {
    holder.body = init.toString();
    holder.contentType = "application/x-www-form-urlencoded;charset=UTF-8";
  } else if (load("form_data").isFormData(init)) {
    const blob = load("form_data").encodeFormData(init);
    holder.body = blob;
    holder.contentType = blob.type;
  } else if (typeof init[Symbol.asyncIterator] === "function") {
    holder.body = holder.stream = load("streams").ReadableStream.from(init);
  } else {
    setBody(holder, `${init}`);
  }
}

function extractBody(init) {
  const holder = { body: null, stream: null, contentType: null };
  if (init !== null && init !== undefined) setBody(holder, init);
  return holder;
}

// Streams are a module of their own that most programs never load; nothing without getReader is one.
function isStream(value) {
  return typeof value.getReader === "function" && load("streams").isReadableStream(value);
}

function isDisturbed(stream) {
  return load("streams").isDisturbed(stream);
}

function isLocked(stream) {
  return load("streams").isLocked(stream);
}

function isBodyUsed(holder) {
  return holder.used || holder.stream !== null && isDisturbed(holder.stream);
}

function isBodyUnusable(holder) {
  return holder.used || holder.stream !== null && (isLocked(holder.stream) || isDisturbed(holder.stream));
}

function markBodyUsed(holder) {
  if (holder.body !== null) takeBody(holder);
}

function takeBody(holder) {
  const { body, stream } = holder;
  if (body === null) return null;
  if (holder.used) throw new TypeError("Body is unusable: it has already been read");
  if (stream !== null) {
    if (isLocked(stream)) throw new TypeError("Body is unusable: its stream is locked");
    if (isDisturbed(stream)) throw new TypeError("Body is unusable: its stream has already been read from");
    // Nobody else may read the stream from now on, whether or not its bytes come through it.
    if (body !== stream) load("streams").lockStream(stream);
  }
  holder.used = true;
  return body;
}

function bodyStream(holder) {
  const { body } = holder;
  if (body === null || holder.stream !== null) return holder.stream;
  const stream = streamOf(body);
  // A body taken before its stream was asked for shows a locked one.
  if (holder.used) load("streams").lockStream(stream);
  else origins.set(stream, body);
  return holder.stream = stream;
}

function streamOf(body) {
  if (isBlob(body)) return body.stream();
  const { createReadableStreamFromBytes, createReadableStreamFromSource } = load("streams");
  if (body instanceof NativeBody) return createReadableStreamFromSource(body.source);
  // The stream hands its bytes over, so it gets a copy.
  return createReadableStreamFromBytes(typeof body === "string" ? load("encoding").encode(body) : body.slice());
}

/** All bytes of a raw body; they may be shared with it. */
function bodyBytes(body) {
  if (body === null) return new Uint8Array(0);
  if (typeof body === "string") return load("encoding").encode(body);
  if (body instanceof Uint8Array) return body;
  if (body instanceof NativeBody) return nativeBytes(body.source);
  if (isBlob(body)) return blobBytes(body);
  return load("streams").readAll(body);
}

function nativeBytes(source) {
  return typeof source.bytes === "function" ? source.bytes() : collect(() => source.pull());
}

/** Joins what `next` gives until it gives undefined. */
async function collect(next) {
  const chunks = [];
  let length = 0;
  for (let chunk; (chunk = await next()) !== undefined;) {
    chunks.push(chunk);
    length += chunk.byteLength;
  }
  if (chunks.length === 1) return chunks[0];
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}

/** Takes the body of a holder and makes of its bytes what `finish` does; always a promise. */
function consume(holder, finish) {
  try {
    const body = takeBody(holder);
    const bytes = bodyBytes(body);
    if (bytes instanceof Uint8Array) return Promise.resolve(finish(bytes, body));
    return bytes.then(finish);
  } catch (error) {
    return Promise.reject(error);
  }
}

function consumeText(holder) {
  if (typeof holder.body === "string" && !isBodyUnusable(holder)) {
    return Promise.resolve(takeBody(holder).toWellFormed());
  }
  return consume(holder, decode);
}

function consumeJSON(holder) {
  if (typeof holder.body === "string") {
    try {
      return Promise.resolve(JSON.parse(withoutMark(takeBody(holder))));
    } catch (error) {
      return Promise.reject(error);
    }
  }
  return consume(holder, (bytes) => JSON.parse(decode(bytes)));
}

function consumeBytes(holder) {
  return consume(holder, ownBytes);
}

function consumeArrayBuffer(holder) {
  return consume(holder, (bytes, body) => {
    const own = ownBytes(bytes, body);
    return own.byteLength === own.buffer.byteLength ? own.buffer : own.slice().buffer;
  });
}

function consumeBlob(holder, mimeType) {
  return consume(holder, (bytes, body) => {
    if (isBlob(body)) return body.slice(0, body.size, mimeType);
    return blobFromBytes(ownBytes(bytes, body), mimeType.toLowerCase());
  });
}

function consumeFormData(holder, mimeType) {
  return consume(holder, (bytes) => load("form_data").parseFormData(bytes, mimeType));
}

function decode(bytes) {
  return load("encoding").decode(bytes);
}

function withoutMark(text) {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

/** Bytes that only the caller has: those of a user's array or a Blob are copied. */
function ownBytes(bytes, body = undefined) {
  return bytes === body || body !== undefined && isBlob(body) ? bytes.slice() : bytes;
}

/** The body of a clone; the original's may become a stream when it can only be read once. */
function cloneBody(holder) {
  const { body } = holder;
  if (body === null || typeof body === "string" || body instanceof Uint8Array || isBlob(body)) {
    // The original's stream, if shown, stays its own.
    return { body, stream: null };
  }
  const [own, other] = teeStream(bodyStream(holder));
  holder.body = holder.stream = own;
  return { body: other, stream: other };
}

/** Two streams in place of one; chunks other than bytes are cloned for the second. */
function teeStream(stream) {
  const { objectOf, stateOf } = load("streams/readable");
  const { structuredClone } = load("structured_clone");
  return load("streams/tee").tee(stateOf(stream), structuredClone).map(objectOf);
}

/**
 * Gives a class the Body mixin. `innerOf` brand-checks and gives the holder with its body resolved;
 * `contentTypeOf(holder)` is the value of its Content-Type header, or null.
 */
function mixBody(Class, innerOf, contentTypeOf) {
  const method = (run) => (self) => {
    try {
      return run(innerOf(self));
    } catch (error) {
      return Promise.reject(error);
    }
  };
  const typeOf = (holder) => contentTypeOf(holder) ?? "";
  const text = method(consumeText);
  const json = method(consumeJSON);
  const bytes = method(consumeBytes);
  const arrayBuffer = method(consumeArrayBuffer);
  const blob = method((holder) => consumeBlob(holder, load("mime").normalised(typeOf(holder))));
  const formData = method((holder) => consumeFormData(holder, typeOf(holder)));
  const members = {
    get body() {
      return bodyStream(innerOf(this));
    },
    get bodyUsed() {
      return isBodyUsed(innerOf(this));
    },
    arrayBuffer() {
      return arrayBuffer(this);
    },
    blob() {
      return blob(this);
    },
    bytes() {
      return bytes(this);
    },
    formData() {
      return formData(this);
    },
    json() {
      return json(this);
    },
    text() {
      return text(this);
    },
  };
  Object.defineProperties(Class.prototype, Object.getOwnPropertyDescriptors(members));
  describe(Class);
}

return {
  NativeBody,
  bodyBytes,
  bodyStream,
  cloneBody,
  extractBody,
  isBodyUnusable,
  isBodyUsed,
  markBodyUsed,
  mixBody,
  setBody,
  takeBody,
};
