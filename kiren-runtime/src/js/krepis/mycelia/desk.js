"use strict";
// A subsystem from the inside: what waits for it, what is being handled, and what its rules make of that. The rules are those of
// `mycelia_router::kernel`.

const { DeadLetter } = load("krepis/mycelia/dead_letters");
const { KernelError, closed, full, lost, noHandler, stopped, timedOut, tooPatient } = load("krepis/mycelia/errors");
const { Message, More, DELAYED, NORMAL, PARKED, PLACE, QUEUED, RANK, STARTED, WAITING, idOf } = load("krepis/mycelia/message");
const { causeOfFrame } = load("krepis/mycelia/frames");
const { intercepted } = load("krepis/mycelia/interceptors");
const { Supervisor } = load("krepis/mycelia/supervision");

const { get: currentFrame, set: setFrame } = native("async_context");

const ACTIVE = "active";
const PAUSED = "paused";
const RESTING = "resting";
const STOPPED = "stopped";

/** The ways in which accepted messages end. */
const ENDINGS = ["handled", "failed", "expired", "cancelled", "withdrawn", "dropped", "unhandled", "discarded", "lost"];

/** The messages of one priority, in line. */
class List {
  constructor() {
    this.first = null;
    this.last = null;
  }

  push(cell) {
    const { last } = this;
    cell.previous = last;
    if (last === null) this.first = cell;
    else last.next = cell;
    this.last = cell;
  }

  remove(cell) {
    const { previous, next } = cell;
    if (previous === null) this.first = next;
    else previous.next = next;
    if (next === null) this.last = previous;
    else next.previous = previous;
    cell.next = cell.previous = null;
  }
}

class Desk {
  constructor(kernel, name, options) {
    this.kernel = kernel;
    this.pool = kernel.pool;
    this.name = name;
    this.capacity = options.capacity;
    this.overflow = options.overflow;
    this.concurrency = options.concurrency;
    this.supervisor = new Supervisor(this, options.supervision);
    this.status = ACTIVE;
    /** In the kernel's line of desks with something to do. */
    this.isReady = false;
    this.nextReady = null;

    this.urgent = new List();
    this.high = new List();
    this.normal = new List();
    this.low = new List();
    /** By key, those that are being handled: null, or the messages of the key that were found meanwhile. */
    this.lanes = new Map();
    /** All of these messages, in the order in which they were found. */
    this.parked = new List();
    /** Messages of keys that have become free. */
    this.following = [];
    /** Messages whose time has not come, in the order in which they came. */
    this.early = new List();
    /** Senders that wait for room. */
    this.senders = new List();
    this.sendersWaiting = 0;

    /** Messages in line, delayed ones among them. */
    this.waiting = 0;
    this.running = 0;
    this.delayed = 0;
    this.highWater = 0;
    this.accepted = 0;
    this.rejected = 0;
    this.handled = 0;
    this.failed = 0;
    this.expired = 0;
    this.cancelled = 0;
    this.withdrawn = 0;
    this.dropped = 0;
    this.unhandled = 0;
    this.discarded = 0;
    this.lost = 0;
    this.restarts = 0;
    this.interceptors = [];
    this.restartHooks = [];
  }

  // ---- taking messages in ----

  /** A message with nothing but a body; its cell. */
  accept(route, address, params, body) {
    if (this.waiting >= this.capacity || this.status === STOPPED || this.kernel.isClosing) this.makeRoom();
    const cell = this.pool.take();
    cell.flags = QUEUED | NORMAL;
    cell.route = route;
    cell.address = address;
    cell.params = params;
    cell.body = body;
    cell.frame = currentFrame();
    this.accepted++;
    if (++this.waiting > this.highWater) this.highWater = this.waiting;
    this.normal.push(cell);
    if (!this.isReady) this.kernel.enqueue(this);
    return cell;
  }

  /** Throws if there is no room for another message and none can be made. */
  makeRoom() {
    const refusal = this.refusalAtLast();
    if (refusal === null) return;
    this.rejected++;
    throw refusal;
  }

