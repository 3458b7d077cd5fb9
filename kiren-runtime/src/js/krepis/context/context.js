"use strict";
// Context: a handle to a context of the pool; and what the HTTP server and fetch ask of contexts.

const region = load("krepis/context/region");
const { atOf, create, deadlineOf, epoch, noteCause, notedCause, release, slotOf, words } = region;
const { checkName, find, isText, keyOf, textOf, valueOf, write } = load("krepis/context/fields");
const { current: currentFrame, inFrame, withContext } = load("frame");
const { abortSignal, createSignal } = load("abort");
const { listOf, setHeader } = load("krepis/context/headers");
const { Baggage } = load("krepis/context/baggage");

const engine = native("context");

const CAUSES = ["cancelled", "deadline-exceeded", "client-gone", "shutdown", "overload", "failed"];
const DEADLINE_EXCEEDED = 2;
const FAILED = 6;

const MAX_WORD = 0xffff_ffff;

/** Where contexts are encoded first: their size is not known before. */
const scratch = new Uint8Array(16 * 1024);

/** How many texts of a context are made once only. */
const REMEMBERED = 64;

const NEW = Symbol("new");

let openHandle, placeOf, slotAndGeneration, tell, watch;

class Context {
  #slot;
  /** Of the slot, while the handle is open; then 0, which no context has. */
  #generation;
  /** Texts that were read or set before: entries, which do not change, and texts in turn. */
  #texts = null;
  /** Where the text after the last one that was read is. */
  #next = 0;
  #signal = null;
  #listener = 0;
  // Why it is over, once somebody asked.
  #reason = undefined;
  #traceparent = "";
  #spanAbove = "";
  /** What is released when the handle is lost; null while nobody watches. */
  #watched = null;

  /** Not for programs: use Context.create(). */
  constructor(token, slot, generation) {
    if (token !== NEW) throw new TypeError("Illegal constructor: use Context.create(), or child() of a context");
    this.#slot = slot;
    this.#generation = generation;
    guard(this);
  }

