"use strict";
// The graph of a blueprint as the rules take it (ext/di.rs, krepis_di::graph), and what they say.

const { keyName } = load("krepis/di/dependencies");
const { nameOf } = load("krepis/di/tokens");
const { Node } = load("krepis/di/nodes");

const ASYNC = 1;
const HIDDEN = 2;

/** A blueprint as native("di") takes it: texts, services and nodes. */
function encode(blueprint) {
  return [textsOf(blueprint), servicesOf(blueprint), nodesOf(blueprint)];
}

/** Names at even places and keys at odd ones, then notes. */
function textsOf({ ordered, nodes }) {
  const texts = [];
  for (const { token, key } of ordered) texts.push(nameOf(token), key === undefined ? "" : keyName(key));
  for (const node of nodes) texts.push(node.note ?? "");
  return texts;
}

function servicesOf({ ordered }) {
  const rows = new Int32Array(ordered.length * 3);
  for (let at = 0; at < ordered.length; at++) {
    const { key, wildcard } = ordered[at];
    rows[3 * at] = 2 * at;
    rows[3 * at + 1] = key === undefined ? -1 : 2 * at + 1;
    rows[3 * at + 2] = wildcard === null ? -1 : wildcard.index;
  }
  return rows;
}

function nodesOf({ ordered, nodes }) {
  let length = 0;
  for (const { dependencies, discovered } of nodes)
    length += 6 + 2 * (dependencies.length + discovered.length);
  const rows = new Int32Array(length);
  let end = 0;
  for (let at = 0; at < nodes.length; at++) {
    const node = nodes[at];
    rows[end] = node.service.index;
    rows[end + 1] = node.lifetime;
    rows[end + 2] = (node.isAsync ? ASYNC : 0) | (node.isHidden ? HIDDEN : 0);
    rows[end + 3] = node.note === undefined ? -1 : 2 * ordered.length + at;
    rows[end + 4] = node.place;
    const start = end + 6;
    const middle = putWires(rows, start, node.dependencies);
    end = putWires(rows, middle, node.discovered);
    rows[start - 1] = (end - start) / 2;
  }
  return rows.subarray(0, end);
}

function putWires(rows, end, wires) {
  for (let at = 0; at < wires.length; at++) {
    const { need, service } = wires[at];
    // The requested key is no service.
    if (service === null) continue;
    rows[end] = need;
    rows[end + 1] = service instanceof Node ? ~service.index : service.index;
    end += 2;
  }
  return end;
}

/** What the rules say: the order, who needs a scope, and all problems; `report` is undefined if there are none. */
function analyse(blueprint, buildsAsync) {
  const { check } = native("di");
  const services = servicesOf(blueprint);
  const nodes = nodesOf(blueprint);
  // Texts are needed to report problems only.
  let result = check(undefined, services, nodes, buildsAsync);
  if (result.length > 2) result = check(textsOf(blueprint), services, nodes, buildsAsync);
  const [order, needsScope, report, problems = []] = result;
  return { order: new Uint32Array(order.buffer), needsScope, report, problems };
}

return { analyse, encode };
