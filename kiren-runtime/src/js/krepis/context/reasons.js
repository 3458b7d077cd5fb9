"use strict";
// Why contexts are over: causes, which Rust and all isolates see, and the errors of `cancel`, which stay in this isolate.

const { PARENT, atOf, words } = load("krepis/context/region");

/** By their number less one. */
const CAUSES = ["cancelled", "deadline-exceeded", "client-gone", "shutdown", "overload", "failed"];
const DEADLINE_EXCEEDED = 2;
const FAILED = 6;

/** A cause of a later version is like a plain cancellation. */
function causeOf(number) {
  return CAUSES[number - 1] ?? CAUSES[0];
}

// Errors that contexts were cancelled with, by the place of the slot: { generation, reason }.
const reasons = new Map();
let sweepAt = 16;

function noteReason(at, generation, reason) {
  if (reasons.size >= sweepAt) {
    for (const [place, known] of reasons) if (words[place] !== known.generation) reasons.delete(place);
    sweepAt = Math.max(16, reasons.size * 2);
  }
  reasons.set(at, { generation, reason });
}

/** The error that a context or one above it was cancelled with, if this isolate knows. */
function notedReason(at) {
  for (; at !== 0; at = atOf(words[at + PARENT])) {
    const known = reasons.get(at);
    if (known !== undefined && known.generation === words[at]) return known.reason;
  }
  return undefined;
}

/** What a signal aborts with for a cause. */
function reasonOf(number, at) {
  if (number === DEADLINE_EXCEEDED) return new DOMException("The context's deadline has passed", "TimeoutError");
  const noted = number === FAILED ? notedReason(at) : undefined;
  return noted ?? new DOMException(`The context was cancelled: ${causeOf(number)}`, "AbortError");
}

return { CAUSES, DEADLINE_EXCEEDED, FAILED, causeOf, noteReason, reasonOf };
