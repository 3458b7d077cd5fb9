"use strict";
// Who waits for the end of contexts: signals, by the numbers that Rust knows them by.

const { onEnded } = load("krepis/context/region");
const { inFrame } = load("frame");
const engine = native("context");

const MAX_NUMBER = 0xffff_ffff;

const listening = new Map();
let last = 0;
let sweepAt = 64;

/**
 * Waits for the end of a context: then `tell(context)` is called in `frame`. `handle` is a weak reference to the context. The
 * number to forget it by.
 */
function listen(slot, generation, waiting) {
  if (listening.size >= sweepAt) sweep();
  last = (last % MAX_NUMBER) + 1;
  listening.set(last, waiting);
  engine.listen(slot, generation, last);
  return last;
}

function forget(number) {
  listening.delete(number);
}

/** Forgets those whose handles are lost. */
function sweep() {
  for (const [number, { handle }] of listening) if (handle.deref() === undefined) listening.delete(number);
  sweepAt = Math.max(64, listening.size * 2);
}

/** Tells those whose contexts are over by now. */
function tellListeners() {
  const ended = engine.ended();
  for (let i = 0; i < ended.length; i += 2) {
    const waiting = listening.get(ended[i]);
    if (waiting === undefined) continue;
    listening.delete(ended[i]);
    const context = waiting.handle.deref();
    if (context !== undefined) inFrame(waiting.frame, waiting.tell, undefined, [context]);
  }
}

onEnded(tellListeners);

return { forget, listen, tellListeners };
