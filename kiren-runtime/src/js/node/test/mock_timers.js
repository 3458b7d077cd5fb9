"use strict";
// mock.timers of node:test: time that moves when the test says so.

const { coded, invalidArgType, invalidArgValue } = load("node/errors");

const APIS = ["setInterval", "setTimeout", "setImmediate", "Date", "scheduler.wait", "AbortSignal.timeout"];

const MAX_DELAY_MS = 0x7fffffff;

function invalidState(message) {
  return coded(Error, "ERR_INVALID_STATE", `Invalid state: ${message}`);
}

class MockTimers {
  #enabled = false;
  #now = 0;
  #lastId = 0;
  // Waiting timers: { id, at, order, callback, args, interval }.
  #timers = new Map();
  #order = 0;
  #undo = [];

  enable(options = {}) {
    if (this.#enabled) throw invalidState("MockTimers is already enabled!");
    if (Array.isArray(options)) options = { apis: options };
    if (options === null || typeof options !== "object") {
      throw invalidArgType("options", "of type object", options);
    }
    const { apis = APIS, now = 0 } = options;
    if (!Array.isArray(apis)) throw invalidArgType("options.apis", "an instance of Array", apis);
    for (const api of apis) {
      if (!APIS.includes(api)) {
        throw invalidArgValue("options.apis", api, `option ${api} is not supported`);
      }
    }
    const time = now instanceof Date ? now.getTime() : now;
    if (typeof time !== "number") throw invalidArgType("now", "of type number or Date", now);
    if (!(time >= 0)) throw invalidArgValue("now", time);
    this.#now = time;
    this.#enabled = true;
    for (const api of apis) this.#replace(api);
  }

  #replace(api) {
    if (api === "Date") this.#put(globalThis, "Date", this.#makeDate());
    else if (api === "scheduler.wait") {
      const { scheduler } = load("node/timers_promises");
      this.#put(scheduler, "wait", (delay) => new Promise((resolve) => this.#add(resolve, delay, [], false)));
    } else if (api === "AbortSignal.timeout") {
      this.#put(AbortSignal, "timeout", (delay) => {
        const controller = new AbortController();
        const reason = new DOMException("The operation was aborted due to timeout", "TimeoutError");
        this.#add(() => controller.abort(reason), delay, [], false);
        return controller.signal;
      });
    } else {
      const add = api === "setImmediate"
        ? (callback, ...args) => this.#add(callback, 0, args, false)
        : (callback, delay, ...args) => this.#add(callback, delay, args, api === "setInterval");
      const clear = (timer) => this.#clear(timer);
      const timers = load("node/timers");
      for (const holder of [globalThis, timers]) {
        this.#put(holder, api, add);
        this.#put(holder, api.replace("set", "clear"), clear);
      }
      this.#replacePromises(api);
    }
  }

  // The same of node:timers/promises.
  #replacePromises(api) {
    const promises = load("node/timers_promises");
    if (api === "setInterval") {
      const tracker = this;
      this.#put(promises, api, async function* (delay, value) {
        for (;;) {
          await new Promise((resolve) => tracker.#add(resolve, delay, [], false));
          yield value;
        }
      });
      return;
    }
    this.#put(promises, api, (...args) => {
      const [delay, value, options] = api === "setTimeout" ? args : [0, ...args];
      return new Promise((resolve, reject) => {
        const timer = this.#add(resolve, delay, [value], false);
        options?.signal?.addEventListener("abort", () => {
          this.#clear(timer);
          reject(new (load("node/errors").AbortError)(options.signal.reason));
        }, { once: true });
      });
    });
  }

  #put(holder, name, value) {
    const before = Object.getOwnPropertyDescriptor(holder, name);
    Object.defineProperty(holder, name, { value, writable: true, configurable: true, enumerable: before.enumerable });
    this.#undo.push(() => Object.defineProperty(holder, name, before));
  }

  #makeDate() {
    const RealDate = Date;
    const now = () => this.#now;
    function MockDate(...args) {
      if (!new.target) return new RealDate(now()).toString();
      return Reflect.construct(RealDate, args.length === 0 ? [now()] : args, new.target);
    }
    Object.setPrototypeOf(MockDate, RealDate);
    MockDate.prototype = RealDate.prototype;
    Object.defineProperty(MockDate, "name", { value: "Date" });
    MockDate.now = now;
    MockDate.isMock = true;
    return MockDate;
  }

  #add(callback, delay, args, repeats) {
    const wait = Number(delay) >= 1 ? Math.min(Math.trunc(Number(delay)), MAX_DELAY_MS) : repeats ? 1 : 0;
    const timer = {
      id: ++this.#lastId, at: this.#now + wait, order: this.#order++, callback, args,
      interval: repeats ? Math.max(wait, 1) : undefined,
    };
    this.#timers.set(timer.id, timer);
    const handle = {
      ref: () => handle,
      unref: () => handle,
      hasRef: () => true,
      refresh: () => {
        timer.at = this.#now + wait;
        this.#timers.set(timer.id, timer);
        return handle;
      },
      close: () => this.#clear(handle),
      [Symbol.toPrimitive]: () => timer.id,
      [Symbol.dispose]: () => this.#clear(handle),
    };
    return handle;
  }

  #clear(timer) {
    if (timer !== undefined && timer !== null) this.#timers.delete(Number(timer));
  }

  #first() {
    let first;
    for (const timer of this.#timers.values()) {
      if (first === undefined || timer.at < first.at || (timer.at === first.at && timer.order < first.order)) {
        first = timer;
      }
    }
    return first;
  }

  tick(time = 1) {
    this.#check();
    if (time < 0) throw invalidArgValue("time", "positive integer", time);
    const end = this.#now + time;
    for (let timer = this.#first(); timer !== undefined && timer.at <= end; timer = this.#first()) {
      this.#now = Math.max(this.#now, timer.at);
      if (timer.interval === undefined) {
        this.#timers.delete(timer.id);
      } else {
        timer.at += timer.interval;
        timer.order = this.#order++;
      }
      timer.callback(...timer.args);
    }
    this.#now = end;
  }

  runAll() {
    this.#check();
    let last;
    for (const timer of this.#timers.values()) if (last === undefined || timer.at > last) last = timer.at;
    if (last !== undefined) this.tick(last - this.#now);
  }

  setTime(time = 1000) {
    this.#check();
    if (time > this.#now) this.tick(time - this.#now);
    else this.#now = time;
  }

  #check() {
    if (!this.#enabled) {
      throw invalidState("You should enable MockTimers first by calling the .enable function");
    }
  }

  reset() {
    if (!this.#enabled) return;
    for (const undo of this.#undo.splice(0).reverse()) undo();
    this.#timers.clear();
    this.#enabled = false;
    this.#now = 0;
  }

  [Symbol.dispose]() {
    this.reset();
  }
}

return { MockTimers };
