"use strict";
// Route tables of `mycelia-router` in JavaScript: built and checked by Rust, matched here, with the same answers. A table
// arrives as a plan: docs/mycelia-layout.md.
//
//   paths.js        how paths are read            constraints.js  what a parameter may be
//   walk.js         the way through the nodes     dynamics.js     segments with text and parameters
//   compile.js      the same as code              params.js       objects for what was captured

const { compile } = load("krepis/mycelia/compile");
const { EMPTY } = load("krepis/mycelia/params");
const { nodesOf, walk } = load("krepis/mycelia/walk");

/** After so many questions a table gets code. Making it takes about as long as some hundred questions without it. */
const QUESTIONS = 64;

const VERSION = 1;

/**
 * A matcher for a plan. `values` has what routes lead to, in the order of the plan: their numbers if it is left out.
 * `define(constraint)` gives the function text => boolean for a constraint that is not built in: a name, or an expression
 * in parentheses. `compileText(source, names)` makes a function of source text, and is left out where none can be made; what
 * it made also becomes `at` of the `owner`.
 */
class Matcher {
  #table;
  #values;
  #define;
  #compileText;
  #owner;
  #statics = new Map();
  #questions = 0;

  constructor(plan, { values, define, compileText, owner } = {}) {
    if (plan.version !== VERSION) {
      throw new TypeError(`cannot read a route table of version ${plan.version}: expected ${VERSION}`);
    }
    this.#table = {
      plan,
      options: plan.options,
      routes: plan.routes,
      statics: new Map(Object.entries(plan.statics)),
      nodes: nodesOf(plan, define),
    };
    this.#values = values ?? plan.routes.map((_, route) => route);
    this.#define = define;
    this.#compileText = compileText;
    this.#owner = owner;
    for (const [path, route] of this.#table.statics) {
      this.#statics.set(path, Object.freeze({ value: this.#values[route], params: EMPTY }));
    }
    /** The best route for a path: `{ value, params }`, or null. */
    this.at = (path) => this.#walked(path);
  }

  #walked(path) {
    if (this.#compileText !== undefined && ++this.#questions === QUESTIONS) this.compile();
    return this.#first(path);
  }

  #first(path) {
    const found = walk(this.#table, path, true);
    return found.length === 0 ? null : this.#answer(found[0]);
  }

  #answer({ route, params }) {
    return { value: this.#values[route], params };
  }

  /** All routes that take a path, best first. */
  matchesAll(path) {
    return walk(this.#table, path, false).map((found) => this.#answer(found));
  }

  /** Makes code for the table now. */
  compile() {
    const table = {
      plan: this.#table.plan,
      define: this.#define,
      values: this.#values,
      statics: this.#statics,
      slow: (path) => this.#first(path),
    };
    this.at = compile(table, this.#compileText);
    if (this.#owner !== undefined) this.#owner.at = this.at;
  }
}

function createMatcher(plan, options) {
  return new Matcher(plan, options);
}

return { createMatcher };
