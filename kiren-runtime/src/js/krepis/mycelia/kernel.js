"use strict";
// The kernel of programs: subsystems, and the ways to send them messages.

const { Router } = load("krepis/mycelia/router");
const { KernelError, closed, noAddress, noHandler, noSubsystem, timedOut } = load("krepis/mycelia/errors");
const { DeadLetter } = load("krepis/mycelia/dead_letters");
const { More, NORMAL, idOf } = load("krepis/mycelia/message");
const { Core } = load("krepis/mycelia/core");
const { Sequence } = load("krepis/mycelia/sequence");
const { Subsystem } = load("krepis/mycelia/subsystem");
const { checkInterceptor } = load("krepis/mycelia/interceptors");
const {
  callable, delayOf, invalid, known, listOf, milliseconds, object, rankOf, subsystemOptions, whole,
} = load("krepis/mycelia/options");
const { prometheus, prometheusOfMounts, statsOf } = load("krepis/mycelia/stats");

/** Where functions for a new promise go until it has them. */
let settling;
function keepSettling(resolve, reject) {
  settling.resolve = resolve;
  settling.reject = reject;
}

const OPTIONS = { deadLetters: 1024, onDeadLetter: undefined };
const OF_BATCHES = { priority: "normal", key: undefined };

/** Connects a kernel with a bus; its end of it. */
let attach;

class Kernel {
  #core;
  /** `name://route` to route; not looked at through `#core`, since every message is looked up here. */
  #table = new Router();