  /** As refusal; if it is null, there is room. */
  refusalAtLast() {
    const refusal = this.refusal();
    if (refusal !== null || this.waiting < this.capacity) return refusal;
    this.dropOldest();
    // Who was told of that can have stopped the subsystem, or filled it again.
    return this.waiting < this.capacity ? this.refusal() : full(this);
  }

  /** Why no message can be taken now, or null. */
  refusal() {
    if (this.kernel.isClosing && !this.kernel.isInside()) return closed();
    if (this.status === STOPPED) return stopped(this);
    if (this.waiting < this.capacity) return null;
    return this.overflow === "drop-oldest" && this.oldest() !== null ? null : full(this);
  }

  /** A cell for a message that has more than a body; it goes nowhere yet. */
  cellFor(route, address, params, body, rank, key) {
    const cell = this.pool.take();
    cell.flags = rank;
    cell.route = route;
    cell.address = address;
    cell.params = params;
    cell.body = body;
    cell.frame = currentFrame();
    cell.key = key;
    return cell;
  }

  /** Takes a cell in; throws, and lets the cell go, if it cannot be. */
  admit(cell, delay) {
    if (this.waiting >= this.capacity || this.status === STOPPED || this.kernel.isClosing) {
      try {
        this.makeRoom();
      } catch (refusal) {
        this.letGo(cell);
        throw refusal;
      }
    }
    this.take(cell, delay);
  }

  /** Takes a cell in when there is room; its `more` is told. */
  admitPatiently(cell, delay) {
    const { more } = cell;
    let refusal = this.refusal();
    if (refusal?.code === "ERR_QUEUE_FULL" && this.overflow === "wait") {
      if (this.sendersWaiting < this.capacity) {
        cell.flags = WAITING | (cell.flags & RANK);
        // Its time begins when there is room.
        more.delay = delay;
        this.sendersWaiting++;
        this.senders.push(cell);
        return;
      }
      refusal = tooPatient(this);
    }
    refusal ??= this.refusalAtLast();
    if (refusal !== null) {
      this.rejected++;
      (more.refused ?? more.reject)(refusal);
      this.letGo(cell);
      return;
    }
    this.take(cell, delay);
    more.admitted?.(idOf(cell));
  }

  take(cell, delay) {
    this.accepted++;
    if (++this.waiting > this.highWater) this.highWater = this.waiting;
    if (delay > 0) {
      this.delay(cell, delay);
      return;
    }
    this.putInLine(cell);
  }

  putInLine(cell) {
    const rank = cell.flags & RANK;
    cell.flags = QUEUED | rank;
    this.lineOf(rank).push(cell);
    if (!this.isReady) this.kernel.enqueue(this);
  }

  lineOf(rank) {
    if (rank === NORMAL) return this.normal;
    return rank < 1 ? this.urgent : rank === 1 ? this.high : this.low;
  }

  delay(cell, delay) {
    cell.flags = DELAYED | (cell.flags & RANK);
    this.delayed++;
    this.early.push(cell);
    const more = (cell.more ??= new More());
    const { generation } = cell;
    more.wakeUp = this.kernel.later(delay, () => {
      if (cell.generation !== generation) return;
      more.wakeUp = undefined;
      this.delayed--;
      this.early.remove(cell);
      this.putInLine(cell);
    });
  }

  /** The oldest message of the lowest priority that is in line, or null. */
  oldest() {
    return this.low.first ?? this.normal.first ?? this.high.first ?? this.urgent.first;
  }

  dropOldest() {
    const cell = this.oldest();
    this.takeOut(cell);
    this.dropped++;
    this.bury(cell, "dropped");
  }

  /** There is room again: for those that wait for it. */
  letSendersIn() {
    while (this.sendersWaiting > 0 && this.waiting < this.capacity) {
      const cell = this.senders.first;
      this.senders.remove(cell);
      this.sendersWaiting--;
      const { more } = cell;
      this.take(cell, more.delay);
      more.admitted?.(idOf(cell));
    }
  }

