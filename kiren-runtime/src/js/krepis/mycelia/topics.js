"use strict";
// What is published, and who subscribed to it.

const { Router } = load("krepis/mycelia/router");
const { noSubscriber } = load("krepis/mycelia/errors");
const { idOf } = load("krepis/mycelia/message");
const { callable } = load("krepis/mycelia/options");

/** Answers that are kept, for topics that were asked for. */
const MOST_KNOWN = 1024;

class Topics {
  constructor(kernel) {
    this.kernel = kernel;
    /** More than one where patterns differ only in the names of their parameters: all of those are heard. */
    this.tables = [new Router()];
    this.constraints = [];
    this.known = new Map();
  }

  constraint(name, check) {
    for (const table of this.tables) table.constraint(name, check);
    this.constraints.push([name, check]);
  }

  /** Patterns, and those who subscribed to them. */
  *[Symbol.iterator]() {
    for (const table of this.tables) yield* table;
  }

  add(desk, pattern, handler) {
    callable("handler", handler);
    const route = this.kernel.routeFor(desk, pattern, handler);
    this.insert(pattern, route);
    desk.subscriptions.add(route);
    this.known.clear();
    try {
      this.kernel.join(desk);
    } catch (error) {
      this.remove(pattern, route);
      throw error;
    }
    return () => this.remove(pattern, route);
  }

  insert(pattern, route) {
    const table = this.tableOf(pattern);
    if (table !== undefined) {
      table.get(pattern).push(route);
      return;
    }
    for (const other of this.tables) {
      try {
        other.insert(pattern, [route]);
        return;
      } catch (error) {
        if (error.code !== "ERR_ROUTE_CONFLICT") throw error;
      }
    }
    const another = new Router();
    for (const [name, check] of this.constraints) another.constraint(name, check);
    this.tables.push(another.insert(pattern, [route]));
  }

  tableOf(pattern) {
    return this.tables.find((table) => table.has(pattern));
  }

  remove(pattern, route) {
    const { desk } = route;
    if (!desk.subscriptions.delete(route)) return false;
    const table = this.tableOf(pattern);
    const left = table.get(pattern);
    left.splice(left.indexOf(route), 1);
    if (left.length === 0) table.remove(pattern);
    this.known.clear();
    desk.forgetRoute(route);
    return true;
  }

  /** `[route, params, ...]` of those who subscribed to a topic. */
  of(topic) {
    let all = this.known.get(topic);
    if (all === undefined) {
      const found = this.tables.flatMap((table) => table.matchesAll(topic));
      all = found.flatMap(({ value, params }) => value.flatMap((route) => [route, Object.freeze(params)]));
      if (this.known.size === MOST_KNOWN) this.known.clear();
      this.known.set(topic, all);
    }
    return all;
  }

  /** Sends to one of them; the id of the message. */
  publishTo(route, topic, body) {
    if (!route.desk.subscriptions.has(route)) throw noSubscriber(topic, route.pattern);
    const all = this.of(topic);
    return idOf(route.desk.accept(route, topic, all[all.indexOf(route) + 1], body));
  }

  publish(topic, body) {
    const all = this.of(topic);
    const published = { delivered: 0, refused: 0 };
    for (let at = 0; at < all.length; at += 2) {
      const route = all[at];
      try {
        route.desk.accept(route, topic, all[at + 1], body);
        published.delivered++;
      } catch (error) {
        if (error?.name !== "KernelError") throw error;
        published.refused++;
      }
    }
    return published;
  }
}

return { Topics };
