"use strict";
// The memory that contexts live in, as docs/context-layout.md tells it, seen through views on one SharedArrayBuffer: how
// contexts are created and released here without a call into Rust.
//
// A context is known by the place of its slot: the index of its first word in `words`. 0 is the region's header, and stands
// for "none". What is rare (pages, listeners, values of Rust) is left to Rust: see ext/context.rs.

const engine = native("context");

// Of a region, in words.
const SLOT_SIZE = 2;
const PAGE_SIZE = 4;
const PAGES_AT = 6;
const EPOCH = 8; // an i64
const BATCH = 12;
const MAX_DEPTH = 13;

// Of a slot, in words.
const GENERATION = 0;
const REFERENCES = 1;
const STATE = 2;
const USED = 4;
const NEWEST_PAGE = 5;
const DEPTH = 7;
const PARENT = 8;
const PARENT_GENERATION = 9;
const FREE_NEXT = 10;
const DEADLINE = 12; // an i64
const TRACE_FIELDS = 14; // up to the 22nd
const INDEX = 24;
const ENTRIES = 32;

// Bits of a slot's state.
const CAUSE = 0xff;
const HAS_TRACE = 1 << 16;
const HOST = 1 << 17;
const LISTENERS = 1 << 18;
const RELAYED = 1 << 19;

/** The upper half of no deadline; the lower one is -1. */
const NEVER_HIGH = 0x7fff_ffff;

/** The last generation of a slot, as a signed number: it is never used again, which Rust sees to. */
const LAST_GENERATION = -2;

let tell = () => {};
let relieve = () => {};
const { buffer, offset, lane: laneBuffer } = engine.open(() => tell());

const words = new Int32Array(buffer, offset);
const bytes = new Uint8Array(buffer, offset);
const halves = new Uint16Array(buffer, offset);
const doubles = new Float64Array(buffer, offset, Math.floor((buffer.byteLength - offset) / 8));

const slotWords = words[SLOT_SIZE] >> 2;
const pageWords = words[PAGE_SIZE] >> 2;
const pagesAt = words[PAGES_AT] >>> 2;
const batch = words[BATCH];
const maxDepth = words[MAX_DEPTH];
/** The clock's 0, in milliseconds of Unix time. */
const epoch = int64At(EPOCH) / 1e6;

/** Called when contexts that someone listens to are over. */
function onEnded(callback) {
  tell = callback;
}

/** Called before an error says that there are no free slots. */
function onExhausted(callback) {
  relieve = callback;
}

function int64At(at) {
  return words[at + 1] * 2 ** 32 + (words[at] >>> 0);
}

function slotOf(at) {
  return at / slotWords;
}

function atOf(slot) {
  return slot * slotWords;
}

function pageAt(page) {
  return pagesAt + (page - 1) * pageWords;
}

// ---- free slots ----

// What Rust sees of this isolate's slots: see `Lane` in contexts.rs.
const lane = new Int32Array(laneBuffer, 0, 2);
const counts = new Float64Array(laneBuffer, 8, 3);
const FIRST = 0;
const COUNT = 1;
const CREATED = 0;
const REUSED = 1;
const RELEASED = 2;

/** A slot that nobody has. */
function take() {
  if (lane[COUNT] === 0 && !engine.refill()) exhausted();
  const at = atOf(lane[FIRST]);
  lane[FIRST] = words[at + FREE_NEXT];
  lane[COUNT]--;
  words[at + FREE_NEXT] = 0;
  counts[CREATED]++;
  if (words[at] !== 0) counts[REUSED]++;
  return at;
}

function put(at) {
  words[at + FREE_NEXT] = lane[FIRST];
  lane[FIRST] = slotOf(at);
  counts[RELEASED]++;
  if (++lane[COUNT] > 2 * batch) giveBack();
}

/** Keeps a batch, and gives the rest to others. */
function giveBack() {
  let last = atOf(lane[FIRST]);
  for (let i = 1; i < batch; i++) last = atOf(words[last + FREE_NEXT]);
  const first = words[last + FREE_NEXT];
  words[last + FREE_NEXT] = 0;
  engine.give_slots(first, lane[COUNT] - batch);
  lane[COUNT] = batch;
}

function exhausted() {
  relieve();
  const { capacity } = engine.statistics();
  const error = new Error(`all ${capacity} contexts are in use: dispose of those that are done with, or raise --max-contexts`);
  error.code = "ERR_CONTEXT_EXHAUSTED";
  throw error;
}

// ---- create and release ----