  refuseSenders(refusal, isMeant = () => true) {
    for (let cell = this.senders.first, next; cell !== null; cell = next) {
      next = cell.next;
      if (!isMeant(cell)) continue;
      this.senders.remove(cell);
      this.sendersWaiting--;
      this.rejected++;
      (cell.more.refused ?? cell.more.reject)(refusal(cell));
      this.letGo(cell);
    }
  }

  // ---- many at once ----

  /** As accept, for an array of bodies; how many. */
  acceptAll(route, address, params, bodies, rank, key) {
    const frame = currentFrame();
    const { pool } = this;
    const line = this.lineOf(rank);
    let accepted = 0;
    for (const body of bodies) {
      if (this.waiting >= this.capacity || this.status === STOPPED || this.kernel.isClosing) {
        const refusal = this.refusalAtLast();
        if (refusal !== null) throw this.refuseRest(refusal, accepted, bodies);
      }
      const cell = pool.take();
      cell.flags = QUEUED | rank;
      cell.route = route;
      cell.address = address;
      cell.params = params;
      cell.body = body;
      cell.frame = frame;
      cell.key = key;
      accepted++;
      this.accepted++;
      this.waiting++;
      line.push(cell);
    }
    this.admitted(accepted);
    return accepted;
  }

  refuseRest(refusal, accepted, bodies) {
    this.admitted(accepted);
    const rest = bodies.slice(accepted);
    this.rejected += rest.length;
    const message = `${refusal.message} (${accepted} messages were accepted, ${rest.length} were not)`;
    return new KernelError(refusal.code, message, { accepted, rest });
  }

  hasRoomFor(count) {
    return this.waiting + count <= this.capacity && this.status !== STOPPED && !this.kernel.isClosing;
  }

  /** Puts a chain of messages in line for which there is room. */
  putChainInLine({ first, last, length }) {
    const { normal } = this;
    first.previous = normal.last;
    if (normal.last === null) normal.first = first;
    else normal.last.next = first;
    normal.last = last;
    this.accepted += length;
    this.waiting += length;
    this.admitted(length);
  }

  /** Many messages were put in line. */
  admitted(count) {
    if (this.waiting > this.highWater) this.highWater = this.waiting;
    if (count > 0 && !this.isReady) this.kernel.enqueue(this);
  }

  // ---- handling ----

  /** Handles up to `most` messages; whether there is more to do. */
  run(most) {
    while (most-- > 0) {
      if (this.running >= this.concurrency || this.status !== ACTIVE) return false;
      const cell = this.next();
      if (cell === null) return false;
      this.kernel.untimed--;
      this.start(cell);
    }
    return this.waiting > this.delayed && this.running < this.concurrency && this.status === ACTIVE;
  }

  next() {
    if (this.following.length > 0) return this.leaveLine(this.following.shift());
    for (;;) {
      const line = this.urgent.first !== null ? this.urgent
        : this.high.first !== null ? this.high
        : this.normal.first !== null ? this.normal
        : this.low;
      const cell = line.first;
      if (cell === null) return null;
      line.remove(cell);
      if (cell.key === undefined || this.concurrency === 1 || this.enterLane(cell)) return this.leaveLine(cell);
    }
  }

  leaveLine(cell) {
    this.waiting--;
    if (this.sendersWaiting > 0) this.letSendersIn();
    return cell;
  }

  /** Whether no message of the same key is being handled: if one is, this one follows it. */
  enterLane(cell) {
    const followers = this.lanes.get(cell.key);
    if (followers === undefined) {
      this.lanes.set(cell.key, null);
      return true;
    }
    cell.flags = PARKED | (cell.flags & RANK);
    this.parked.push(cell);
    if (followers === null) this.lanes.set(cell.key, [cell]);
    else followers.push(cell);
    return false;
  }

  leaveLane(key) {
    const followers = this.lanes.get(key);
    if (followers === undefined) return;
    const follower = followers?.shift();
    if (follower === undefined) {
      this.lanes.delete(key);
      return;
    }
    this.parked.remove(follower);
    this.following.push(follower);
  }

