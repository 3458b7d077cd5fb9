"use strict";
// A node for each registration that counts, wired to the nodes that it depends on.

const { ALL, ANY_KEY, serviceName } = load("krepis/di/dependencies");
const { ALIAS, NOTHING, SCOPED, SCOPE_VALUE, VALUE } = load("krepis/di/registrations");
const { makeCold } = load("krepis/di/making");

/** A dependency and what it leads to. */
class Wire {
  constructor(dependency, service) {
    this.need = dependency.need;
    this.dependency = dependency;
    /** The service, or the node behind a decorator. */
    this.service = service;
    /** The nodes that answer, and the same without aliases. */
    this.aimed = NOTHING;
    this.targets = NOTHING;
    /** The one that is given. */
    this.target = undefined;
  }
}

class Node {
  constructor(service, registration, key) {
    this.service = service;
    this.registration = registration;
    this.kind = registration.kind;
    this.implementation = registration.implementation;
    this.lifetime = registration.lifetime;
    this.isAsync = registration.isAsync;
    /** The key that it is asked for under. */
    this.key = key;
    this.dependencies = NOTHING;
    /** Where its instance is: in the values of the container's frame or of a scope's; 0 if it has no slot. */
    this.slot = 0;
    this.plan = null;
    this.make = makeCold;
    this.calls = 0;
    this.isCompiled = false;
    this.dispose =
      registration.kind === VALUE || registration.kind === SCOPE_VALUE
        ? false
        : registration.options?.dispose;
    this.needsScope = registration.lifetime === SCOPED;
    /** The longest way down. */
    this.height = 0;
    /** Its number in the graph. */
    this.index = -1;
    this.isHidden = false;
    this.note = registration.note;
    this.place = registration.place;
    /** What it was seen to ask for with inject(). */
    this.discovered = NOTHING;
    /** Of a node for any key: its twins by key; of a twin: that node. */
    this.bound = null;
    this.original = null;
  }

  get name() {
    return serviceName(this.service.token, this.key);
  }
}

/** Most services have one registration: their lists have room for no more. */
function provide(service, node) {
  if (service.nodes === NOTHING) service.nodes = [node];
  else service.nodes.push(node);
}

class Service {
  #last = null;

  constructor(token, key) {
    this.token = token;
    this.key = key;
    this.nodes = NOTHING;
    this.wildcard = null;
    /** The services of all keys of the token, if any has one. */
    this.siblings = null;
    this.index = -1;
  }

  /** The node that answers for the service. */
  get winner() {
    return this.nodes.length > 0 ? follow(this.nodes[this.nodes.length - 1]) : this.fallback;
  }

  /** A list of the one registration that counts, aliases not followed, as it is when everything is wired; or of none. */
  get last() {
    const { nodes } = this;
    if (nodes.length === 1) return nodes;
    if (this.#last === null) {
      const last = nodes.length > 0 ? nodes[nodes.length - 1] : this.fallback;
      this.#last = last === undefined ? NOTHING : [last];
    }
    return this.#last;
  }

  /** The twin of the node for any key. */
  get fallback() {
    const nodes = this.wildcard?.nodes;
    return nodes === undefined || nodes.length === 0 ? undefined : bind(nodes[nodes.length - 1], this.key);
  }
}

/** What an alias stands for. */
function follow(node) {
  while (node.kind === ALIAS) node = node.dependencies[0].aimed[0];
  return node;
}

/** The twin, for one key, of a node that answers for any. It has no slot: instances are kept by node. */
function bind(node, key) {
  if (node.kind === ALIAS) return follow(node);
  node.bound ??= new Map();
  let twin = node.bound.get(key);
  if (twin === undefined) {
    twin = new Node(node.service, node.registration, key);
    twin.original = node;
    node.bound.set(key, twin);
    // Before that it is the plan which does it.
    if (node.plan !== null) inherit(twin);
  }
  return twin;
}

/** A twin has what its node has, but for its key and its instances. */
function inherit(twin) {
  const { original, key } = twin;
  twin.dependencies = original.dependencies.map((wire) => {
    if (!(wire.service instanceof Node)) return wire;
    const own = new Wire(wire.dependency, bind(wire.service, key));
    aim(own);
    settle(own);
    return own;
  });
  twin.plan = original.plan;
  twin.needsScope = original.needsScope;
  twin.height = original.height;
  twin.index = original.index;
  if (twin.kind === VALUE) twin.plan.root.store(twin, twin.implementation);
}

/** Sets what a dependency leads to. */
function aim(wire) {
  const { service, need } = wire;
  if (service === null) return;
  if (service instanceof Node) {
    wire.aimed = [service];
  } else if (need === ALL) {
    wire.aimed = service.key === ANY_KEY ? family(service) : service.nodes;
  } else {
    wire.aimed = service.last;
  }
  wire.targets = wire.aimed;
}

/** Aliases are followed once it is known that none of them goes in a circle. */
function settle(wire) {
  if (wire.aimed.some((target) => target.kind === ALIAS)) wire.targets = wire.aimed.map(follow);
  else wire.targets = wire.aimed;
  if (wire.need !== ALL) wire.target = wire.targets[0];
}

/** The registrations of all keys, without those for any key, in order. */
function family(wildcard) {
  const nodes = [];
  for (const [key, service] of wildcard.siblings)
    if (key !== undefined && key !== ANY_KEY) nodes.push(...service.nodes);
  return nodes.sort((a, b) => a.index - b.index);
}

return { Node, Service, Wire, aim, bind, family, follow, inherit, provide, settle };
