"use strict";
// container.graph(): services, what they depend on and what is wrong, as data, and drawn by the rules' own hand
// (ext/di.rs, krepis_di::graph::Picture). Nothing is worked out before it is asked for.

const { encode } = load("krepis/di/rules");

/** @param buildsAsync whether async singletons are made by build. */
function graphOf(blueprint, buildsAsync) {
  return new ServiceGraph([...encode(blueprint), buildsAsync]);
}

class ServiceGraph {
  #input;
  #data;

  constructor(input) {
    this.#input = input;
  }

  /** One for each registration: { id, name, service, key, lifetime, async, hidden, note, origin }. */
  get nodes() {
    return this.toJSON().nodes;
  }

  /** Each { from, to, need }, with the ids of nodes. */
  get edges() {
    return this.toJSON().edges;
  }

  /** Dependencies on what nothing provides: { from, service, key, need }. */
  get unprovided() {
    return this.toJSON().unprovided;
  }

  /** What build() would refuse: { kind, message, nodes }. */
  get problems() {
    return this.toJSON().problems;
  }

  /** All problems in words, as build() says them; empty if there are none. */
  get report() {
    return this.#draw("report");
  }

  toJSON() {
    this.#data ??= JSON.parse(this.#draw("json"));
    return this.#data;
  }

  /** A tree for a terminal, followed by the problems. */
  toString(options = undefined) {
    return this.#draw("text", "", options?.colors === true);
  }

  /** For Graphviz. */
  toDot() {
    return this.#draw("dot");
  }

  /** A Mermaid flowchart, for Markdown. */
  toMermaid() {
    return this.#draw("mermaid");
  }

  /** A page with the picture, complete in itself. */
  toHtml(title = "Services") {
    return this.#draw("html", `${title}`);
  }

  #draw(format, title = "", colors = false) {
    return native("di").draw(...this.#input, format, title, colors);
  }
}

return { graphOf };
