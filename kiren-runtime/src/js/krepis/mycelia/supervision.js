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

  /** The rest is over. A hook that throws is the next failure. */
  wake() {
    const { desk } = this;
    this.timer = undefined;
    if (desk.status !== "resting") return;
    desk.status = "active";
    try {
      for (const hook of desk.restartHooks) hook();
    } catch (error) {
      desk.kernel.deadLetters.report(error, `a restart hook of subsystem "${desk.name}" failed`);
      this.judge();
      if (desk.status !== "active") return;
    }
    desk.restarts++;
    if (!desk.isReady) desk.kernel.enqueue(desk);
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
  }
}

return { Supervisor };
