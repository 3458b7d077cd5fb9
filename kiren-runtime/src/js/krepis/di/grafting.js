"use strict";
// Overrides: which nodes of a new blueprint are as they were before, so that their instances stay.

const { Node, bind } = load("krepis/di/nodes");

/** Puts the nodes of the blueprint before in place of those that mean the same; the others are returned. */
function graft(blueprint, before) {
  const old = new Map();
  for (const node of before.nodes) old.set(node.registration, node);
  const fresh = changed(blueprint, old);
  const final = (node) => {
    const own = node.original ?? node;
    if (fresh.has(own)) return node;
    const kept = old.get(own.registration);
    return node.original === null ? kept : bind(kept, node.key);
  };
  for (const service of blueprint.ordered) service.nodes = service.nodes.map(final);
  for (const node of fresh) {
    for (const wire of [...node.dependencies, ...node.discovered]) {
      wire.aimed = wire.aimed.map(final);
      if (wire.service instanceof Node) wire.service = final(wire.service);
    }
  }
  blueprint.nodes = blueprint.nodes.map(final);
  return fresh;
}

/** The nodes that are not as before: new ones, ones that are given something else, and whatever depends on such. */
function changed(blueprint, old) {
  const dependents = new Map();
  const fresh = new Set();
  const waiting = [];
  for (const node of blueprint.nodes) {
    const wires = [...node.dependencies, ...node.discovered];
    for (const wire of wires) {
      for (const target of wire.aimed) {
        const own = target.original ?? target;
        if (!dependents.has(own)) dependents.set(own, []);
        dependents.get(own).push(node);
      }
    }
    const before = old.get(node.registration);
    if (before === undefined || !isAlike(wires, [...before.dependencies, ...before.discovered]))
      waiting.push(node);
  }
  while (waiting.length > 0) {
    const node = waiting.pop();
    if (fresh.has(node)) continue;
    fresh.add(node);
    waiting.push(...(dependents.get(node) ?? []));
  }
  return fresh;
}

function isAlike(wires, others) {
  return wires.every((wire, at) => {
    const other = others[at];
    return (
      other !== undefined &&
      wire.aimed.length === other.aimed.length &&
      wire.aimed.every((target, index) => target.registration === other.aimed[index].registration)
    );
  });
}

return { graft };
