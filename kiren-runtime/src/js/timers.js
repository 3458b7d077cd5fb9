"use strict";
// setTimeout, setInterval, setImmediate (HTML 8.6, and Node's handles with ref/unref).
//
// Timers of one duration expire in the order in which they were made, so each duration has one linked list, and a
// binary heap holds the lists by the time at which their first timer expires: adding and clearing a timer are O(1).
// The host is told only the earliest expiry, and whether any timer keeps the program alive.
//
// Times are whole sixteenths of a millisecond since the start, which V8 keeps in the object as small integers (for 37
// hours; after that as doubles). A start is rounded up and the present down, so that no timer fires early.

const { codedTypeError } = load("task_queue");

const MAX_DELAY = 2 ** 31 - 1;
const PER_MS = 16;

const listByDelay = new Map();
const heap = [];
const timeoutById = new Map();
let nextId = 1;
let referenced = 0;
let scheduled = Infinity;
let running = false;

// Wraps what is to be called later, once a program uses node:async_hooks.
let wrap = null;

function setCallbackWrapper(wrapper) {
  wrap = wrapper;
}

let api;

function hostTimers() {
  return (api ??= native("timers"));
}

function startTime() {
  return Math.ceil(hostTimers().now() * PER_MS);
}

class TimerList {
  constructor(delay, expiry) {
    this.delay = delay;
    this.expiry = expiry;
    this.position = -1;
    this.first = null;
    this.last = null;
  }
}

class Timeout {
  #callback;
  #args;
  #delay;
  #repeat;
  #start = 0;
  #list = null;
  #previous = null;
  #next = null;
  #referenced = true;
  #id = 0;

  constructor(callback, delay, args, repeat) {
    this.#callback = callback;
    this.#args = args;
    this.#delay = delay;
    this.#repeat = repeat;
  }

  static start(callback, delay, args, repeat) {
    if (typeof callback !== "function") {
      throw codedTypeError("ERR_INVALID_ARG_TYPE", `The "callback" argument must be of type function. Received ${typeof callback}`);
    }
    delay = Math.trunc(Number(delay));
    if (!(delay >= 1 && delay <= MAX_DELAY)) delay = 1;
    if (wrap !== null) callback = wrap(callback, repeat ? "Interval" : "Timeout");
    const timeout = new Timeout(callback, delay * PER_MS, args, repeat);
    timeout.#insert(startTime());
    addReference();
    return timeout;
  }

