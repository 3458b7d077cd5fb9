"use strict";
// The way through a table, node by node: what is asked until there is code for the table (compile.js), and whatever is
// not asked often.

const { Dynamic } = load("krepis/mycelia/dynamics");
const { paramsOf } = load("krepis/mycelia/params");
const { read } = load("krepis/mycelia/paths");

/** A node of the plan, ready to be walked. */
class Node {
  edges = null;
  dynamics = null;
  parameter = null;
  wildcard = null;
  /** The number of a wildcard below another one, else -1. */
  below = -1;
}

/** The nodes of a plan. */
function nodesOf(plan, define) {
  const nodes = plan.nodes.map(({ edges, dynamic, parameter, wildcard }) => {
    const node = new Node();
    node.edges = new Map(Object.entries(edges));
    node.dynamics = dynamic.map((dynamic) => new Dynamic(dynamic, define));
    node.parameter = parameter;
    node.wildcard = wildcard;
    return node;
  });
  let below = 0;
  const mark = (at, isBelow) => {
    const node = nodes[at];
    if (isBelow && node.wildcard !== null) node.below = below++;
    const next = [...node.edges.values(), ...node.dynamics.map(({ target }) => target), node.parameter];
    for (const target of next) if (target?.node != null) mark(target.node, isBelow);
    if (node.wildcard?.node != null) mark(node.wildcard.node, true);
  };
  mark(0, false);
  return nodes;
}

/** A match that is under way. */
class Walk {
  constructor(table, reading, isEnough) {
    this.table = table;
    this.reading = reading;
    /** Whether the first route is enough. */
    this.isEnough = isEnough;
    this.length = reading.text.length;
    /** What was captured: beginnings and ends. */
    this.spans = [];
    /** Wildcards below wildcards that were entered. */
    this.entered = new Set();
    this.found = [];
  }

  /** From a node on, with what begins at `at`. Whether that is enough. */
  node(number, at) {
    const node = this.table.nodes[number];
    const { text, folded } = this.reading;
    const slash = folded.indexOf("/", at);
    const end = slash === -1 ? this.length : slash;
    const edge = node.edges.size === 0 ? undefined : node.edges.get(folded.slice(at, end));
    if (edge !== undefined && this.goOn(edge, end)) return true;
    if (at === end) return false;
    for (const dynamic of node.dynamics) {
      if (!dynamic.take(text, folded, at, end)) continue;
      const mark = this.spans.length;
      for (let i = 0; i < dynamic.starts.length; i++) this.spans.push(dynamic.starts[i], dynamic.ends[i]);
      if (this.goOn(dynamic.target, end)) return true;
      this.spans.length = mark;
    }
    if (node.parameter !== null && this.capture(node.parameter, at, end)) return true;
    return node.wildcard !== null && this.wildcard(node, at, end);
  }

  capture(target, at, end) {
    const mark = this.spans.length;
    this.spans.push(at, end);
    if (this.goOn(target, end)) return true;
    this.spans.length = mark;
    return false;
  }

  /** Behind a segment that ends at `end`. */
  goOn({ route, node }, end) {
    if (end === this.length) return route !== null && this.take(route);
    return node !== null && this.node(node, end + 1);
  }

  /**
   * One segment, then more, and at last the rest. Where a wildcard led nowhere, it leads nowhere from later on: from where
   * it was it could have taken what lies between. So each is entered once, and all of this stays linear.
   */
  wildcard({ below, wildcard }, at, end) {
    if (below !== -1) {
      if (this.entered.has(below)) return false;
      this.entered.add(below);
    }
    const { folded } = this.reading;
    while (wildcard.node !== null && end < this.length) {
      const mark = this.spans.length;
      this.spans.push(at, end);
      if (this.node(wildcard.node, end + 1)) return true;
      this.spans.length = mark;
      const slash = folded.indexOf("/", end + 1);
      end = slash === -1 ? this.length : slash;
    }
    return wildcard.route !== null && this.capture(wildcard, at, this.length);
  }

  take(route) {
    const { found, table, reading, spans } = this;
    // A wildcard in the middle can come to the same route in several ways: the first counts.
    if (found.some((match) => match.route === route)) return false;
    const texts = [];
    for (let i = 0; i < spans.length; i += 2) texts.push(reading.slice(spans[i], spans[i + 1]));
    found.push({ route, params: paramsOf(table.routes[route].captures, texts) });
    return this.isEnough;
  }
}

/** All routes that take a path, in order, or the first: `{ route, params }`. */
function walk(table, path, isEnough) {
  const reading = read(path, table.options);
  if (reading === null) return [];
  const way = new Walk(table, reading, isEnough);
  const route = table.statics.get(reading.folded);
  if (route === undefined || !way.take(route)) way.node(0, 0);
  return way.found;
}

return { nodesOf, walk };
