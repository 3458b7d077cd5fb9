"use strict";
// Isolates on threads of their own that run the same module, and handle what it registers: kernel.workers().

const { KernelError } = load("krepis/mycelia/errors");
const { callable, invalid, object, whole } = load("krepis/mycelia/options");

const { stop_subsystem } = native("bus");
const engine = native("workers");

const MOST = 256;

class Workers {
  #bus;
  #group;
  #onExit;
  #claims = [];
  #alive;
  #isStopped = false;
  #isReady = false;

  static async start(bus, count, module, options = {}) {
    whole("count", count, 1, MOST);
    const { data, onExit } = object("options", options);
    if (onExit !== undefined) callable("onExit", onExit);
    if (JSON.stringify(data ?? null) === undefined) throw invalid("data", "a value that JSON.stringify takes", data);
    const text = JSON.stringify({ data: data ?? null, isHeard: bus.core.deadLetters.listener !== undefined });
    const workers = new Workers(bus, count, engine.start(bus.number, count, pathOf(module), text), onExit);
    await workers.#begin(count);
    return workers;
  }

  constructor(bus, count, group, onExit) {
    this.#bus = bus;
    this.#group = group;
    this.#onExit = onExit;
    this.#alive = count;
  }

  /** How many are running. */
  get alive() {
    return this.#alive;
  }

  /** The subsystems that they handle: `{ name, routes }`. */
  get subsystems() {
    return this.#claims;
  }

  /** Ends them: what they have begun is finished, what they have not becomes dead letters. */
  async stop() {
    if (this.#isStopped) return;
    this.#isStopped = true;
    await engine.stop(this.#bus.number, this.#group);
    this.#alive = 0;
    this.#leave();
  }

  async [Symbol.asyncDispose]() {
    await this.stop();
  }

  /** Waits until all have registered their handlers; a module that fails ends them all. */
  async #begin(count) {
    const ready = new Set();
    while (ready.size < count) {
      const event = await engine.next_event(this.#group, true);
      if (event.claims !== undefined) {
        ready.add(event.worker);
        this.#claims = JSON.parse(event.claims);
        continue;
      }
      await this.stop();
      const why = event.error ?? `it ended with the exit code ${event.code} before its handlers were registered`;
      throw new KernelError("ERR_WORKER_FAILED", `worker ${event.worker} did not start: ${why}`);
    }
    this.#isReady = true;
    this.#watch();
  }

  async #watch() {
    for (;;) {
      const event = await engine.next_event(this.#group, false);
      if (event === undefined || this.#isStopped) return;
      if (event.claims !== undefined) {
        this.#alive++;
        continue;
      }
      this.#alive--;
      this.#tell(event);
      if (this.#alive === 0 && event.again === undefined) this.#leave();
    }
  }

  #tell({ worker, error, code, again }) {
    if (this.#onExit !== undefined) {
      try {
        this.#onExit({ worker, error, code, restartsIn: again });
      } catch (thrown) {
        this.#bus.core.deadLetters.report(thrown, "onExit of kernel.workers() failed");
      }
      return;
    }
    const then = again === undefined ? "it is not started again" : `it starts again in ${again} ms`;
    const why = error === undefined ? `ended with the exit code ${code}` : "ended with an error";
    console.error(`krepis:mycelia: worker ${worker} ${why}; ${then}${error === undefined ? "" : `\n${error}`}`);
  }

  /** Nobody handles their subsystems any more. */
  #leave() {
    if (!this.#isStopped) engine.stop(this.#bus.number, this.#group);
    for (const { name } of this.#claims) stop_subsystem(this.#bus.number, name);
  }

  get [Symbol.toStringTag]() {
    return "Workers";
  }
}

function pathOf(module) {
  if (module instanceof URL || (typeof module === "string" && module.startsWith("file:"))) {
    return load("node/url").fileURLToPath(module);
  }
  if (typeof module !== "string") throw invalid("module", "a URL, or the path of a file", module);
  return load("node/path").resolve(module);
}

return { Workers };
