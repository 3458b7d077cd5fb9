"use strict";
// The memory of a scope: its instances by slot, and what must be disposed with it. The container has one as well, for
// singletons. Frames of scopes are pooled; what a program holds is a Scope, new for each scope, which lets go of its
// frame when it is disposed, so that nobody reaches the instances of a later scope through an old one.

const { ServiceError, together } = load("krepis/di/errors");
const { isAsyncFunction } = load("krepis/di/registrations");

/** Stands in a slot whose instance was not made yet; any value at all may be an instance. */
const UNMADE = Symbol("unmade");

/** So many frames are kept for later scopes. */
const MOST_POOLED = 256;

class Frame {
  constructor(plan, size) {
    this.plan = plan;
    /** The Scope or Container that this is the memory of; null once it is disposed. */
    this.scope = null;
    this.values = [];
    for (let at = 0; at < size; at++) this.values.push(UNMADE);
    /** The slots that were filled. */
    this.used = [];
    this.usedCount = 0;
    /** What must be disposed, in order of creation: an instance and its node, in turns. */
    this.made = [];
    this.madeCount = 0;
    /** Async services that are being made, and instances that have no slot; both by node. */
    this.pending = null;
    this.extra = null;
    /** Settles when the scope, which is being disposed asynchronously, is disposed. */
    this.closing = null;
    this.parent = null;
    /** Open scopes below, a list that ends with the newest. */
    this.newest = null;
    this.older = null;
    this.newer = null;
  }

  store(node, value) {
    const { slot } = node;
    if (slot === 0) {
      (this.extra ??= new Map()).set(node, value);
    } else {
      this.values[slot] = value;
      this.used[this.usedCount++] = slot;
    }
  }

  /** The instance of a node, or `UNMADE`. */
  stored(node) {
    if (node.slot !== 0) return this.values[node.slot];
    return this.extra !== null && this.extra.has(node) ? this.extra.get(node) : UNMADE;
  }

  keep(node, value) {
    const at = this.madeCount;
    this.made[at] = value;
    this.made[at + 1] = node;
    this.madeCount = at + 2;
  }

  /** Forgets everything; the arrays stay, with room for as much again. */
  clear() {
    const { values, used, made } = this;
    for (let at = 0, count = this.usedCount; at < count; at++) values[used[at]] = UNMADE;
    this.usedCount = 0;
    for (let at = 0, count = this.madeCount; at < count; at++) made[at] = undefined;
    this.madeCount = 0;
    this.pending = null;
    this.extra = null;
    this.closing = null;
  }
}

/** Whether an instance wants to be disposed, as far as it says so itself. */
function isDisposable(value) {
  return (
    value !== undefined &&
    value !== null &&
    (value[Symbol.dispose] !== undefined || value[Symbol.asyncDispose] !== undefined)
  );
}

/** Remembers an instance that must be disposed with its frame. */
function track(frame, node, value) {
  const { dispose } = node;
  if (dispose === undefined ? isDisposable(value) : dispose !== false) frame.keep(node, value);
}

/** A frame for a scope below `parent`. */
function acquire(plan, parent) {
  const frame = plan.pooled > 0 ? plan.pool[--plan.pooled] : new Frame(plan, plan.scopedCount);
  const older = parent.newest;
  frame.parent = parent;
  frame.older = older;
  if (older !== null) older.newer = frame;
  parent.newest = frame;
  return frame;
}

function unlink(frame) {
  const { parent, older, newer } = frame;
  if (parent === null) return;
  if (older !== null) older.newer = newer;
  if (newer !== null) newer.older = older;
  else if (parent.newest === frame) parent.newest = older;
  frame.parent = frame.older = frame.newer = null;
}

/** Gives a frame back. One that was disposed while it made something may still be written to: it is left alone. */
function release(frame, isBusy) {
  const { plan } = frame;
  unlink(frame);
  if (isBusy || plan.pooled === MOST_POOLED || frame.values.length !== plan.scopedCount) return;
  frame.clear();
  plan.pool[plan.pooled++] = frame;
}

/** Disposes what a frame made since `from`, the newest first. Errors go to `errors`, which is returned. */
function disposeMade(frame, from, errors) {
  const { made } = frame;
  const seen = frame.madeCount - from > 2 ? new Set() : null;
  while (frame.madeCount > from) {
    const at = (frame.madeCount -= 2);
    const value = made[at];
    const node = made[at + 1];
    made[at] = made[at + 1] = undefined;
    if (seen !== null && wasSeen(seen, value, node)) continue;
    try {
      disposeOne(value, node);
    } catch (error) {
      (errors ??= []).push(error);
    }
  }
  return errors;
}

async function disposeMadeAsync(frame, from, errors) {
  const { made } = frame;
  const seen = new Set();
  while (frame.madeCount > from) {
    const at = (frame.madeCount -= 2);
    const value = made[at];
    const node = made[at + 1];
    made[at] = made[at + 1] = undefined;
    if (wasSeen(seen, value, node)) continue;
    try {
      await disposeOneAsync(value, node);
    } catch (error) {
      (errors ??= []).push(error);
    }
  }
  return errors;
}

/** An object is disposed once, however many services it stands for. */
function wasSeen(seen, value, node) {
  if (node.dispose !== undefined) return false;
  if (seen.has(value)) return true;
  seen.add(value);
  return false;
}

function disposeOne(value, node) {
  const { dispose } = node;
  if (dispose !== undefined) {
    if (isAsyncFunction(dispose)) throw onlyAsync(node);
    dispose(value);
  } else if (value[Symbol.dispose] !== undefined) {
    value[Symbol.dispose]();
  } else {
    throw onlyAsync(node);
  }
}

async function disposeOneAsync(value, node) {
  const { dispose } = node;
  if (dispose !== undefined) await dispose(value);
  else if (value[Symbol.asyncDispose] !== undefined) await value[Symbol.asyncDispose]();
  else value[Symbol.dispose]();
}

function onlyAsync(node) {
  return new ServiceError(
    "ERR_DI_ASYNC_DISPOSAL",
    `${node.name} can only be disposed asynchronously: use \`await using\` or disposeAsync()`,
  );
}

function throwErrors(errors) {
  if (errors !== null) throw together(errors, "disposing");
}

return { Frame, UNMADE, acquire, disposeMade, disposeMadeAsync, release, throwErrors, track, unlink };