  static {
    openHandle = (at) => new Context(NEW, slotOf(at), words[at]);
    slotAndGeneration = (context) => [context.#slot, context.#generation];
    placeOf = (context) => context.#place();
    watch = (context) => {
      if (context.#watched !== null) return;
      context.#watched = { at: context.#place(), generation: context.#generation, listener: context.#listener };
      lost.register(context, context.#watched, context);
    };
    tell = (context) => abortSignal(context.#signal, context.reason);
  }

  // ---- making contexts ----

  /** A context with nothing above it. */
  static create(options = undefined) {
    const context = openHandle(create(0));
    return options === undefined ? context : context.#apply(options);
  }

  /** The context that the running code works for; undefined where there is none, or where it is over. */
  static current() {
    const context = currentFrame()?.context;
    if (context === undefined) return undefined;
    if (#slot in context) return context.isOpen ? context : undefined;
    return context.context();
  }

  /** Runs `fn` in a context of its own, below the current one, which is over when `fn` is done. */
  static run(options, fn, ...args) {
    if (typeof options === "function") {
      if (fn !== undefined || args.length > 0) args.unshift(fn);
      fn = options;
      options = undefined;
    }
    checkFunction(fn, "Context.run");
    const above = Context.current();
    const context = above === undefined ? Context.create(options) : above.child(options);
    let result;
    try {
      result = context.run(fn, ...args);
    } catch (error) {
      context.dispose();
      throw error;
    }
    if (typeof result?.then !== "function") {
      context.dispose();
      return result;
    }
    return Promise.resolve(result).finally(() => context.dispose());
  }

  /** Another handle to the context with this id, from any isolate of the process; undefined if it is over. */
  static find(id) {
    const [slot, generation] = /^(\d{1,10})\/(\d{1,10})$/.exec(id)?.slice(1).map(Number) ?? invalidId(id);
    if (slot > MAX_WORD || generation > MAX_WORD) invalidId(id);
    return engine.find(slot, generation) ? openHandle(atOf(slot)) : undefined;
  }

  /** A context of what the headers of a request say. */
  static from(headers, options = undefined) {
    const context = Context.create(options);
    try {
      return context.extract(headers);
    } catch (error) {
      context.dispose();
      throw error;
    }
  }

  /** A context of bytes that `encode` gave, here or elsewhere. */
  static decode(bytes, format = typeof bytes === "string" ? "json" : "flatbuffers") {
    if (bytes instanceof ArrayBuffer || bytes instanceof SharedArrayBuffer) bytes = new Uint8Array(bytes);
    if (typeof bytes !== "string" && !ArrayBuffer.isView(bytes)) {
      throw new TypeError(`Context.decode: expected bytes or a text, found ${typeof bytes}`);
    }
    const [slot] = engine.decode(bytes, String(format));
    return openHandle(atOf(slot));
  }

  /** Many contexts at once: so many, or one for each object of fields. */
  static batch(fields, options = undefined) {
    return load("krepis/context/batch").createBatch(undefined, fields, options);
  }

  /** A context below this one: the same fields, the same trace, no more time. It keeps this one alive. */
  child(options = undefined) {
    const context = openHandle(create(this.#place()));
    return options === undefined ? context : context.#apply(options);
  }

  /** Many contexts below this one; see Context.batch. */
  batch(fields, options = undefined) {
    return load("krepis/context/batch").createBatch(this, fields, options);
  }

  /** Another handle to this context, to be disposed of by itself. */
  clone() {
    const at = this.#place();
    Atomics.add(words, at + region.REFERENCES, 1);
    return openHandle(at);
  }

  #apply(options) {
    try {
      checkObject(options, "Context: expected options");
      const { timeout, deadline, fields, sampled, traceparent } = options;
      if (timeout !== undefined) this.shrinkTimeout(timeout);
      if (deadline !== undefined) this.shrinkDeadline(deadline);
      if (traceparent !== undefined && !engine.set_trace(this.#slot, this.#generation, String(traceparent))) {
        throw new TypeError(`Context: ${JSON.stringify(String(traceparent))} is not a traceparent`);
      }
      if (sampled !== undefined && traceparent === undefined) engine.sample(this.#slot, this.#generation, Boolean(sampled));
      if (fields !== undefined) this.assign(fields);
      return this;
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  // ---- identity and lifetime ----

  /** Names it in this process: for logs, and for Context.find of another isolate. */
  get id() {
    this.#place();
    return `${this.#slot}/${this.#generation >>> 0}`;
  }

  /** Whether the handle can be used: it was not disposed of. */
  get isOpen() {
    return words[atOf(this.#slot)] === this.#generation;
  }

  /** Where the slot is; throws if the handle is no longer one to it. */
  #place() {
    const at = atOf(this.#slot);
    if (words[at] !== this.#generation) over();
    return at;
  }

  /** Ends the handle. The context is over when the last handle has gone, here and in Rust, and when nothing is below it. */
  dispose() {
    const generation = this.#generation;
    if (generation === 0) return;
    this.#generation = 0;
    this.#texts = null;
    if (this.#listener !== 0) listening.delete(this.#listener);
    if (this.#watched !== null) lost.unregister(this);
    const at = atOf(this.#slot);
    if (words[at] === generation) release(at);
  }

  [Symbol.dispose]() {
    this.dispose();
  }

  /** Calls `fn` with this as the current context, for all that it begins. */
  run(fn, ...args) {
    checkFunction(fn, "context.run");
    this.#place();
    return inFrame(withContext(this), fn, undefined, args);
  }

  // ---- fields ----

  /** The value of a field: of this context's own, or of the nearest one above that has it. */
  get(name) {
    const at = this.#place();
    const key = keyOf(name);
    if (key === undefined) return engine.get(this.#slot, this.#generation, name);
    const entry = find(at, key);
    if (entry === 0) return undefined;
    return isText(entry) ? this.#textOf(entry, key) : valueOf(entry, key);
  }

  #textOf(entry, key) {
    const texts = this.#texts;
    if (texts !== null) {
      // Fields are often read in the order in which they were set, so this is the likely one.
      let i = this.#next;
      if (i < texts.length && texts[i] === entry) {
        this.#next = i + 2;
        return texts[i + 1];
      }
      for (i = 0; i < texts.length; i += 2) {
        if (texts[i] === entry) {
          this.#next = i + 2;
          return texts[i + 1];
        }
      }
    }
    const text = textOf(entry, key);
    this.#remember(entry, text);
    return text;
  }

  #remember(entry, text) {
    if (this.#texts === null) this.#texts = [entry, text];
    else if (this.#texts.length < 2 * REMEMBERED) this.#texts.push(entry, text);
  }

  has(name) {
    return this.get(name) !== undefined;
  }

  /** Sets a field; what those above have is hidden from here. */
  set(name, value) {
    const key = keyOf(name);
    const entry = key === undefined ? 0 : write(this.#slot, this.#generation, key, value);
    if (entry === 0) {
      if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) value = new Uint8Array(value);
      engine.set_field(this.#slot, this.#generation, name, value);
    } else if (entry > 0 && typeof value === "string") {
      this.#remember(entry, value);
    }
    return this;
  }

  /** Sets many. */
  assign(fields) {
    checkObject(fields, "context fields: expected an object or a Map");
    for (const [name, value] of fields instanceof Map ? fields : Object.entries(fields)) this.set(name, value);
    return this;
  }

  /** Deletes a field; `false` if it was not there. Those above keep theirs, but it is no longer seen from here. */
  delete(name) {
    checkName(name);
    return engine.delete(this.#slot, this.#generation, name);
  }

  /** All fields that `get` finds, each once: this context's own as they were last set, then those above. */
  *entries() {
    const list = engine.entries(this.#slot, this.#generation);
    for (let i = 0; i < list.length; i += 2) yield [list[i], list[i + 1]];
  }

  [Symbol.iterator]() {
    return this.entries();
  }

  // ---- deadline and cancellation ----

  /** When the context is over at the latest, in milliseconds of Unix time: the earliest deadline of its own and those above. */
  get deadline() {
    const deadline = deadlineOf(this.#place());
    return deadline === Infinity ? undefined : epoch + deadline / 1e6;
  }

  /** How many milliseconds there are; 0 after the deadline, Infinity without one. */
  get remaining() {
    const deadline = deadlineOf(this.#place());
    return deadline === Infinity ? Infinity : Math.max(0, (deadline - engine.now()) / 1e6);
  }

  /** Makes the deadline so many milliseconds from now, if that is earlier than the one there is. */
  shrinkTimeout(milliseconds) {
    this.#place();
    if (!(milliseconds >= 0)) throw new RangeError(`timeout: expected milliseconds, 0 or more, found ${String(milliseconds)}`);
    if (milliseconds === Infinity) return false;
    return engine.shrink(this.#slot, this.#generation, engine.now() + milliseconds * 1e6);
  }

  /** Makes the deadline this Date, or this time of Date.now(), if that is earlier than the one there is. */
  shrinkDeadline(deadline) {
    this.#place();
    const time = Number(deadline);
    if (Number.isNaN(time)) throw new RangeError(`deadline: expected a Date or a time of Date.now(), found ${String(deadline)}`);
    if (time === Infinity) return false;
    return engine.shrink(this.#slot, this.#generation, engine.now() + (time - wallClock()) * 1e6);
  }

  /**
   * Cancels the context and all below it; `false` if it was over already. A cause is one of the names in CAUSES, and "failed" for
   * an error, which is then the reason that signals of this isolate have.
   */
  cancel(cause = "cancelled") {
    const at = this.#place();
    const isError = typeof cause === "object" && cause !== null;
    const number = isError ? FAILED : CAUSES.indexOf(cause) + 1;
    if (number === 0) throw new TypeError(`cancel: expected ${CAUSES.join(", ")} or an error, found ${shown(cause)}`);
    if (this.isDone) return false;
    let noted = noteCause(at, number);
    const isListened = noted === -1;
    if (isListened) noted = engine.cancel(this.#slot, this.#generation, number);
    if (noted && isError) noteReason(at, this.#generation, cause);
    if (isListened) tellListeners();
    return noted;
  }

  /** Why the context is over: cancelled, deadline-exceeded, client-gone, shutdown, overload, failed; undefined if it is not. */
  get cause() {
    const number = this.#cause();
    return number === 0 ? undefined : CAUSES[number - 1] ?? CAUSES[0];
  }

  #cause() {
    const at = this.#place();
    const noted = notedCause(at);
    if (noted !== 0) return noted;
    const deadline = deadlineOf(at);
    if (deadline === Infinity || deadline > engine.now()) return 0;
    // Written down, so that it stays the cause when one above is cancelled later.
    if (noteCause(at, DEADLINE_EXCEEDED) === -1) engine.cancel(this.#slot, this.#generation, DEADLINE_EXCEEDED);
    return notedCause(at);
  }

  /** Whether it was cancelled, or its deadline has passed. */
  get isDone() {
    return this.#cause() !== 0;
  }

  /**
   * What a signal of the context aborts with: a TimeoutError after the deadline, the error that `cancel` was given in this
   * isolate, here or above, else an AbortError.
   */
  get reason() {
    const number = this.#cause();
    return number === 0 ? undefined : (this.#reason ??= reasonOf(number, atOf(this.#slot)));
  }

  throwIfDone() {
    if (this.isDone) throw this.reason;
  }

  /** Aborts when the context is over. Who listens to it need not hold the context. */
  get signal() {
    this.#place();
    if (this.#signal !== null) return this.#signal;
    if (this.isDone) {
      this.#signal = createSignal();
      abortSignal(this.#signal, this.reason);
      return this.#signal;
    }
    const waiting = { handle: new WeakRef(this), kept: null, frame: currentFrame() };
    // The closure also lets the signal hold the context.
    this.#signal = createSignal((isListened) => waiting.kept = isListened ? this : null);
    this.#listener = lastListener = (lastListener % MAX_WORD) + 1;
    if (this.#watched !== null) this.#watched.listener = this.#listener;
    listening.set(this.#listener, waiting);
    engine.listen(this.#slot, this.#generation, this.#listener);
    tellListeners();
    return this.#signal;
  }

  // ---- trace and headers ----

  /** The context's place in its trace, as the header of W3C: version, trace, span, flags. It is made when it is first asked for. */
  get traceparent() {
    this.#place();
    if (this.#traceparent === "") [this.#traceparent, this.#spanAbove] = engine.trace(this.#slot, this.#generation);
    return this.#traceparent;
  }

  get traceId() {
    return this.traceparent.slice(3, 35);
  }

  get spanId() {
    return this.traceparent.slice(36, 52);
  }

  /** The span that this one was made for; undefined at the beginning of a trace. */
  get parentSpanId() {
    return this.traceparent !== "" && this.#spanAbove !== "" ? this.#spanAbove : undefined;
  }

  get isSampled() {
    return (Number.parseInt(this.traceparent.slice(53), 16) & 1) === 1;
  }

  get tracestate() {
    return this.get("tracestate");
  }

  get baggage() {
    this.#place();
    return new Baggage(this);
  }

  /** Takes over what headers say: traceparent, tracestate, baggage, grpc-timeout and x-request-id. */
  extract(headers) {
    engine.extract(this.#slot, this.#generation, listOf(headers));
    return this;
  }

  /** Sets the headers that a request made for this context should have, in any of the forms that `extract` takes. */
  inject(headers = new Headers()) {
    const list = engine.inject(this.#slot, this.#generation);
    for (let i = 0; i < list.length; i += 2) setHeader(headers, list[i], list[i + 1]);
    return headers;
  }

  // ---- as bytes ----

  /** For another process: bytes in "flatbuffers" or "protobuf", a text in "json". */
  encode(format = "flatbuffers") {
    if (format === "json") {
      this.#place();
      return engine.encode_json(this.#slot, this.#generation);
    }
    const length = engine.encode(this.#slot, this.#generation, formatNumber(format), scratch);
    if (length === -1) over();
    return length <= scratch.length ? scratch.slice(0, length) : engine.encoded();
  }

  /** The same into a Uint8Array that there is; how many bytes they are. */
  encodeInto(bytes, format = "flatbuffers") {
    const length = engine.encode(this.#slot, this.#generation, formatNumber(format), bytes);
    if (length === -1) {
      this.#place();
      throw new TypeError(`encodeInto: expected a Uint8Array, found ${typeof bytes}`);
    }
    if (length > bytes.length) {
      throw new RangeError(`encodeInto: the context has ${length} bytes in ${format}, and there is room for ${bytes.length}`);
    }
    return length;
  }

  toJSON() {
    return JSON.parse(this.encode("json"), exactNumber);
  }

  get [Symbol.toStringTag]() {
    return "Context";
  }

  [Symbol.for("nodejs.util.inspect.custom")](depth, options, inspect) {
    if (depth < 0) return "[Context]";
    if (!this.isOpen) return "Context { over }";
    const parts = { id: this.id, fields: Object.fromEntries(this.entries()) };
    const { cause, deadline } = this;
    if (cause !== undefined) parts.cause = cause;
    if (deadline !== undefined) parts.deadline = new Date(deadline);
    if (this.#traceparent !== "") parts.traceparent = this.#traceparent;
    return `Context ${inspect(parts, options)}`;
  }
}

// ---- handles that are lost ----

// A handle that nobody disposes of would keep its slot for ever. Those that are not by the time that so many more were made are
// watched, and released when they are collected: a context that ends soon costs nothing.
const WATCHED_AFTER = 64;
const recent = new Array(WATCHED_AFTER).fill(null);
let recentAt = 0;
const lost = new FinalizationRegistry(({ at, generation, listener }) => {
  if (listener !== 0) listening.delete(listener);
  if (words[at] === generation) release(at);
});

// The next one to be created may then find a place.
region.onExhausted(() => {
  for (const context of recent) if (context?.isOpen) watch(context);
  recent.fill(null);
});

function guard(context) {
  const before = recent[recentAt];
  recent[recentAt] = context;
  recentAt = (recentAt + 1) % WATCHED_AFTER;
  if (before !== null && before.isOpen) watch(before);
}

// ---- signals ----

// Contexts whose signals wait, by the number that Rust knows them by; held while somebody listens.
const listening = new Map();
let lastListener = 0;

region.onEnded(tellListeners);

/** Aborts the signals of contexts that are over. */
function tellListeners() {
  const ended = engine.ended();
  for (let i = 0; i < ended.length; i += 2) {
    const waiting = listening.get(ended[i]);
    if (waiting === undefined) continue;
    listening.delete(ended[i]);
    const context = waiting.handle.deref();
    if (context !== undefined) inFrame(waiting.frame, tell, undefined, [context]);
  }
}

// Errors that contexts were cancelled with, by the place of the slot: { generation, reason }.
const reasons = new Map();
let sweepAt = 16;

function noteReason(at, generation, reason) {
  if (reasons.size >= sweepAt) {
    for (const [place, known] of reasons) if (words[place] !== known.generation) reasons.delete(place);
    sweepAt = Math.max(16, reasons.size * 2);
  }
  reasons.set(at, { generation, reason });
}

/** The error that a context or one above it was cancelled with, if this isolate knows. */
function notedReason(at) {
  for (; at !== 0; at = atOf(words[at + region.PARENT])) {
    const known = reasons.get(at);
    if (known !== undefined && known.generation === words[at]) return known.reason;
  }
  return undefined;
}

function reasonOf(number, at) {
  if (number === FAILED) {
    const reason = notedReason(at);
    if (reason !== undefined) return reason;
  }
  if (number === DEADLINE_EXCEEDED) return new DOMException("The context's deadline has passed", "TimeoutError");
  return new DOMException(`The context was cancelled: ${CAUSES[number - 1] ?? CAUSES[0]}`, "AbortError");
}

// ---- helpers ----

/** Date.now() with fractions. */
function wallClock() {
  return performance.timeOrigin + performance.now();
}

function over() {
  const error = new Error("the context is over: its handle was disposed of, or its request was answered");
  error.code = "ERR_CONTEXT_OVER";
  throw error;
}

function invalidId(id) {
  throw new TypeError(`Context.find: expected an id such as "12/7", found ${shown(id)}`);
}

function shown(value) {
  return typeof value === "string" ? JSON.stringify(value) : value === null ? "null" : typeof value;
}

/** Whole numbers that JavaScript's do not have keep their digits. */
function exactNumber(_, value, { source }) {
  const isExact = typeof value !== "number" || Number.isSafeInteger(value) || !/^-?\d+$/.test(source);
  return isExact ? value : JSON.rawJSON(source);
}

function checkObject(value, expected) {
  if (typeof value !== "object" || value === null) throw new TypeError(`${expected}, found ${shown(value)}`);
}

function formatNumber(format) {
  if (format === "flatbuffers") return 0;
  if (format === "protobuf") return 1;
  const error = new TypeError(`encode: expected flatbuffers, protobuf or json, found ${shown(format)}`);
  error.code = "ERR_INVALID_ARG_VALUE";
  throw error;
}

function checkFunction(fn, what) {
  if (typeof fn !== "function") throw new TypeError(`${what}: expected a function, found ${typeof fn}`);
}

// ---- requests ----

/** A context of what the headers of a request to the server say; undefined if the request is over. */
function contextOfRequest(slot, generation) {
  const context = Context.create();
  try {
    if (engine.extract_request(...slotAndGeneration(context), slot, generation)) return context;
  } catch (error) {
    context.dispose();
    throw error;
  }
  context.dispose();
  return undefined;
}

/** `[name, value, ...]` for a request that the running code makes: they continue a trace, but begin none. */
function headersOfCurrent() {
  const context = Context.current();
  return context === undefined ? [] : engine.inject_below(...slotAndGeneration(context));
}

/** `[slot, generation]` of the current context, for a call into Rust; undefined where there is none. */
function nameOfCurrent() {
  const context = Context.current();
  return context === undefined ? undefined : slotAndGeneration(context);
}

const pool = {
  /** What the pool that all contexts of the process are from has done. */
  statistics() {
    return engine.statistics();
  },
};

return { Context, contextOfRequest, headersOfCurrent, nameOfCurrent, openHandle, placeOf, pool, slotAndGeneration };
