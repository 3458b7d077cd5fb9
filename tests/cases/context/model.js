// Random operations on a forest of contexts, beside plain Maps that say what has to come out: with every handle, after every
// step. Slots are used again and again; whoever is stale has to notice.
import { Context, pool } from "krepis:context";

const STEPS = 30_000;
const names = ["", "a", "b", "user.id", "traceparent", "\u20ac", "field-17", "n".repeat(60), ...Array.from({ length: 40 }, (_, i) => `k${i}`)];
const TOMBSTONE = Symbol("tombstone");

/** Numbers from 0 up to, not including, `below`. */
let state = 20_261_121;
function random(below) {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
}
const pick = (list) => list[random(list.length)];

function value() {
  switch (random(12)) {
    case 0: return random(2) === 0;
    case 1: return -random(1000);
    case 2: return random(2 ** 31) * 2 ** 20;
    case 3: return random(1000) / 7;
    case 4: return pick([-0, NaN, Infinity, 2 ** 53, 2 ** 53 - 1]);
    case 5: return BigInt(1 + random(500)) << 54n;
    case 6: return "x".repeat(random(60));
    case 7: return "\u20ac".repeat(random(20));
    case 8: return "long".repeat(random(60));
    case 9: return Uint8Array.from({ length: random(30) }, () => random(256));
    default: return random(10);
  }
}

function same(one, other) {
  if (one instanceof Uint8Array && other instanceof Uint8Array) {
    return one.length === other.length && one.every((byte, i) => byte === other[i]);
  }
  return Object.is(one, other);
}

/** What a context should be. */
class Model {
  own = new Map();
  children = 0;
  handles = [];
  constructor(above, handle) {
    this.above = above;
    this.depth = above === undefined ? 0 : above.depth + 1;
    this.id = handle.id;
    check(Number(this.id.split("/")[1]) % 2 === 1, `${this.id} says that the slot is free`);
    this.handles.push(handle);
    if (above !== undefined) above.children++;
  }

  find(name) {
    for (let model = this; model !== undefined; model = model.above) {
      const found = model.own.get(name);
      if (found !== undefined) return found === TOMBSTONE ? undefined : found;
    }
    return undefined;
  }

  set(name, value) {
    const before = this.own.get(name);
    if (before !== undefined && same(before, value)) return;
    this.own.delete(name);
    this.own.set(name, value);
  }

  delete(name) {
    if (this.find(name) === undefined) return false;
    this.own.delete(name);
    this.own.set(name, TOMBSTONE);
    return true;
  }

  entries() {
    const all = new Map();
    for (let model = this; model !== undefined; model = model.above) {
      for (const [name, value] of model.own) if (!all.has(name)) all.set(name, value);
    }
    return [...all].filter(([, value]) => value !== TOMBSTONE);
  }
}

const before = pool.statistics();
let alive = [];
const handles = () => pick(pick(alive.filter((model) => model.handles.length > 0))?.handles ?? [undefined]);
const modelOf = new Map(); // by handle
const stale = [];
const over = []; // ids
const counts = {};
let step = 0;

function check(isRight, what) {
  if (!isRight) throw new Error(`step ${step}: ${what}`);
}

function checkHandle(handle, model) {
  check(handle.isOpen && handle.id === model.id, "the handle is not open");
  for (let i = 0; i < 6; i++) {
    const name = pick(names);
    const [expected, found] = [model.find(name), handle.get(name)];
    check(same(expected, found), `${model.id} get ${name}: expected ${String(expected)}, found ${String(found)}`);
    check(handle.has(name) === (expected !== undefined), `${model.id} has ${name}`);
  }
}

function checkEntries(handle, model) {
  const [expected, found] = [model.entries(), [...handle.entries()]];
  const isRight = expected.length === found.length &&
    expected.every(([name, value], i) => name === found[i][0] && same(value, found[i][1]));
  check(isRight, `${model.id} entries: expected ${expected.join(" ")}, found ${found.join(" ")}`);
}

/** Contexts whose last handle has gone, and those above that only they kept. */
function release(model) {
  while (model !== undefined && model.handles.length === 0 && model.children === 0) {
    alive = alive.filter((other) => other !== model);
    over.push(model.id);
    model = model.above;
    if (model !== undefined) model.children--;
  }
}

function expectOver(call) {
  try {
    call();
  } catch (error) {
    check(error.code === "ERR_CONTEXT_OVER", `threw ${error}`);
    return;
  }
  check(false, "a stale handle was used");
}

