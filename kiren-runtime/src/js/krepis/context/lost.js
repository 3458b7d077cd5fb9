"use strict";
// Handles that nobody disposes of would keep their slots for ever. Those that are not by the time that so many more were made are
// watched, and released when they are collected: a context that ends soon costs nothing.

const { atOf, onExhausted, release, words } = load("krepis/context/region");

const WATCHED_AFTER = 64;
const recent = new Array(WATCHED_AFTER).fill(null);
let next = 0;

// A slot and its generation, which is odd, in one number: an object for each would be the most of what a watched handle costs.
const SLOTS = 2 ** 22;

const lost = new FinalizationRegistry((held) => {
  const at = atOf(held % SLOTS);
  const generation = (Math.floor(held / SLOTS) * 2 + 1) | 0;
  if (words[at] === generation) release(at);
});

function watchForLoss(context, slot, generation) {
  lost.register(context, (generation >>> 1) * SLOTS + slot, context);
}

function unwatch(context) {
  lost.unregister(context);
}

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

return { guard, guardAll, unwatch, watchForLoss };
