"use strict";
// A subsystem, as programs hold it.

const { callable } = load("krepis/mycelia/options");
const { checkInterceptor } = load("krepis/mycelia/interceptors");

class Subsystem {
  #kernel;
  #desk;

  constructor(kernel, desk) {
    this.#kernel = kernel;
    this.#desk = desk;
  }

  get name() {
    return this.#desk.name;
  }

  get status() {
    return this.#desk.status;
  }

  /** Handles the messages for `name://route`. */
  on(route, handler) {
    this.#kernel.addRoute(this.#desk, `${this.#desk.name}://${route}`, handler);
    return this;
  }

  /** Takes a handler away; what waits for it becomes dead letters. Whether there was one. */
  off(route) {
    return this.#kernel.removeRoute(`${this.#desk.name}://${route}`);
  }

  /** Handles what is published on topics of a pattern; a function that ends that. */
  subscribe(topics, handler) {
    return this.#kernel.topics.add(this.#desk, topics, handler);
  }

  /** Looks at every message around its handler, inside of the interceptors that are there. */
  intercept(interceptor) {
    checkInterceptor(interceptor);
    this.#desk.interceptors.push(interceptor);
    this.#kernel.applyInterceptors(this.#desk);
    return this;
  }

  /** Calls `hook` whenever the subsystem goes on after a failure. */
  onRestart(hook) {
    this.#desk.restartHooks.push(callable("hook", hook));
    return this;
  }

  pause() {
    this.#desk.pause();
  }

  resume() {
    this.#desk.resume();
  }

  stop() {
    this.#desk.stop();
  }

  restart() {
    this.#desk.restart();
  }

  stats() {
    return this.#desk.stats();
  }

  get [Symbol.toStringTag]() {
    return "Subsystem";
  }

  [Symbol.for("nodejs.util.inspect.custom")](depth, options, inspect) {
    const { name, status, waiting, running } = this.#desk;
    return `Subsystem ${inspect({ name, status, waiting, running }, options)}`;
  }
}

return { Subsystem };