  start(cell) {
    if ((cell.more !== null || cell.frame !== undefined) && this.isOver(cell)) return;
    const { route, generation } = cell;
    cell.flags = STARTED | (cell.flags & RANK);
    this.running++;
    setFrame(cell.frame);
    let reply;
    try {
      const message = new Message(cell);
      const { handler } = route;
      reply = route.interceptors === null ? handler(message) : intercepted(route.interceptors, message, handler);
      if (typeof reply === "object" && reply !== null && typeof reply.then === "function") {
        reply.then((value) => this.finish(cell, generation, value), (error) => this.fail(cell, generation, error));
        return;
      }
    } catch (error) {
      this.fail(cell, generation, error);
      return;
    }
    this.finish(cell, generation, reply);
  }

  finish(cell, generation, reply) {
    // Shut down meanwhile.
    if (cell.generation !== generation) return;
    this.handled++;
    const { more } = cell;
    if (more !== null) this.reply(more, reply);
    this.end(cell);
  }

  reply(more, reply) {
    this.settle(more);
    if (more.resolve !== null && !more.isAbandoned) more.resolve(reply);
  }

  fail(cell, generation, error) {
    if (cell.generation !== generation) return;
    this.failed++;
    const { more } = cell;
    const asked = more !== null && more.resolve !== null;
    if (asked && !more.isAbandoned) {
      this.settle(more);
      more.reject(error);
    }
    const letter = DeadLetter.of(cell, "failed", error);
    this.end(cell);
    this.kernel.deadLetters.add(letter, !asked);
    this.supervisor.judge();
  }

  /** A message that was started is over. */
  end(cell) {
    this.running--;
    const { key } = cell;
    this.pool.release(cell);
    if (key !== undefined && this.concurrency > 1) this.leaveLane(key);
    if (!this.isReady && (this.waiting > this.delayed || this.kernel.idling !== null)) this.kernel.enqueue(this);
  }

  /** Whether a message is over before it is started; then it is dealt with. */
  isOver(cell) {
    const { more } = cell;
    if (more !== null && more.deadline !== Infinity && more.deadline <= Date.now()) {
      this.expired++;
      this.discard(cell, "expired");
      return true;
    }
    const cause = cell.frame === undefined ? undefined : causeOfFrame(cell.frame);
    if (cause === undefined) return false;
    if (cause === "deadline-exceeded") this.expired++;
    else this.cancelled++;
    this.discard(cell, cause === "deadline-exceeded" ? "expired" : "cancelled");
    return true;
  }

  discard(cell, reason) {
    if (cell.key !== undefined && this.concurrency > 1) this.leaveLane(cell.key);
    this.bury(cell, reason);
  }

  // ---- messages that are not handled ----

  /** Makes a dead letter of a message that is nowhere in line any more. */
  bury(cell, reason, cause) {
    const { more } = cell;
    if (more !== null && more.reject !== null && !more.isAbandoned) {
      this.settle(more);
      const isLate = reason === "expired" && more.timeout > 0;
      more.reject(isLate ? timedOut(cell.address, more.timeout) : lost(cell.address, reason, cause));
    }
    const letter = DeadLetter.of(cell, reason, cause);
    this.letGo(cell);
    // At last: who is told of it can do anything.
    this.kernel.deadLetters.add(letter, false);
  }

  /** Lets a cell go that is in no line, and that nobody waits for. */
  letGo(cell) {
    if (cell.more !== null) this.settle(cell.more);
    this.pool.release(cell);
  }

  settle(more) {
    if (more.timer !== undefined) this.kernel.forgetTimer(more.timer);
    if (more.wakeUp !== undefined) this.kernel.forgetTimer(more.wakeUp);
    if (more.onAbort !== undefined) more.signal.removeEventListener("abort", more.onAbort);
    more.timer = more.wakeUp = more.onAbort = undefined;
  }

  /** Takes a message that was not started out of wherever it is. */
  takeOut(cell) {
    switch (cell.flags & PLACE) {
      case QUEUED:
        this.lineOf(cell.flags & RANK).remove(cell);
        break;
      case PARKED:
        this.unpark(cell);
        break;
      case DELAYED:
        this.delayed--;
        this.early.remove(cell);
        break;
    }
    this.waiting--;
    if (this.sendersWaiting > 0) this.letSendersIn();
  }

