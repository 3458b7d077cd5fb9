"use strict";
// What the parts of a kernel share: desks, the line of those with something to do, and the turns in which that is done.

const { Desk } = load("krepis/mycelia/desk");
const { DeadLetters } = load("krepis/mycelia/dead_letters");
const { KernelError, closed, noAddress } = load("krepis/mycelia/errors");
const { Pool } = load("krepis/mycelia/message");
const { Router } = load("krepis/mycelia/router");
const { Topics } = load("krepis/mycelia/topics");
const { callable, invalid, subsystemOptions } = load("krepis/mycelia/options");
const { clearTimeout, setImmediate, setTimeout } = load("timers");

const { set: setFrame } = native("async_context");

/** How many messages a desk handles before the next one has its turn. */
const AT_ONCE = 16;

/** After so many milliseconds the event loop has its turn; the time is looked at when there were so many messages. */
const TURN = 8;
const UNTIMED = 32;

const MAX_DELAY = 2 ** 31 - 1;
const NAME = /^[\w.-]+$/;
const RESOLVED = Promise.resolve();

/** A handler, and the addresses or topics that it is for. */
class Route {
  constructor(desk, pattern, handler, interceptors) {
    this.desk = desk;
    this.pattern = pattern;
    this.handler = handler;
    this.interceptors = interceptors;
  }
}

class Core {
  constructor(table, deadLetters, onDeadLetter) {
    this.table = table;
    /** Another one after each change of addresses. */
    this.version = 0;
    /** What takes an address, as the kernel finds it. */
    this.find = null;
    this.pool = new Pool();
    this.desks = new Map();
    this.interceptors = [];
    this.deadLetters = new DeadLetters(deadLetters, onDeadLetter);
    this.topics = new Topics(this);
    /** Who waits for everything to be done: functions, or null. */
    this.idling = null;
    this.isClosing = false;
    this.isClosed = false;
    this.isInTurn = false;
    /** Whether a message comes in that others have taken: the bus, or NATS. */
    this.isBringing = false;
    this.schedules = new Set();
    /** The way to other isolates, once there are some. */
    this.bus = null;
    this.groups = [];
    this.mounts = [];
    /** The names of subsystems that are being mounted. */
    this.mounting = new Set();
    /** The routes of subsystems that are mounted: what is sent to them goes elsewhere, and perhaps comes back. */
    this.mounted = new Router();
    this.onDesk = null;

    this.firstReady = null;
    this.lastReady = null;
    this.isScheduled = false;
    /** Messages until the time is looked at; when the event loop is to have its turn, 0 before the first look. */
    this.untimed = UNTIMED;
    this.endOfTurns = 0;
    this.isTimeUp = false;
    this.turn = () => this.takeTurn();
    this.turnOfLoop = () => {
      this.endOfTurns = 0;
      this.isTimeUp = false;
      this.takeTurn();
    };
  }

  // ---- desks and routes ----

  /** A desk that nobody finds yet. */
  newDesk(name, options) {
    if (this.isClosed) throw closed();
    if (typeof name !== "string" || !NAME.test(name)) {
      throw invalid("subsystem", "letters, digits, '-', '_' and '.'", name);
    }
    if (this.isMounting(name)) {
      throw new KernelError("ERR_SUBSYSTEM_EXISTS", `"${name}://" is mounted without handlers: register them before kernel.mount()`);
    }
    const desk = new Desk(this, name, options);
    desk.routes = new Map();
    desk.subscriptions = new Set();
    desk.handle = undefined;
    desk.isMounted = false;
    return desk;
  }

  isMounting(name) {
    return this.mounting.has(name) || this.mounts.some((mount) => mount.subsystem === name && !mount.isClosed);
  }

  makeDesk(name, options) {
    const desk = this.newDesk(name, options);
    this.join(desk);
    return desk;
  }

  /** Has a new desk found. */
  join(desk) {
    if (this.desks.has(desk.name)) return;
    this.onDesk?.(desk);
    this.desks.set(desk.name, desk);
  }

  /** The desk that addresses of a pattern belong to; a new one is found when it has a handler. */
  deskOf(pattern) {
    const name = typeof pattern === "string" ? /^([\w.-]+):\/\//.exec(pattern)?.[1] : undefined;
    if (name === undefined) throw noAddress(pattern);
    return this.desks.get(name) ?? this.newDesk(name, subsystemOptions());
  }

  routeFor(desk, pattern, handler) {
    return new Route(desk, pattern, handler, this.interceptorsOf(desk));
  }

  addRoute(desk, pattern, handler) {
    callable("handler", handler);
    if (this.isClosed) throw closed();
    const route = this.routeFor(desk, pattern, handler);
    const table = desk.isMounted ? this.mounted : this.table;
    table.insert(pattern, route);
    try {
      this.join(desk);
    } catch (error) {
      table.remove(pattern);
      throw error;
    }
    desk.routes.set(pattern, route);
    this.version++;
  }