  static {
    attach = (kernel, number) => {
      const { Bus } = load("krepis/mycelia/bus");
      const core = kernel.#core;
      core.bus = new Bus({ askHere: (...question) => kernel.#askHere(...question) }, core, number);
      return core.bus;
    };
  }

  constructor(options = {}) {
    known("options", object("options", options), OPTIONS);
    const { deadLetters = OPTIONS.deadLetters, onDeadLetter } = options;
    whole("deadLetters", deadLetters, 0, 1_048_576);
    if (onDeadLetter !== undefined) callable("onDeadLetter", onDeadLetter);
    this.#core = new Core(this.#table, deadLetters, onDeadLetter);
    this.#core.find = (address) => this.#find(address);
  }

  // ---- what it consists of ----

  /** The subsystem of a name, made if there is none. Options are for a new one. */
  subsystem(name, options) {
    const core = this.#core;
    let desk = core.desks.get(name);
    if (desk !== undefined && options !== undefined) {
      throw new KernelError("ERR_SUBSYSTEM_EXISTS", `there is a subsystem "${name}" already: give its options where it is first named`);
    }
    desk ??= core.makeDesk(name, subsystemOptions(options));
    return (desk.handle ??= new Subsystem(core, desk));
  }

  /** Handles the messages for addresses of a pattern, `subsystem://route`. */
  on(pattern, handler) {
    const core = this.#core;
    core.addRoute(core.deskOf(pattern), pattern, handler);
    return this;
  }

  off(pattern) {
    return this.#core.removeRoute(pattern);
  }

  /** Defines a constraint for patterns. */
  constraint(name, check) {
    this.#table.constraint(name, check);
    this.#core.topics.constraint(name, check);
    return this;
  }

  /** Looks at every message around its handler, outside of the interceptors of subsystems. */
  intercept(interceptor) {
    checkInterceptor(interceptor);
    const core = this.#core;
    core.interceptors.push(interceptor);
    for (const desk of core.desks.values()) core.applyInterceptors(desk);
    return this;
  }

  /** The addresses that have handlers, and the topics that have subscribers. */
  routes() {
    const core = this.#core;
    const routes = [...this.#table].map(([pattern, { desk }]) => ({ pattern, subsystem: desk.name, kind: "handler" }));
    for (const [pattern, subscribers] of core.topics) {
      for (const { desk } of subscribers) routes.push({ pattern, subsystem: desk.name, kind: "subscriber" });
    }
    return routes;
  }

  /** Pairs of addresses that take the same messages: `{ first, second, path }`. */
  overlaps() {
    return this.#table.overlaps();
  }

  /** All that there is to know about the addresses, for a picture of them. */
  describe() {
    const core = this.#core;
    const table = this.#table.describe();
    const desks = [...core.desks.values()];
    const handlers = table.routes.map(({ pattern, value: { desk, handler } }) => {
      return { pattern, subsystem: desk.name, kind: "handler", value: handler };
    });
    const subscribers = [...core.topics].flatMap(([pattern, routes]) => {
      return routes.map(({ desk, handler }) => ({ pattern, subsystem: desk.name, kind: "subscriber", value: handler }));
    });
    return {
      ...table,
      kind: "kernel",
      subsystems: desks.map(({ name, capacity, overflow, concurrency }) => ({ name, capacity, overflow, concurrency })),
      routes: [...handlers, ...subscribers],
    };
  }

  // ---- sending ----

  /** Sends a message, one way; its id, if it is handled in this isolate. */
  send(address, body, options) {
    const found = this.#find(address);
    if (found === null) return this.#core.bus.send(address, body, options);
    const route = found.value;
    if (options === undefined) return idOf(route.desk.accept(route, address, found.params, body));
    const delay = delayOf(object("options", options));
    const deadline = deadlineOf(options, delay);
    const cell = this.#cell(found, address, body, options);
    if (deadline !== Infinity) more(cell).deadline = deadline;
    route.desk.admit(cell, delay);
    return idOf(cell);
  }

  /** Sends a message when there is room for it; its id. */
  async sendAsync(address, body, options = {}) {
    const found = this.#find(address);
    if (found === null) return this.#core.bus.sendAsync(address, body, options);
    const delay = delayOf(object("options", options));
    const deadline = deadlineOf(options, delay);
    const cell = this.#cell(found, address, body, options);
    more(cell).deadline = deadline;
    const { promise, resolve, reject } = Promise.withResolvers();
    cell.more.admitted = resolve;
    cell.more.refused = reject;
    found.value.desk.admitPatiently(cell, delay);
    return promise;
  }

  /** Asks; the reply. */
  ask(address, body, options) {
    let found;
    let cell;
    try {
      found = this.#find(address);
      if (found === null) return this.#core.bus.ask(address, body, options);
      cell = options === undefined
        ? found.value.desk.cellFor(found.value, address, found.params, body, NORMAL, undefined)
        : this.#cell(found, address, body, options);
    } catch (error) {
      return Promise.reject(error);
    }
    settling = cell.more = new More();
    const reply = new Promise(keepSettling);
    const { desk } = found.value;
    if (options === undefined) desk.admitPatiently(cell, 0);
    else this.#askWith(desk, cell, options);
    return reply;
  }

  /** A question that comes from the bus: if nobody answers it here, nobody does. */
  #askHere(address, body, priority, deadline, headers) {
    const found = this.#table.at(address) ?? this.#core.mounted.at(address);
    if (found === null) {
      const name = address.slice(0, address.indexOf("://"));
      return Promise.reject(noHandler(address, [...(this.#core.desks.get(name)?.routes.keys() ?? [])]));
    }
    const { desk } = found.value;
    const cell = desk.cellFor(found.value, address, found.params, body, rankOf(priority), undefined);
    settling = cell.more = new More();
    settling.deadline = deadline;
    settling.headers = headers;
    const reply = new Promise(keepSettling);
    const core = this.#core;
    core.isBringing = true;
    try {
      desk.admitPatiently(cell, 0);
    } finally {
      core.isBringing = false;
    }
    return reply;
  }

  #askWith(desk, cell, options) {
    const { more, generation, address } = cell;
    let delay;
    try {
      delay = delayOf(options);
      if (options.timeout !== undefined) more.timeout = milliseconds("timeout", options.timeout);
      if (options.signal !== undefined && !(options.signal instanceof AbortSignal)) {
        throw invalid("signal", "an AbortSignal", options.signal);
      }
      options.signal?.throwIfAborted();
    } catch (error) {
      more.reject(error);
      desk.letGo(cell);
      return;
    }
    const leave = (error) => {
      if (cell.more === more) desk.abandon(cell, generation, error);
    };
    if (options.timeout !== undefined && options.timeout !== Infinity) {
      more.deadline = Date.now() + more.timeout;
      more.timer = this.#core.later(more.timeout, () => leave(timedOut(address, more.timeout)));
    }
    if (options.signal !== undefined) {
      more.signal = options.signal;
      more.onAbort = () => leave(options.signal.reason);
      options.signal.addEventListener("abort", more.onAbort);
    }
    desk.admitPatiently(cell, delay);
  }

  /** Sends many messages to one address; how many. */
  sendBatch(address, bodies, options) {
    const found = this.#find(address);
    const list = listOf("bodies", bodies);
    if (found === null) return this.#sendBatchElsewhere(address, list, options);
    const { desk } = found.value;
    if (options !== undefined) known("options", object("options", options), OF_BATCHES);
    const rank = options?.priority === undefined ? NORMAL : rankOf(options.priority);
    return desk.acceptAll(found.value, address, found.params, list, rank, options?.key);
  }

  #sendBatchElsewhere(address, bodies, options) {
    let accepted = 0;
    for (const body of bodies) {
      try {
        this.#core.bus.send(address, body, options);
      } catch (error) {
        if (!(error instanceof KernelError)) throw error;
        const rest = bodies.slice(accepted);
        throw new KernelError(error.code, `${error.message} (${accepted} messages were accepted, ${rest.length} were not)`, { accepted, rest });
      }
      accepted++;
    }
    return accepted;
  }

  /** Sends `[address, body]` pairs: all or none are looked up, and each subsystem handles its own in this order; how many. */
  sendSequence(messages) {
    const pairs = listOf("messages", messages);
    const sequence = new Sequence(this.#core.bus);
    let address;
    let found;
    try {
      for (let at = 0; at < pairs.length; at++) {
        const pair = pairs[at];
        if (!Array.isArray(pair)) throw invalid("messages", "pairs of an address and a body", pair);
        if (pair[0] !== address || at === 0) {
          address = pair[0];
          found = this.#find(address);
        }
        sequence.add(found, address, pair[1]);
      }
    } catch (error) {
      sequence.letGo();
      throw error;
    }
    return sequence.send();
  }

  /** Takes a message back that nobody has started; whether that was so. */
  cancel(id) {
    // Of a message that is handled elsewhere.
    if (id === undefined) return false;
    if (typeof id !== "number") throw invalid("id", "the id of a message", id);
    const cell = this.#core.pool.find(id);
    if (cell === undefined || cell.more?.resolve) return false;
    return cell.route.desk.withdraw(cell);
  }

  /** Looks an address up, for more than one message. */
  target(address) {
    return new Target(this, this.#core, address);
  }

  #find(address) {
    if (typeof address !== "string") throw noAddress(address);
    return this.#table.at(address) ?? this.#elsewhere(address);
  }

  /** Null if another isolate, or Rust, handles the subsystem. */
  #elsewhere(address) {
    const core = this.#core;
    const name = /^([\w.-]+):\/\//.exec(address)?.[1];
    if (name === undefined) throw noAddress(address);
    if (core.isClosed) throw closed();
    const owner = core.bus?.ownerOf(name);
    // What this isolate offers to others is handled here, or not at all.
    if (owner !== undefined && (owner === "mount" || !core.desks.has(name))) return null;
    const desk = core.desks.get(name);
    if (desk !== undefined) throw noHandler(address, [...desk.routes.keys()]);
    const elsewhere = core.bus?.stats() ?? [];
    throw noSubsystem(address, name, [...core.desks.keys(), ...elsewhere.map((one) => one.name)]);
  }

  #cell(found, address, body, options) {
    const { priority, key } = object("options", options);
    const rank = priority === undefined ? NORMAL : rankOf(priority);
    return found.value.desk.cellFor(found.value, address, found.params, body, rank, key);
  }

  // ---- other isolates ----

  /**
   * Starts isolates on threads of their own that run a module, whose default export is a function (kernel, { worker, data })
   * that registers handlers: they share the messages for these. When all are ready.
   */
  async workers(count, module, options) {
    const core = this.#core;
    if (core.isClosing) throw closed();
    this.#open();
    core.bus.offerAll(false);
    const workers = await load("krepis/mycelia/workers").Workers.start(core.bus, count, module, options);
    core.groups.push(workers);
    return workers;
  }

  /** Makes the bus. */
  #open() {
    if (this.#core.bus === null) attach(this, engine().open()).collectDeadLetters();
  }

  /**
   * Has a subsystem in other processes as well, by way of NATS: what is sent to its addresses goes there, and what comes from
   * there is for the handlers that it has here by now. When the connection is made.
   */
  async mount(address, url, options) {
    const { Mount, mountOptions, subsystemOf } = load("krepis/mycelia/mount");
    const core = this.#core;
    const name = subsystemOf(address);
    const settings = mountOptions(options);
    if (core.isClosing) throw closed();
    if (core.isMounting(name)) {
      throw new KernelError("ERR_SUBSYSTEM_EXISTS", `"${address}" is mounted already: close() that mount before`);
    }
    this.#open();
    const desk = core.desks.get(name);
    if (desk !== undefined && core.bus.ownerOf(name) === "isolate") {
      throw new KernelError("ERR_SUBSYSTEM_EXISTS", `"${address}" is offered to other isolates already: mount it before kernel.workers()`);
    }
    core.mounting.add(name);
    try {
      const mount = await Mount.open(core.bus, name, url, settings, desk !== undefined);
      core.mounts = core.mounts.filter(({ isClosed }) => !isClosed);
      core.mounts.push(mount);
      if (desk !== undefined) {
        core.moveRoutes(desk);
        core.bus.pump(desk, true);
      }
      return mount;
    } finally {
      core.mounting.delete(name);
    }
  }

  /**
   * The kernel that the embedding program shares with this one; undefined if there is none. Once it has handlers here, the
   * program lives until that kernel is shut down.
   */
  static get host() {
    if (host === undefined) {
      const number = engine().own();
      if (number === undefined) return undefined;
      host = new Kernel();
      attach(host, number).offerAll(true);
    }
    return host;
  }

  // ---- topics ----

  /** Handles what is published on topics of a pattern; a function that ends that. */
  subscribe(topics, handler, { subsystem = "subscriptions" } = {}) {
    const core = this.#core;
    const desk = core.desks.get(subsystem) ?? core.newDesk(subsystem, subsystemOptions());
    return core.topics.add(desk, topics, handler);
  }

  /** Sends `body` to all that subscribed to a topic: how many took it, and how many could not. */
  publish(topic, body) {
    if (typeof topic !== "string") throw noAddress(topic);
    return this.#core.topics.publish(topic, body);
  }

  // ---- time ----

  /** Sends a message each time that `interval` milliseconds have passed. A body that is a function is called for each. */
  every(interval, address, body, options) {
    this.#find(address);
    return this.#core.every(milliseconds("interval", interval), () => {
      this.send(address, typeof body === "function" ? body() : body, options);
    });
  }

  // ---- dead letters ----

  /** Takes the dead letters that are kept, the oldest first. */
  takeDeadLetters() {
    const core = this.#core;
    core.bus?.bringDeadLetters();
    return core.deadLetters.takeAll();
  }

  /** Sends those that `choose` picks once more; the others stay. How many were sent. */
  replayDeadLetters(choose = () => true) {
    callable("choose", choose);
    const { deadLetters } = this.#core;
    const letters = this.takeDeadLetters();
    const kept = [];
    let at = 0;
    try {
      for (; at < letters.length; at++) {
        if (!choose(letters[at]) || !this.#canReplay(letters[at])) kept.push(letters[at]);
      }
    } finally {
      // Also those that were not looked at, should `choose` have thrown.
      deadLetters.putBack(kept.concat(letters.slice(at)));
    }
    return letters.length - kept.length;
  }

  #canReplay(letter) {
    try {
      this.replay(letter);
      return true;
    } catch (error) {
      if (error instanceof KernelError) return false;
      throw error;
    }
  }

  /** Sends one once more; its id. */
  replay(letter) {
    if (!(letter instanceof DeadLetter)) throw invalid("letter", "a dead letter of a kernel", letter);
    const { address, body, priority, key } = letter;
    const subscriber = DeadLetter.subscriberOf(letter);
    const id = subscriber === undefined
      ? this.send(address, body, { priority, key })
      : this.#core.topics.publishTo(subscriber, address, body);
    this.#core.deadLetters.replayed++;
    return id;
  }

  // ---- its life ----

  stats() {
    this.#core.bus?.bringDeadLetters();
    return statsOf(this.#core);
  }

  /** The numbers in the text format of Prometheus. */
  prometheus() {
    return prometheus(this.stats()) + prometheusOfMounts(this.#core.mounts);
  }

  /** When nothing waits and nothing is being handled. */
  idle() {
    return this.#core.idle();
  }

  /** Takes nothing new, but for what handlers send; when everything is done, the kernel is closed. */
  async drain() {
    const core = this.#core;
    core.isClosing = true;
    // What comes from there is handled before the rest is, and may send something.
    await Promise.all(core.mounts.map((mount) => mount.stopServing()));
    await core.idle();
    await Promise.all(core.groups.map((workers) => workers.stop()));
    await core.idle();
    await Promise.all(core.mounts.map((mount) => mount.close()));
    core.close();
  }

  /** Closes now: what waits becomes dead letters, what is being handled is abandoned, workers are told to stop. */
  shutdown() {
    const core = this.#core;
    for (const workers of core.groups) workers.stop();
    for (const mount of core.mounts) mount.close();
    core.close();
  }

  get isClosed() {
    return this.#core.isClosed;
  }

  async [Symbol.asyncDispose]() {
    await this.drain();
  }

  get [Symbol.toStringTag]() {
    return "Kernel";
  }

  [Symbol.for("nodejs.util.inspect.custom")](depth, options, inspect) {
    const desks = [...this.#core.desks.values()];
    const subsystems = desks.map(({ name, status, waiting, running }) => [name, { status, waiting, running }]);
    return `Kernel ${inspect(Object.fromEntries(subsystems), options)}`;
  }
}

let nativeBus;
function engine() {
  return (nativeBus ??= load("krepis/mycelia/bus").engine);
}

/** What `Kernel.host` is. */
let host;

function more(cell) {
  return (cell.more ??= new More());
}

/** Until when a message counts that is sent one way. */
function deadlineOf({ timeout }, delay) {
  return timeout === undefined ? Infinity : Date.now() + delay + milliseconds("timeout", timeout);
}

/** An address that was looked up: sending to it needs no look at the table, until that changes. */
class Target {
  #kernel;
  #core;
  #found;
  #version = -1;

  constructor(kernel, core, address) {
    this.#kernel = kernel;
    this.#core = core;
    this.address = address;
    Object.freeze(this);
    this.#look();
  }

  send(body, options) {
    if (this.#version !== this.#core.version) this.#look();
    const found = this.#found;
    if (options !== undefined || found === null) return this.#kernel.send(this.address, body, options);
    return idOf(found.value.desk.accept(found.value, this.address, found.params, body));
  }

  #look() {
    const found = this.#core.find(this.address);
    // All of its messages have the same.
    if (found !== null) Object.freeze(found.params);
    this.#found = found;
    this.#version = this.#core.version;
  }

  sendAsync(body, options) {
    return this.#kernel.sendAsync(this.address, body, options);
  }

  sendBatch(bodies, options) {
    return this.#kernel.sendBatch(this.address, bodies, options);
  }

  ask(body, options) {
    return this.#kernel.ask(this.address, body, options);
  }
}

return { Kernel, Target, attach };
