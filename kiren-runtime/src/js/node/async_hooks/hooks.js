"use strict";
// createHook and the ids of asynchronous work. A program that never asks for them pays nothing: only then are
// ticks, timers, immediates and microtasks numbered, and promises only while a hook is enabled.

const { coded } = load("node/errors");

class Work {
  constructor(id, trigger, resource) {
    this.id = id;
    this.trigger = trigger;
    this.resource = resource;
  }
}

// The program itself is 1.
let lastId = 1;
let current = new Work(1, 0, {});
let enabled = [];
let numbering = false;
const ended = [];

/** The next id, for an AsyncResource too. */
function newId() {
  return ++lastId;
}

function executionAsyncId() {
  startNumbering();
  return current.id;
}

function triggerAsyncId() {
  startNumbering();
  return current.trigger;
}

function executionAsyncResource() {
  startNumbering();
  return current.resource;
}

function emit(name, ...args) {
  for (const hook of enabled) hook.callbacks[name]?.(...args);
}

/** A piece of work begins its life. */
function begin(type, resource, trigger = current.id) {
  const work = new Work(newId(), trigger, resource);
  if (enabled.length > 0) emit("init", work.id, type, trigger, resource);
  return work;
}

/** Runs `fn` as this work. */
function runAs(work, fn, self, args) {
  const before = current;
  current = work;
  try {
    if (enabled.length > 0) emit("before", work.id);
    return Reflect.apply(fn, self, args);
  } finally {
    if (enabled.length > 0) emit("after", work.id);
    current = before;
  }
}

/** Its life is over: hooks are told a little later. */
function end(id) {
  if (enabled.length === 0) return;
  if (ended.push(id) > 1) return;
  load("timers").setImmediate(untracked(() => {
    for (const id of ended.splice(0)) emit("destroy", id);
  }));
}

// --- the runtime's own queues ---

const OURS = Symbol("untracked");

// A callback of this module itself is nobody's work.
function untracked(fn) {
  fn[OURS] = true;
  return fn;
}

function track(callback, type) {
  if (callback[OURS]) return callback;
  const work = begin(type === "Interval" ? "Timeout" : type, {});
  return function (...args) {
    try {
      return runAs(work, callback, this, args);
    } finally {
      if (type !== "Interval") end(work.id);
    }
  };
}

function startNumbering() {
  if (numbering) return;
  numbering = true;
  const { keepFrameInQueue } = load("frame");
  const wrapper = (callback, type) => keepFrameInQueue(track(callback, type));
  load("task_queue").setCallbackWrapper(wrapper);
  load("timers").setCallbackWrapper(wrapper);
}

// --- promises ---

const promises = new WeakMap();
const collected = new FinalizationRegistry((id) => end(id));
let stopPromises = null;
const interrupted = [];

function workOf(promise, parent) {
  let work = promises.get(promise);
  if (work === undefined) {
    work = begin("PROMISE", promise, promises.get(parent)?.id ?? current.id);
    promises.set(promise, work);
    if (enabled.some((hook) => hook.callbacks.destroy !== undefined)) collected.register(promise, work.id);
  }
  return work;
}

function watchPromises() {
  const wanted = enabled.some((hook) => hook.trackPromises);
  if (wanted && stopPromises === null) {
    stopPromises = load("node/v8/promise_hooks").createHook({
      init: workOf,
      before(promise) {
        interrupted.push(current);
        current = workOf(promise);
        emit("before", current.id);
      },
      after(promise) {
        emit("after", workOf(promise).id);
        current = interrupted.pop() ?? current;
      },
      settled(promise) {
        const work = promises.get(promise);
        if (work !== undefined) emit("promiseResolve", work.id);
      },
    });
  } else if (!wanted && stopPromises !== null) {
    stopPromises();
    stopPromises = null;
  }
}

class AsyncHook {
  constructor(callbacks, trackPromises) {
    Object.defineProperty(this, "callbacks", { value: callbacks });
    Object.defineProperty(this, "trackPromises", { value: trackPromises });
  }

  enable() {
    startNumbering();
    if (!enabled.includes(this)) enabled = [...enabled, this];
    watchPromises();
    return this;
  }

  disable() {
    enabled = enabled.filter((hook) => hook !== this);
    watchPromises();
    return this;
  }
}

function createHook(callbacks) {
  const { after, before, destroy, init, promiseResolve, trackPromises = true } = callbacks;
  for (const [name, fn] of Object.entries({ init, before, after, destroy, promiseResolve })) {
    if (fn === undefined) continue;
    if (typeof fn !== "function") {
      throw coded(TypeError, "ERR_ASYNC_CALLBACK", `hook.${name} must be a function`);
    }
  }
  return new AsyncHook({ after, before, destroy, init, promiseResolve }, trackPromises);
}

return { begin, createHook, end, executionAsyncId, executionAsyncResource, newId, runAs, triggerAsyncId };