  unpark(cell) {
    let at = this.following.indexOf(cell);
    if (at >= 0) {
      this.following.splice(at, 1);
      this.leaveLane(cell.key);
      return;
    }
    const followers = this.lanes.get(cell.key);
    at = followers.indexOf(cell);
    followers.splice(at, 1);
    this.parked.remove(cell);
  }

  /** Takes a message back that nobody has started; whether that was so. */
  withdraw(cell) {
    const place = cell.flags & PLACE;
    if (place === STARTED) return false;
    if (place === WAITING) {
      this.senders.remove(cell);
      this.sendersWaiting--;
    } else {
      this.takeOut(cell);
      this.withdrawn++;
    }
    this.letGo(cell);
    this.kernel.lookIfIdle();
    return true;
  }

  /** Its asker goes. */
  abandon(cell, generation, error) {
    if (cell.generation !== generation) return;
    const { more } = cell;
    this.settle(more);
    more.isAbandoned = true;
    more.reason = error;
    more.reject(error);
    if (!this.withdraw(cell)) more.controller?.abort(error);
  }

  // ---- its life ----

  pause() {
    if (this.status !== ACTIVE && this.status !== RESTING) return;
    this.supervisor.forget();
    this.status = PAUSED;
  }

  resume() {
    if (this.status !== PAUSED && this.status !== RESTING) return;
    this.supervisor.forget();
    this.status = ACTIVE;
    if (!this.isReady) this.kernel.enqueue(this);
  }

  /** Takes nothing more, and makes dead letters of what waits. */
  stop(reason = "stopped") {
    this.status = STOPPED;
    this.supervisor.forget();
    this.refuseSenders(reason === "shutdown" ? closed : () => stopped(this));
    this.discardWaiting(reason);
  }

  /** As stop, and what is being handled is given up: nobody hears of its end. */
  shutDown() {
    this.stop("shutdown");
    for (const cell of this.pool.cells) {
      if (cell.route?.desk !== this || (cell.flags & PLACE) !== STARTED) continue;
      const controller = cell.more?.controller;
      this.running--;
      this.lost++;
      this.bury(cell, "shutdown");
      controller?.abort();
    }
  }

  /** A handler is gone: so are the messages for it, and who waits to send one. */
  forgetRoute(route) {
    const isMeant = (cell) => cell.route === route;
    this.refuseSenders(({ address }) => noHandler(address, [...this.routes.keys()]), isMeant);
    this.discardWaiting("no-handler", isMeant);
  }

  discardWaiting(reason, isMeant = () => true) {
    for (const cell of this.waitingCells()) {
      // Who was told of one before can have taken this one back.
      if (!this.hasWaiting(cell) || !isMeant(cell)) continue;
      this.takeOut(cell);
      if (reason === "no-handler") this.unhandled++;
      else this.discarded++;
      this.bury(cell, reason);
    }
    this.kernel.lookIfIdle();
  }

  hasWaiting({ flags, route }) {
    const place = flags & PLACE;
    return route?.desk === this && (place === QUEUED || place === PARKED || place === DELAYED);
  }

  /** All that wait, in the order in which they would be handled; delayed ones at last. */
  waitingCells() {
    const cells = [...this.following];
    for (const line of [this.parked, this.urgent, this.high, this.normal, this.low, this.early]) {
      for (let cell = line.first; cell !== null; cell = cell.next) cells.push(cell);
    }
    return cells;
  }

  restart() {
    if (this.kernel.isClosed) throw closed();
    this.supervisor.restart();
  }

  get isIdle() {
    return this.waiting === 0 && this.running === 0 && this.sendersWaiting === 0;
  }

  stats() {
    const numbers = Object.fromEntries(ENDINGS.map((name) => [name, this[name]]));
    const { name, status, accepted, rejected, restarts, waiting, running, delayed, highWater, capacity } = this;
    const present = waiting + running;
    return { name, status, accepted, rejected, ...numbers, present, waiting, running, delayed, highWater, capacity, restarts };
  }
}

return { ACTIVE, Desk, ENDINGS, PAUSED, RESTING, STOPPED };