  static clear(timeout) {
    if (typeof timeout !== "object") timeout = timeoutById.get(Number(timeout));
    if (timeout !== null && timeout !== undefined && #list in timeout) timeout.close();
  }

  // Runs the expired timers of one list. Leaves everything consistent when a callback throws.
  static runList(list, now) {
    for (let timeout = list.first; timeout !== null; timeout = list.first) {
      const expiry = timeout.#start + list.delay;
      if (expiry > now) {
        list.expiry = expiry;
        siftDown(0);
        return;
      }
      timeout.#unlink();
      if (list.first === null) removeList(list);
      timeout.#run();
      native("tasks").drain();
    }
  }

  #run() {
    const args = this.#args;
    try {
      if (args === undefined) this.#callback();
      else this.#callback(...args);
    } finally {
      if (this.#repeat && this.#callback !== null) {
        if (this.#list === null) this.#insert(startTime());
      } else if (this.#list === null) {
        this.#finish();
      }
    }
  }

  #insert(start) {
    this.#start = start;
    let list = listByDelay.get(this.#delay);
    if (list === undefined) {
      list = new TimerList(this.#delay, start + this.#delay);
      listByDelay.set(this.#delay, list);
      pushList(list);
      if (list.expiry < scheduled && !running) tell(list.expiry);
    }
    this.#list = list;
    this.#previous = list.last;
    if (list.last === null) list.first = this;
    else list.last.#next = this;
    list.last = this;
  }

  #unlink() {
    const list = this.#list;
    if (this.#previous === null) list.first = this.#next;
    else this.#previous.#next = this.#next;
    if (this.#next === null) list.last = this.#previous;
    else this.#next.#previous = this.#previous;
    this.#list = this.#previous = this.#next = null;
  }

  // The timer will not fire again: it no longer keeps the program alive.
  #finish() {
    if (this.#callback === null) return;
    this.#callback = null;
    if (this.#id !== 0) timeoutById.delete(this.#id);
    if (this.#referenced) dropReference();
  }

  close() {
    const list = this.#list;
    if (list !== null) {
      this.#unlink();
      if (list.first === null) removeList(list);
    }
    this.#finish();
    return this;
  }

  refresh() {
    if (this.#callback === null) return this;
    const list = this.#list;
    if (list !== null) {
      this.#unlink();
      if (list.first === null) removeList(list);
    }
    this.#insert(startTime());
    return this;
  }

  ref() {
    if (!this.#referenced) {
      this.#referenced = true;
      if (this.#callback !== null) addReference();
    }
    return this;
  }

  unref() {
    if (this.#referenced) {
      this.#referenced = false;
      if (this.#callback !== null) dropReference();
    }
    return this;
  }

  hasRef() {
    return this.#referenced;
  }

  [Symbol.toPrimitive]() {
    if (this.#id === 0) {
      this.#id = nextId++;
      if (this.#callback !== null) timeoutById.set(this.#id, this);
    }
    return this.#id;
  }

  [Symbol.dispose]() {
    this.close();
  }
}

function tell(expiry) {
  scheduled = expiry;
  hostTimers().schedule(expiry / PER_MS);
}

function addReference() {
  if (referenced++ === 0) hostTimers().set_referenced(true);
}

function dropReference() {
  if (--referenced === 0) hostTimers().set_referenced(false);
}

// Called by the host when the earliest expiry has come; tells it the next one.
function runTimers(milliseconds) {
  const now = Math.floor(milliseconds * PER_MS);
  running = true;
  try {
    while (heap.length > 0 && heap[0].expiry <= now) Timeout.runList(heap[0], now);
  } finally {
    running = false;
    tell(heap.length > 0 ? heap[0].expiry : Infinity);
  }
}

// --- the heap of lists, by expiry ---

function pushList(list) {
  heap.push(list);
  siftUp(heap.length - 1);
}

function removeList(list) {
  listByDelay.delete(list.delay);
  const at = list.position;
  const last = heap.pop();
  if (last === list) return;
  heap[at] = last;
  last.position = at;
  siftUp(at);
  siftDown(last.position);
}

function siftUp(at) {
  const list = heap[at];
  while (at > 0) {
    const above = (at - 1) >> 1;
    if (heap[above].expiry <= list.expiry) break;
    heap[at] = heap[above];
    heap[at].position = at;
    at = above;
  }
  heap[at] = list;
  list.position = at;
}

function siftDown(at) {
  const list = heap[at];
  for (;;) {
    let below = 2 * at + 1;
    if (below >= heap.length) break;
    if (below + 1 < heap.length && heap[below + 1].expiry < heap[below].expiry) below++;
    if (heap[below].expiry >= list.expiry) break;
    heap[at] = heap[below];
    heap[at].position = at;
    at = below;
  }
  heap[at] = list;
  list.position = at;
}

// --- immediates ---

let immediates = [];
let referencedImmediates = 0;

class Immediate {
  #callback;
  #args;
  #referenced = true;

  static start(callback, args) {
    if (typeof callback !== "function") {
      throw codedTypeError("ERR_INVALID_ARG_TYPE", `The "callback" argument must be of type function. Received ${typeof callback}`);
    }
    const immediate = new Immediate();
    immediate.#callback = wrap === null ? callback : wrap(callback, "Immediate");
    immediate.#args = args;
    immediates.push(immediate);
    referencedImmediates++;
    if (immediates.length === 1 || referencedImmediates === 1) tellImmediates();
    return immediate;
  }

  static clear(immediate) {
    if (typeof immediate !== "object" || immediate === null || !(#callback in immediate)) return;
    if (immediate.#callback === null) return;
    immediate.#callback = null;
    if (immediate.#referenced) referencedImmediates--;
    tellImmediates();
  }

  static run(immediate) {
    const callback = immediate.#callback;
    if (callback === null) return;
    immediate.#callback = null;
    if (immediate.#referenced) referencedImmediates--;
    const args = immediate.#args;
    if (args === undefined) callback();
    else callback(...args);
  }

  ref() {
    if (!this.#referenced) {
      this.#referenced = true;
      if (this.#callback !== null) referencedImmediates++;
      tellImmediates();
    }
    return this;
  }

  unref() {
    if (this.#referenced) {
      this.#referenced = false;
      if (this.#callback !== null) referencedImmediates--;
      tellImmediates();
    }
    return this;
  }

  hasRef() {
    return this.#referenced;
  }

  [Symbol.dispose]() {
    Immediate.clear(this);
  }
}

function tellImmediates() {
  hostTimers().set_immediates(immediates.length > 0, referencedImmediates > 0);
}

// Runs the immediates queued before this turn; those that they queue wait for the next one.
function runImmediates() {
  const { drain } = native("tasks");
  const batch = immediates;
  immediates = [];
  let at = 0;
  try {
    while (at < batch.length) {
      Immediate.run(batch[at++]);
      drain();
    }
  } finally {
    // When a callback threw, what is left of the batch goes first next time.
    if (at < batch.length) immediates = batch.slice(at).concat(immediates);
    tellImmediates();
  }
}

function setTimeout(callback, delay, ...args) {
  return Timeout.start(callback, delay, args.length > 0 ? args : undefined, false);
}

function setInterval(callback, delay, ...args) {
  return Timeout.start(callback, delay, args.length > 0 ? args : undefined, true);
}

function setImmediate(callback, ...args) {
  return Immediate.start(callback, args.length > 0 ? args : undefined);
}

function clearTimeout(timeout) {
  Timeout.clear(timeout);
}

function clearInterval(timeout) {
  Timeout.clear(timeout);
}

function clearImmediate(immediate) {
  Immediate.clear(immediate);
}

return {
  setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate,
  Timeout, Immediate, runTimers, runImmediates, setCallbackWrapper,
};