  /** Takes the routes of a subsystem out of the table that messages of this isolate are sent by. */
  moveRoutes(desk) {
    if (desk.isMounted) return;
    desk.isMounted = true;
    this.version++;
    for (const [pattern, route] of desk.routes) {
      this.table.remove(pattern);
      this.mounted.insert(pattern, route);
    }
  }

  removeRoute(pattern) {
    const route = this.table.remove(pattern) ?? this.mounted.remove(pattern);
    if (route === undefined) return false;
    route.desk.routes.delete(pattern);
    this.version++;
    route.desk.forgetRoute(route);
    return true;
  }

  interceptorsOf(desk) {
    const all = [...this.interceptors, ...desk.interceptors];
    return all.length === 0 ? null : all;
  }

  applyInterceptors(desk) {
    const all = this.interceptorsOf(desk);
    for (const route of desk.routes.values()) route.interceptors = all;
    for (const route of desk.subscriptions) route.interceptors = all;
  }

  // ---- turns ----

  /** Puts a desk in line that is not in it, and sees that it has a turn. */
  enqueue(desk) {
    this.putInLine(desk);
    if (this.isScheduled) return;
    this.isScheduled = true;
    // Async handlers come back between turns: without a limit, all of that would be one task of the event loop.
    if (this.isTimeUp) setImmediate(this.turnOfLoop);
    else RESOLVED.then(this.turn);
  }

  takeTurn() {
    this.isInTurn = true;
    let desk;
    while ((desk = this.firstReady) !== null) {
      this.firstReady = desk.nextReady;
      if (this.firstReady === null) this.lastReady = null;
      desk.nextReady = null;
      // Whatever is sent meanwhile is seen by what follows.
      const hasMore = desk.run(AT_ONCE);
      desk.isReady = false;
      if (hasMore) this.putInLine(desk);
      if (this.untimed <= 0 && this.lookAtTime()) break;
    }
    this.isInTurn = false;
    setFrame(undefined);
    if (this.firstReady === null) {
      this.isScheduled = false;
      if (this.idling !== null) this.lookIfIdle();
    } else {
      setImmediate(this.turnOfLoop);
    }
  }

  /** Whether the event loop is to have its turn. */
  lookAtTime() {
    this.untimed = UNTIMED;
    const now = Date.now();
    if (this.endOfTurns === 0) this.endOfTurns = now + TURN;
    else this.isTimeUp = now >= this.endOfTurns;
    return this.isTimeUp;
  }

  putInLine(desk) {
    desk.isReady = true;
    if (this.lastReady === null) this.firstReady = desk;
    else this.lastReady.nextReady = desk;
    this.lastReady = desk;
  }

  /** Whether a handler is at work, or a message was taken elsewhere: what is sent belongs to work that was accepted. */
  isInside() {
    return !this.isClosed && (this.isInTurn || this.isBringing || [...this.desks.values()].some(({ running }) => running > 0));
  }

  // ---- time ----

  later(milliseconds, callback) {
    const timer = { handle: undefined };
    const wait = (left) => {
      const part = Math.min(left, MAX_DELAY);
      timer.handle = setTimeout(() => (left > part ? wait(left - part) : callback()), part);
    };
    wait(milliseconds);
    return timer;
  }

  forgetTimer(timer) {
    clearTimeout(timer.handle);
  }

  /** Calls `send` again and again; what is refused is tried again the next time. */
  every(interval, send) {
    const schedule = { isActive: true, stop: undefined };
    let timer;
    const ring = () => {
      if (this.isClosing) {
        schedule.stop();
        return;
      }
      timer = this.later(interval, ring);
      try {
        send();
      } catch (error) {
        if (!(error instanceof KernelError)) this.deadLetters.report(error, "a scheduled message could not be made");
      }
    };
    timer = this.later(interval, ring);
    schedule.stop = schedule[Symbol.dispose] = () => {
      schedule.isActive = false;
      this.forgetTimer(timer);
      this.schedules.delete(schedule);
    };
    this.schedules.add(schedule);
    return schedule;
  }

  // ---- its end ----

  get isIdle() {
    return this.firstReady === null && [...this.desks.values()].every((desk) => desk.isIdle);
  }

  async idle() {
    do {
      if (!this.isIdle) await new Promise((resolve) => (this.idling ??= []).push(resolve));
      if (this.bus !== null) await this.bus.idle();
      // What ended elsewhere may have sent something here.
    } while (!this.isIdle);
  }

  lookIfIdle() {
    if (this.idling === null || !this.isIdle) return;
    const waiting = this.idling;
    this.idling = null;
    for (const resolve of waiting) resolve();
  }

  close() {
    if (this.isClosed) return;
    this.isClosing = this.isClosed = true;
    for (const schedule of this.schedules) schedule.stop();
    for (const desk of this.desks.values()) desk.shutDown();
    this.lookIfIdle();
  }
}

return { Core };
