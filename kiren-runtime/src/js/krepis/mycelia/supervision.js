"use strict";
// What follows a failure. Whatever is decided, the failed message is a dead letter, who asked is told, and what was not started
// stays where it is.

class Supervisor {
  constructor(desk, options) {
    this.desk = desk;
    this.options = options;
    /** When it restarted, within the time that counts. */
    this.times = [];
    this.timer = undefined;
    /** Of the present rest: whoever ends it otherwise makes it another. */
    this.rests = 0;
  }

  judge() {
    const { desk, options } = this;
    if (options.onError === "stop") desk.stop();
    // Another failure has led to a rest already.
    else if (options.onError === "restart" && desk.status === "active") this.rest();
  }

  rest() {
    const { desk, options } = this;
    const now = Date.now();
    this.times = this.times.filter((time) => now - time < options.within);
    if (this.times.length >= options.maxRestarts) {
      desk.stop();
      return;
    }
    const backoff = Math.min(options.backoff * 2 ** this.times.length, options.maxBackoff);
    this.times.push(now);
    desk.status = "resting";
    this.timer = desk.kernel.later(backoff, () => this.wake());
  }

  /** Calls the hooks from a place on, each when the one before is done; then the rest is over. */
  wake(at = 0) {
    const { desk, rests } = this;
    this.timer = undefined;
    const failed = (error) => {
      if (this.rests === rests) this.hookFailed(error);
    };
    for (; at < desk.restartHooks.length; at++) {
      let done;
      try {
        done = desk.restartHooks[at]();
      } catch (error) {
        failed(error);
        return;
      }
      if (this.rests !== rests) return;
      if (typeof done?.then !== "function") continue;
      const next = at + 1;
      done.then(() => {
        if (this.rests === rests) this.wake(next);
      }, failed);
      return;
    }
    this.goOn();
  }

  goOn() {
    const { desk } = this;
    desk.status = "active";
    desk.restarts++;
    if (!desk.isReady) desk.kernel.enqueue(desk);
  }

  /** That is the next failure. */
  hookFailed(error) {
    const { desk, options } = this;
    desk.kernel.deadLetters.report(error, `a restart hook of subsystem "${desk.name}" failed`);
    if (options.onError === "stop") desk.stop();
    else if (options.onError === "restart") this.rest();
    else this.goOn();
  }

  /** Starts again at once, and counts failures anew. */
  restart() {
    this.forget();
    this.times = [];
    this.desk.status = "resting";
    this.wake();
  }

  forget() {
    if (this.timer !== undefined) this.desk.kernel.forgetTimer(this.timer);
    this.timer = undefined;
    this.rests++;
  }
}

return { Supervisor };
