"use strict";
// Messages. A cell has what a message consists of, always in the same shape, and is used again for another one; a Message is
// what a handler sees of a cell for as long as it has its generation.

const { released } = load("krepis/mycelia/errors");
const { EMPTY } = load("krepis/mycelia/params");

/** Of the most urgent first: the number of a priority is its place. */
const PRIORITIES = ["urgent", "high", "normal", "low"];
const NORMAL = 2;
const RANK = 3;

/** Where a cell is; together with its rank. */
const FREE = 0;
const QUEUED = 1 << 2;
const DELAYED = 2 << 2;
const PARKED = 3 << 2;
const WAITING = 4 << 2;
const STARTED = 5 << 2;
const PLACE = 7 << 2;

/** An id is the place of a cell in the pool, and how many messages it had before. */
const PLACES = 2 ** 22;
const GENERATIONS = 0x7fff_ffff;

class Cell {
  constructor(index) {
    this.index = index;
    this.generation = 1;
    this.flags = FREE | NORMAL;
    this.next = null;
    this.previous = null;
    this.route = null;
    this.address = "";
    this.params = EMPTY;
    this.body = undefined;
    /** What the sender's work carries along: js/frame.js. */
    this.frame = undefined;
    this.key = undefined;
    /** What few messages have. */
    this.more = null;
  }
}

/** What few messages have: someone who waits for them, or a time until which they count. */
class More {
  constructor() {
    /** Of a question: for the reply. */
    this.resolve = null;
    this.reject = null;
    /** Of a message that waits for room: told its id. */
    this.admitted = null;
    this.refused = null;
    /** In milliseconds since the epoch. */
    this.deadline = Infinity;
    /** Of a question, in milliseconds. */
    this.timeout = 0;
    this.timer = undefined;
    /** Of a delayed message, in milliseconds. */
    this.delay = 0;
    this.wakeUp = undefined;
    this.signal = undefined;
    this.onAbort = undefined;
    /** Of what came by a broker: [name, value, ...]. */
    this.headers = undefined;
    /** Tells the handler that the asker has gone. */
    this.controller = undefined;
    this.isAbandoned = false;
    this.reason = undefined;
  }
}

/** In the place of cells that are not used any more. */
const RETIRED = new Cell(-1);

class Pool {
  constructor() {
    this.free = null;
    /** All cells, by their index. */
    this.cells = [];
  }

  take() {
    const cell = this.free;
    if (cell === null) return this.grow();
    this.free = cell.next;
    cell.next = null;
    return cell;
  }

  grow() {
    if (this.cells.length === PLACES) throw new RangeError(`a kernel has room for ${PLACES} messages`);
    const cell = new Cell(this.cells.length);
    this.cells.push(cell);
    return cell;
  }

  release(cell) {
    cell.generation++;
    cell.flags = FREE | NORMAL;
    cell.route = null;
    cell.address = "";
    cell.params = EMPTY;
    cell.body = undefined;
    cell.frame = undefined;
    cell.key = undefined;
    cell.more = null;
    if (cell.generation === GENERATIONS) {
      this.retire(cell);
      return;
    }
    cell.next = this.free;
    this.free = cell;
  }

  /** Its generations are used up: an id is never given twice. */
  retire(cell) {
    this.cells[cell.index] = RETIRED;
  }

  /** The cell of a message that is not over. */
  find(id) {
    const cell = this.cells[id % PLACES];
    return cell !== undefined && idOf(cell) === id && (cell.flags & PLACE) !== FREE ? cell : undefined;
  }
}

function idOf(cell) {
  return cell.generation * PLACES + cell.index;
}

class Message {
  #cell;
  #generation;

  constructor(cell) {
    this.#cell = cell;
    this.#generation = cell.generation;
  }

  #read() {
    const cell = this.#cell;
    if (cell.generation !== this.#generation) throw released();
    return cell;
  }

  /** Names the message among all of its kernel. */
  get id() {
    return idOf(this.#read());
  }

  /** The name of the subsystem that handles it. */
  get subsystem() {
    return this.#read().route.desk.name;
  }

  /** The pattern of its handler. */
  get route() {
    return this.#read().route.pattern;
  }

  /** The address, or the topic, that it was sent to. */
  get address() {
    return this.#read().address;
  }

  get params() {
    return this.#read().params;
  }

  get body() {
    return this.#read().body;
  }

  /** Whether the body is of a type: a name as `typeof` gives it, "null", "array", or a class. */
  is(type) {
    const { body } = this.#read();
    if (typeof type === "function") return body instanceof type;
    if (type === "array") return Array.isArray(body);
    if (type === "null") return body === null;
    return typeof body === type && body !== null;
  }

  get priority() {
    return PRIORITIES[this.#read().flags & RANK];
  }

  get key() {
    return this.#read().key;
  }

  /** Until when its sender waits. */
  get deadline() {
    const { more } = this.#read();
    return more === null || more.deadline === Infinity ? undefined : new Date(more.deadline);
  }

  /** Whether its sender waits for a reply. */
  get wantsReply() {
    const { more } = this.#read();
    return more !== null && more.resolve !== null;
  }

  /** Whether its sender asked, and has gone. */
  get isAbandoned() {
    return this.#read().more?.isAbandoned === true;
  }

  /** The headers of a message that came by NATS. */
  get headers() {
    const texts = this.#read().more?.headers ?? [];
    const headers = {};
    for (let at = 0; at < texts.length; at += 2) headers[texts[at].toLowerCase()] = texts[at + 1];
    return headers;
  }

  /** Aborts when its sender asked, and goes before there is an answer. */
  get signal() {
    const cell = this.#read();
    const more = (cell.more ??= new More());
    if (more.controller === undefined) {
      more.controller = new AbortController();
      if (more.isAbandoned) more.controller.abort(more.reason);
    }
    return more.controller.signal;
  }

  /** The request that it is part of. */
  get context() {
    this.#read();
    return load("krepis/context").Context.current();
  }

  get [Symbol.toStringTag]() {
    return "Message";
  }

  toJSON() {
    const { id, address, route, params, body, priority, key } = this;
    return { id, address, route, params, body, priority, key };
  }

  [Symbol.for("nodejs.util.inspect.custom")](depth, options, inspect) {
    if (this.#cell.generation !== this.#generation) return "Message { <released> }";
    return `Message ${inspect(this.toJSON(), options)}`;
  }
}

return {
  DELAYED, FREE, Message, More, NORMAL, PARKED, PLACE, PRIORITIES, Pool, QUEUED, RANK, STARTED, WAITING, idOf,
};
