"use strict";
// Messages for other isolates and for Rust: this isolate's end of the bus (kiren-runtime/src/bus). Their bodies are cloned, or
// moved where `transfer` says so.

const { DeadLetter } = load("krepis/mycelia/dead_letters");
const { KernelError } = load("krepis/mycelia/errors");
const { NORMAL, PRIORITIES } = load("krepis/mycelia/message");
const { delayOf, milliseconds, object, rankOf } = load("krepis/mycelia/options");
const { PortableRun } = load("structured_clone");
const { isDOMException } = load("dom_exception");
const { inFrame } = load("frame");

const engine = native("bus");

engine.configure(new PortableRun());

const NONE = [];

/** A message of the bus is one for a handler here: at most so many at once. */
const MOST_AT_ONCE = 64;

/** Questions that can be forgotten have names. */
let questions = 0;

/** What Rust says of a message, as an error of the kernel. */
function ofKernel(error) {
  return typeof error?.code === "string" ? new KernelError(error.code, error.message) : error;
}

class Bus {
  #collects = false;

  /** `kernel` handles what comes from the bus; `number` names it for Rust. */
  constructor(kernel, core, number) {
    this.kernel = kernel;
    this.core = core;
    this.number = number;
    this.deliver = (...message) => this.handle(...message);
  }

  /** Who handles a subsystem: "isolate", "group", "mount", "rust", or undefined. */
  ownerOf(name) {
    return engine.owner(this.number, name);
  }

  // ---- sending ----

  #pass(native, address, body, options = {}, key = options.key, question = undefined) {
    object("options", options);
    const rank = options.priority === undefined ? NORMAL : rankOf(options.priority);
    const delay = delayOf(options);
    const timeout = options.timeout === undefined ? -1 : milliseconds("timeout", options.timeout);
    const [slot, generation] = nameOfCurrent() ?? NONE;
    const named = key === undefined ? undefined : String(key);
    try {
      const transfer = options.transfer ?? NONE;
      const headers = options.headers === undefined ? undefined : Object.entries(options.headers).flat();
      return native(this.number, address, body, transfer, rank, named, delay, timeout, slot, generation, question, headers);
    } catch (error) {
      throw ofKernel(error);
    }
  }

  send(address, body, options, key) {
    this.#pass(engine.send, address, body, options, key);
    engine.await_idle(this.number);
  }

  async sendAsync(address, body, options) {
    try {
      await this.#pass(engine.send_patiently, address, body, options);
    } catch (error) {
      throw ofKernel(error);
    }
    engine.await_idle(this.number);
  }

  async ask(address, body, options) {
    const signal = options?.signal;
    if (signal === undefined) return this.#answer(address, body, options);
    signal.throwIfAborted();
    questions = (questions + 1) >>> 0;
    const question = questions;
    const { promise, resolve, reject } = Promise.withResolvers();
    const onAbort = () => {
      engine.forget(question);
      reject(signal.reason);
    };
    signal.addEventListener("abort", onAbort);
    try {
      this.#answer(address, body, options, question).then(resolve, reject);
      return await promise;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  async #answer(address, body, options, question) {
    let answer;
    try {
      answer = await this.#pass(engine.ask, address, body, options, options?.key, question);
    } catch (error) {
      throw ofKernel(error);
    }
    return replyOf(answer);
  }

  // ---- handling ----

  /** Offers all that this isolate handles to others, also what it will, but for what is mounted. */
  offerAll(keepsAlive) {
    const { core } = this;
    if (core.onDesk !== null) return;
    core.onDesk = (desk) => this.offer(desk, keepsAlive);
    for (const desk of core.desks.values()) if (!desk.isMounted && !core.mounting.has(desk.name)) core.onDesk(desk);
  }

  /** Has the messages of a subsystem brought here. */
  offer(desk, keepsAlive) {
    try {
      engine.register(this.number, desk.name, desk.capacity, desk.overflow);
    } catch (error) {
      throw ofKernel(error);
    }
    this.pump(desk, keepsAlive);
  }

  /** Has messages brought here of a subsystem that the bus knows. */
  pump(desk, keepsAlive) {
    engine.pump(this.number, desk.name, Math.min(desk.concurrency, MOST_AT_ONCE), this.deliver, keepsAlive);
  }

  handle(token, address, body, rank, timeout, slot, generation, wantsReply, headers) {
    const context = slot === 0 && generation === 0 ? undefined : contextOf(slot, generation);
    // Who asked looks at the time: here the deadline is only told.
    const deadline = timeout < 0 ? Infinity : Date.now() + timeout;
    const ask = () => this.kernel.askHere(address, body, PRIORITIES[rank], deadline, headers);
    const reply = context === undefined ? ask() : inFrame(frameWith(context), ask, undefined, NONE);
    reply.then((value) => engine.answer(token, wantsReply ? value : undefined))
      .catch((error) => this.fail(token, address, error, wantsReply))
      .finally(() => context?.dispose());
  }

  fail(token, address, error, wantsReply) {
    if (!wantsReply) this.core.deadLetters.reportUnlessHeard(error, `the handler of ${address} failed`);
    const text = error instanceof KernelError ? error.message : String(error);
    const code = typeof error?.code === "string" ? error.code : "failed";
    const thrown = isDOMException(error)
      ? { exception: error.message, name: error.name, stack: error.stack }
      : { error, code: error?.code, name: error?.name };
    try {
      engine.fail(token, text, thrown, code);
    } catch {
      // What was thrown cannot be cloned: its text can.
      engine.fail(token, text, undefined, code);
    }
  }

  // ---- its life ----

  idle() {
    return engine.idle(this.number);
  }

  /** Brings the dead letters of a bus that this kernel opened among its own. */
  async collectDeadLetters() {
    this.#collects = true;
    while (await engine.buried(this.number)) this.bringDeadLetters();
  }

  bringDeadLetters() {
    if (!this.#collects) return;
    for (const parts of engine.take_dead_letters(this.number)) this.core.deadLetters.add(new DeadLetter(...parts), false);
  }

  /** Of the subsystems that are handled elsewhere. */
  stats() {
    const all = Object.values(JSON.parse(engine.stats(this.number)));
    return all.filter(({ name }) => !this.core.desks.has(name));
  }
}

let served;
function nameOfCurrent() {
  return load.loaded("krepis/context/context") === undefined
    ? undefined
    : (served ??= load("krepis/context/served")).nameOfCurrent();
}

function contextOf(slot, generation) {
  return load("krepis/context").Context.find(`${slot}/${generation}`);
}

let withContext;
function frameWith(context) {
  return (withContext ??= load("frame").withContext)(context);
}

/** The reply, or what the handler threw, from what Rust gives: [value, thrown, text, code]. */
function replyOf([value, thrown, text, code = "ERR_HANDLER_FAILED"]) {
  if (text === undefined) return value;
  if (thrown === undefined) throw new KernelError(code, text);
  const { error, code: own, name, exception, stack } = thrown;
  if (exception !== undefined) {
    throw Object.defineProperty(new DOMException(exception, name), "stack", { value: stack, configurable: true, writable: true });
  }
  if (error instanceof Error) {
    // A clone has lost these.
    if (own !== undefined && error.code === undefined) error.code = own;
    if (error.name !== name) Object.defineProperty(error, "name", { value: name, configurable: true, writable: true });
  }
  throw error;
}

return { Bus, engine };
