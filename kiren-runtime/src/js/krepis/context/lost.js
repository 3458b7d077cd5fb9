"use strict";
// Handles that nobody disposes of would keep their slots for ever. Those that are not by the time that so many more were made are
// watched, and released when they are collected: a context that ends soon costs nothing.

const { onExhausted, release, words } = load("krepis/context/region");
const { forget } = load("krepis/context/listening");

const WATCHED_AFTER = 64;
const recent = new Array(WATCHED_AFTER).fill(null);
let next = 0;

const lost = new FinalizationRegistry(({ at, generation, listener }) => {
  if (listener !== 0) forget(listener);
  if (words[at] === generation) release(at);
});

/** Notes a new handle. `watch` of one is called when it is time to. */
function guard(context, watch) {
  const before = recent[next];
  recent[next] = context;
  next = (next + 1) % WATCHED_AFTER;
  if (before !== null && before.isOpen) watch(before);
}

/** Watches all that are left, so that the next context to be created may find a place. */
function guardAll(watch) {
  onExhausted(() => {
    for (const context of recent) if (context?.isOpen) watch(context);
    recent.fill(null);
  });
}

return { guard, guardAll, lost };