const operations = {
  create() {
    const fields = random(2) === 0 ? undefined : { [pick(names)]: value(), [pick(names)]: value() };
    const handle = Context.create({ fields });
    const model = new Model(undefined, handle);
    for (const [name, value] of Object.entries(fields ?? {})) model.set(name, value);
    alive.push(model);
    modelOf.set(handle, model);
  },
  child() {
    const handle = handles();
    if (handle === undefined || modelOf.get(handle).depth === 64) return;
    const child = handle.child();
    const model = new Model(modelOf.get(handle), child);
    alive.push(model);
    modelOf.set(child, model);
  },
  clone() {
    const handle = handles();
    if (handle === undefined) return;
    const model = modelOf.get(handle);
    const other = random(2) === 0 ? handle.clone() : Context.find(model.id);
    model.handles.push(other);
    modelOf.set(other, model);
  },
  set() {
    const handle = handles();
    if (handle === undefined) return;
    const [name, given] = [pick(names), value()];
    try {
      handle.set(name, given);
    } catch (error) {
      check(error.code === "ERR_CONTEXT_FULL", `threw ${error}`);
      counts.full = (counts.full ?? 0) + 1;
      return;
    }
    modelOf.get(handle).set(name, given);
    check(same(handle.get(name), given), `what was set: ${name} ${String(given)}, ${String(handle.get(name))}`);
  },
  setMany() {
    for (let i = random(40); i > 0; i--) operations.set();
  },
  delete() {
    const handle = handles();
    if (handle === undefined) return;
    const name = pick(names);
    try {
      check(handle.delete(name) === modelOf.get(handle).delete(name), `delete ${name}`);
    } catch (error) {
      if (error.code !== "ERR_CONTEXT_FULL") throw error;
    }
    check(!handle.has(name) || counts.full > 0, `deleted ${name}`);
  },
  dispose() {
    const handle = handles();
    if (handle === undefined) return;
    const model = modelOf.get(handle);
    model.handles.splice(model.handles.indexOf(handle), 1);
    modelOf.delete(handle);
    handle.dispose();
    if (stale.length < 200) stale.push(handle);
    else stale[random(stale.length)] = handle;
    release(model);
  },
  stale() {
    if (stale.length === 0) return;
    const handle = pick(stale);
    check(!handle.isOpen, "a stale handle is open");
    const name = pick(names);
    expectOver(pick([
      () => handle.get(name), () => handle.set(name, 1), () => handle.delete(name), () => [...handle], () => handle.child(),
      () => handle.clone(), () => handle.cancel(), () => handle.traceparent, () => handle.signal, () => handle.id,
      () => handle.encode("json"), () => handle.shrinkTimeout(1e9),
    ]));
    handle.dispose();
  },
  findOld() {
    if (over.length === 0) return;
    const id = pick(over);
    check(Context.find(id) === undefined, `${id} was found`);
  },
  burst() {
    const batch = Context.batch(random(300));
    batch.write(pick(names), value());
    batch.dispose();
  },
};

const weighted = Object.entries({
  create: 6, child: 8, clone: 6, set: 40, setMany: 2, delete: 8, dispose: 20, stale: 8, findOld: 4, burst: 1,
}).flatMap(([name, weight]) => Array(weight).fill(name));

for (step = 0; step < STEPS; step++) {
  const name = alive.length < 5 ? "create" : alive.length > 300 ? "dispose" : pick(weighted);
  counts[name] = (counts[name] ?? 0) + 1;
  operations[name]();
  const handle = handles();
  if (handle !== undefined) {
    checkHandle(handle, modelOf.get(handle));
    if (step % 4 === 0) checkEntries(handle, modelOf.get(handle));
  }
  if (step % 100 === 0) {
    const { inUse } = pool.statistics();
    check(inUse === before.inUse + alive.length, `${inUse} in use, expected ${alive.length}`);
  }
}
for (const [handle, model] of modelOf) {
  checkHandle(handle, model);
  checkEntries(handle, model);
}
for (const handle of modelOf.keys()) handle.dispose();
for (const handle of modelOf.keys()) expectOver(() => handle.get("a"));
const { inUse, pagesInUse, reused } = pool.statistics();
check(inUse === before.inUse && pagesInUse === 0, `${inUse} contexts and ${pagesInUse} pages are left`);
check(reused > 1000 && over.length > 1000, "there was no churn");
console.log("steps", STEPS, counts);
console.log("contexts", over.length + alive.length);
