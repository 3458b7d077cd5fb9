"use strict";
// The route table of programs. Rust takes the patterns, in order, and says what is wrong with them; the first question after a
// change fetches the plan and makes a matcher of it.

const { createMatcher } = load("krepis/mycelia/matcher");
const { invalid, known, object } = load("krepis/mycelia/options");

const engine = native("mycelia");

/** Tables that nobody can ask any more. */
const unreachable = new FinalizationRegistry((table) => engine.free(table));

const TRAILING_SLASH = ["strict", "ignore"];

const OPTIONS = { percentDecoding: false, trailingSlash: "strict", ignoreCase: false };

function checkOptions(options) {
  known("options", object("options", options), OPTIONS);
  const { percentDecoding = false, trailingSlash = "strict", ignoreCase = false } = options;
  for (const [name, value] of Object.entries({ percentDecoding, ignoreCase })) {
    if (typeof value !== "boolean") throw invalid(name, "true or false", value);
  }
  if (!TRAILING_SLASH.includes(trailingSlash)) throw invalid("trailingSlash", '"strict" or "ignore"', trailingSlash);
  return { percentDecoding, trailingSlash, ignoreCase };
}

function checkText(name, text) {
  if (typeof text !== "string") throw invalid(name, "a string", text);
}

class Router {
  #table;
  #options;
  #values = new Map();
  #constraints = new Map();
  #matcher;

  constructor(options = {}) {
    this.#options = Object.freeze(checkOptions(options));
    const { percentDecoding, trailingSlash, ignoreCase } = this.#options;
    this.#table = engine.create(percentDecoding, trailingSlash === "ignore", ignoreCase);
    unreachable.register(this, this.#table);
    /** The best route for a path. A matcher that has code puts its own function here. */
    this.at = (path) => this.#matching().at(path);
  }

  get options() {
    return this.#options;
  }

  /** How many patterns there are. */
  get size() {
    return this.#values.size;
  }

  constraint(name, check) {
    checkText("name", name);
    if (typeof check !== "function") throw invalid("check", "a function of a text", check);
    const number = engine.constraint(this.#table, name);
    this.#constraints.set(name, { number, check });
    return this;
  }

  insert(pattern, value) {
    checkText("pattern", pattern);
    engine.insert(this.#table, pattern);
    this.#values.set(pattern, value);
    this.#change();
    return this;
  }

  /** The value of a pattern that is taken out; undefined where there is none. */
  remove(pattern) {
    const value = this.#values.get(pattern);
    if (this.#values.delete(pattern)) {
      engine.remove(this.#table, pattern);
      this.#change();
    }
    return value;
  }

  /** Adds all patterns and constraints of another table, or none. */
  merge(other) {
    if (!(other instanceof Router)) throw invalid("other", "a Router", other);
    engine.merge(this.#table, other.#table);
    for (const [name, constraint] of other.#constraints) this.#constraints.set(name, constraint);
    for (const [pattern, value] of other.#values) this.#values.set(pattern, value);
    this.#change();
    return this;
  }

  has(pattern) {
    return this.#values.has(pattern);
  }

  get(pattern) {
    return this.#values.get(pattern);
  }

  [Symbol.iterator]() {
    return this.#values.entries();
  }

  /** All routes that take a path, best first. */
  matchesAll(path) {
    return this.#matching().matchesAll(path);
  }

  /** Pairs of patterns that take the same path: `{ first, second, path }`. */
  overlaps() {
    const checks = new Map([...this.#constraints.values()].map(({ number, check }) => [number, check]));
    return JSON.parse(engine.overlaps(this.#table, (number, text) => checks.get(number)(text) === true));
  }

  /** Makes the matcher, and its code, now. */
  compile() {
    this.#matching().compile();
    return this;
  }

  /** The patterns as a tree, in the order in which they are tried. */
  toString() {
    return engine.print(this.#table);
  }

  /** All that there is to know about the table, for a picture of it: docs/mycelia-layout.md has the `plan`. */
  describe() {
    return {
      kind: "router",
      options: this.#options,
      routes: [...this.#values].map(([pattern, value]) => ({ pattern, value })),
      overlaps: this.overlaps(),
      tree: JSON.parse(engine.tree(this.#table)),
      plan: JSON.parse(engine.plan(this.#table)),
    };
  }

  get [Symbol.toStringTag]() {
    return "Router";
  }

  [Symbol.for("nodejs.util.inspect.custom")](depth, options, inspect) {
    return `Router(${this.size}) ${inspect(Object.fromEntries(this.#values), options)}`;
  }

  #matching() {
    if (this.#matcher !== undefined) return this.#matcher;
    const plan = JSON.parse(engine.plan(this.#table));
    this.#matcher = createMatcher(plan, {
      values: plan.routes.map(({ pattern }) => this.#values.get(pattern)),
      define: (constraint) => this.#define(constraint),
      compileText: engine.compile,
      owner: this,
    });
    return this.#matcher;
  }

  #define(constraint) {
    const own = this.#constraints.get(constraint);
    return own?.check ?? ((text) => engine.holds(this.#table, constraint, text));
  }

  #change() {
    if (this.#matcher === undefined) return;
    this.#matcher = undefined;
    this.at = (path) => this.#matching().at(path);
  }
}

return { Router };