/** A new context below `parent`, which is 0 for none, with one reference. */
function create(parent) {
  if (parent !== 0 && words[parent + DEPTH] >= maxDepth) tooDeep();
  const at = take();
  if (parent === 0) {
    words[at + DEADLINE] = -1;
    words[at + DEADLINE + 1] = NEVER_HIGH;
  } else {
    Atomics.add(words, parent + REFERENCES, 1);
    words[at + PARENT] = slotOf(parent);
    words[at + PARENT_GENERATION] = words[parent];
    words[at + DEPTH] = words[parent + DEPTH] + 1;
    copyDeadline(earliestDeadline(parent), words, at + DEADLINE);
  }
  words[at] = (words[at] + 1) | 0;
  Atomics.store(words, at + REFERENCES, 1);
  return at;
}

function tooDeep() {
  const error = new Error(`a context can have ${maxDepth} others above it: create a child of one further up`);
  error.code = "ERR_CONTEXT_TOO_DEEP";
  throw error;
}

/** Gives up a reference. The last one releases the context, and then its reference to the one above. */
function release(at) {
  while (at !== 0 && Atomics.sub(words, at + REFERENCES, 1) === 1) {
    const generation = words[at];
    const state = words[at + STATE];
    if ((state & (HOST | RELAYED)) !== 0 || words[at + NEWEST_PAGE] !== 0 || generation === LAST_GENERATION - 1) {
      Atomics.add(words, at + REFERENCES, 1);
      engine.release(slotOf(at), generation);
      return;
    }
    at = releaseAlone(at, generation, state);
  }
}

/** Releases a context that nobody has, and that has nothing but its slot. The one above. */
function releaseAlone(at, generation, state) {
  const parent = atOf(words[at + PARENT]);
  // Whoever reads without a reference looks at the generation before and after: it changes before anything else does.
  Atomics.store(words, at, (generation + 1) | 0);
  words[at + STATE] = 0;
  if (parent !== 0) words[at + DEPTH] = words[at + PARENT] = words[at + PARENT_GENERATION] = 0;
  if ((state & HAS_TRACE) !== 0) words.fill(0, at + TRACE_FIELDS, at + TRACE_FIELDS + 8);
  const used = words[at + USED];
  if (used !== 0) {
    const end = (at + ENTRIES) / 2 + used / 8;
    for (let i = (at + INDEX) / 2; i < end; i++) doubles[i] = 0;
    words[at + USED] = 0;
  }
  put(at);
  return parent;
}

/** Where the earliest deadline of a context and those above stands. */
function earliestDeadline(at) {
  let earliest = at + DEADLINE;
  while ((at = atOf(words[at + PARENT])) !== 0) {
    if (isEarlier(at + DEADLINE, earliest)) earliest = at + DEADLINE;
  }
  return earliest;
}

function isEarlier(a, b) {
  return words[a + 1] === words[b + 1] ? words[a] >>> 0 < words[b] >>> 0 : words[a + 1] < words[b + 1];
}

/** Copies a deadline, which another thread may be about to make earlier, to `target`. */
function copyDeadline(from, target, to) {
  let low = words[from];
  let high = words[from + 1];
  // Both halves of "never" are of the same deadline; those of any other may not be.
  if (low !== -1 || high !== NEVER_HIGH) {
    do {
      high = Atomics.load(words, from + 1);
      low = Atomics.load(words, from);
      // It only gets earlier: a half that has not changed belongs to the other.
    } while (high !== Atomics.load(words, from + 1));
  }
  target[to] = low;
  target[to + 1] = high;
}

const deadline = new Int32Array(2);

/** The deadline that counts, in nanoseconds of the clock; Infinity for none. */
function deadlineOf(at) {
  copyDeadline(earliestDeadline(at), deadline, 0);
  return deadline[1] === NEVER_HIGH ? Infinity : deadline[1] * 2 ** 32 + (deadline[0] >>> 0);
}

/** The number of the cause that was written down for a context or one above it; 0 while there is none. */
function notedCause(at) {
  do {
    const cause = Atomics.load(words, at + STATE) & CAUSE;
    if (cause !== 0) return cause;
    at = atOf(words[at + PARENT]);
  } while (at !== 0);
  return 0;
}

/** Writes a cause down; `false` if there is one. Not for a context that someone listens to: -1. */
function noteCause(at, cause) {
  for (;;) {
    const state = Atomics.load(words, at + STATE);
    if ((state & LISTENERS) !== 0) return -1;
    if ((state & CAUSE) !== 0) return false;
    if (Atomics.compareExchange(words, at + STATE, state, state | cause) === state) return true;
  }
}

return {
  INDEX, NEWEST_PAGE, PARENT, REFERENCES,
  atOf, bytes, create, deadlineOf, doubles, epoch, halves, noteCause, notedCause, onEnded, onExhausted, pageAt, release, slotOf,
  words,
};
