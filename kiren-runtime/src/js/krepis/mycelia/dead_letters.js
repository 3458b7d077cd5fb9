"use strict";
// Messages that nobody handled, or whose handlers failed: the last ones are kept, and can be sent again.

const { PRIORITIES, RANK, idOf } = load("krepis/mycelia/message");
const { setImmediate } = load("timers");

/** Without a listener, so many failures that nobody else is told of are printed. */
const MOST_PRINTED = 10;

class DeadLetter {
  /** Of what was published: who had subscribed. */
  #subscriber;

  constructor(address, subsystem, body, rank, reason, error, key, id) {
    this.id = id;
    this.address = address;
    this.subsystem = subsystem;
    this.body = body;
    this.key = key;
    this.priority = PRIORITIES[rank];
    /** "failed", "expired", "cancelled", "dropped", "no-handler", "stopped", "shutdown", "refused" or "lost". */
    this.reason = reason;
    /** What the handler threw; of a message that another isolate handled, a text. */
    this.error = error;
    this.time = new Date();
  }

  static of(cell, reason, error) {
    const { address, route, body, flags, key } = cell;
    const letter = new DeadLetter(address, route.desk.name, body, flags & RANK, reason, error, key, idOf(cell));
    if (route.desk.subscriptions.has(route)) letter.#subscriber = route;
    return letter;
  }

  static subscriberOf(letter) {
    return letter.#subscriber;
  }
}

class DeadLetters {
  constructor(kept, listener) {
    this.most = kept;
    this.listener = listener;
    this.letters = [];
    this.total = 0;
    this.forgotten = 0;
    this.replayed = 0;
    this.printed = 0;
    this.isTelling = false;
  }

  /** `isSilent` is whether nobody else is told of it. */
  add(letter, isSilent) {
    this.total++;
    this.letters.push(letter);
    if (this.letters.length > this.most) {
      this.letters.shift();
      this.forgotten++;
    }
    if (this.listener !== undefined) this.tell(letter);
    else if (isSilent) this.report(letter.error, `a handler of ${letter.subsystem} failed for ${letter.address}`);
  }

  tell(letter) {
    if (this.isTelling) {
      // What a listener does can make dead letters, and so on: not without the event loop in between.
      setImmediate(() => this.tell(letter));
      return;
    }
    const failed = (thrown) => this.report(thrown, "the listener for dead letters failed");
    this.isTelling = true;
    try {
      const told = this.listener(letter);
      if (typeof told?.then === "function") told.then(undefined, failed);
    } catch (thrown) {
      failed(thrown);
    }
    this.isTelling = false;
  }

  /** As report, if there is no listener. */
  reportUnlessHeard(error, what) {
    if (this.listener === undefined) this.report(error, what);
  }

  report(error, what) {
    if (this.printed >= MOST_PRINTED) return;
    this.printed++;
    const last = this.printed === MOST_PRINTED ? " (further failures are not printed: see kernel.stats() and onDeadLetter)" : "";
    console.error(`krepis:mycelia: ${what}${last}:`, error);
  }

  takeAll() {
    const { letters } = this;
    this.letters = [];
    return letters;
  }

  /** Keeps letters again that were taken, in front of those that there are now. */
  putBack(letters) {
    this.letters = letters.concat(this.letters);
    const surplus = Math.max(0, this.letters.length - this.most);
    this.letters.splice(0, surplus);
    this.forgotten += surplus;
  }

  stats() {
    const { total, forgotten, replayed, letters } = this;
    return { total, forgotten, replayed, kept: letters.length };
  }
}

return { DeadLetter, DeadLetters };
