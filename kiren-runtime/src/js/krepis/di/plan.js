"use strict";
// Registrations made into what the container runs on: a node for each registration that counts, wired to the nodes that
// it depends on, with a slot for its instance; the table from tokens to slots; and the graph for the rules (ext/di.rs).

const { ALL, ANY_KEY, KEY, LAZY, ONE, keyName, serviceName } = load("krepis/di/dependencies");
const { ALIAS, NOTHING, Registration, SCOPE, SCOPED, SCOPE_VALUE, SINGLETON, VALUE } =
  load("krepis/di/registrations");
const { Frame, UNMADE } = load("krepis/di/frames");
const { makeCold } = load("krepis/di/making");
const { NO_DEFAULT, Token, nameOf, numberOf, stamp } = load("krepis/di/tokens");

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

/** The services of a set of registrations, wired. Nothing here can be made yet: that takes a plan. */
class Blueprint {
  /** Services by token, then by key. */
  services = new Map();
  ordered = [];
  nodes = [];

  constructor(registrations, decorations) {
    const counted = conditions(registrations);
    for (const registration of counted) this.#add(registration, decorations);
    // Wiring may add services, and nodes for what the container itself provides.
    for (let at = 0; at < this.nodes.length; at++) this.#wire(this.nodes[at]);
    for (const node of this.nodes) {
      node.dependencies.forEach(aim);
      node.discovered.forEach(aim);
    }
  }

  service(token, key) {
    const found = this.services.get(token);
    if (found === undefined) return undefined;
    return found instanceof Map ? found.get(key) : key === undefined ? found : undefined;
  }

  /** The service, new if need be. Most have no key, and need no Map of keys. */
  #ensure(token, key) {
    const found = this.services.get(token);
    if (found === undefined && key === undefined) {
      const service = this.#number(new Service(token, key));
      this.services.set(token, service);
      return service;
    }
    let keys = found;
    if (!(found instanceof Map)) {
      keys = new Map();
      if (found !== undefined) {
        found.siblings = keys;
        keys.set(undefined, found);
      }
      this.services.set(token, keys);
    }
    let service = keys.get(key);
    if (service === undefined) {
      service = new Service(token, key);
      service.siblings = keys;
      if (key !== undefined && key !== ANY_KEY) service.wildcard = this.#ensure(token, ANY_KEY);
      keys.set(key, this.#number(service));
    }
    return service;
  }

  #number(service) {
    service.index = this.ordered.length;
    this.ordered.push(service);
    return service;
  }

  #add(registration, decorations) {
    const service = this.#ensure(registration.token, registration.key);
    let node = this.#node(new Node(service, registration, registration.key));
    for (const decoration of decorations) {
      if (
        decoration.token !== registration.token ||
        (decoration.key !== undefined && decoration.key !== registration.key)
      )
        continue;
      node.isHidden = true;
      node = this.#node(decorated(service, node, decoration));
    }
    provide(service, node);
  }

  #node(node) {
    node.index = this.nodes.length;
    this.nodes.push(node);
    return node;
  }

  #wire(node) {
    const { dependencies, discovered } = node.registration;
    if (dependencies !== NOTHING) {
      const wires = new Array(dependencies.length);
      for (let at = 0; at < wires.length; at++) wires[at] = this.#wireOf(dependencies[at]);
      node.dependencies = node.dependencies === NOTHING ? wires : [...node.dependencies, ...wires];
    }
    if (discovered !== null) {
      node.discovered = discovered.map((dependency) => this.#wireOf(dependency));
    }
  }

  #wireOf(dependency) {
    if (dependency.need === KEY) return new Wire(dependency, null);
    const { token, key } = dependency;
    const service = this.#ensure(token, key);
    if (service.nodes.length === 0 && key === undefined) this.#provide(service);
    return new Wire(dependency, service);
  }

  /** What is there without having been registered: the scope, the container, and defaults of tokens. */
  #provide(service) {
    const registration = provided(service.token);
    if (registration !== undefined) provide(service, this.#node(new Node(service, registration, undefined)));
  }
}

const providedBefore = new WeakMap();

function provided(token) {
  if (token !== builtin.Scope && token !== builtin.Container && Token.initial(token) === NO_DEFAULT)
    return undefined;
  let registration = providedBefore.get(token);
  if (registration === undefined) {
    const isScope = token === builtin.Scope;
    const value = token === builtin.Container || isScope ? undefined : Token.initial(token);
    registration = new Registration(
      token,
      undefined,
      isScope ? SCOPE : VALUE,
      value,
      NOTHING,
      isScope ? SCOPED : SINGLETON,
      false,
    );
    registration.note = Token.is(token) ? "default" : "built in";
    providedBefore.set(token, registration);
  }
  return registration;
}

/** The classes that mean the scope and the container themselves; di.js fills it. */
const builtin = { Scope: null, Container: null };

/** The node of a decorator around another node. */
function decorated(service, inner, decoration) {
  const { registration } = inner;
  let outer = decoration.made.get(registration);
  if (outer === undefined) {
    outer = new Registration(
      registration.token,
      registration.key,
      decoration.kind,
      decoration.implementation,
      decoration.dependencies,
      inner.lifetime,
      inner.isAsync || decoration.isAsync,
    );
    outer.options = decoration.options;
    outer.note = "decorator";
    outer.place = decoration.place;
    decoration.made.set(registration, outer);
  }
  const node = new Node(service, outer, registration.key);
  node.dependencies = [new Wire({ need: ONE }, inner)];
  return node;
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

/** The registrations that count: what `when` and `ifAbsent` say, whatever the order. */
function conditions(registrations) {
  if (!registrations.some(({ options }) => options?.when !== undefined || options?.ifAbsent))
    return registrations;
  const unconditional = registrations.filter(
    ({ options }) => options?.when === undefined && !options?.ifAbsent,
  );
  const registry = Object.freeze({
    has: (token, key) => unconditional.some((other) => other.token === token && other.key === key),
  });
  const allowed = registrations.filter(
    ({ options }) => options?.when === undefined || Boolean(options.when(registry)),
  );
  const present = new Map();
  const claim = ({ token, key }) => {
    const keys = present.get(token) ?? new Set();
    present.set(token, keys);
    const isNew = !keys.has(key);
    keys.add(key);
    return isNew;
  };
  for (const registration of allowed) if (!registration.options?.ifAbsent) claim(registration);
  return allowed.filter((registration) => !registration.options?.ifAbsent || claim(registration));
}

// ---------------------------------------------------------------------------------------------------------------------
// The rules

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

// ---------------------------------------------------------------------------------------------------------------------
// The plan

/** Numbers of tokens further apart than this many per service are looked up in a Map. */
const SPARSE = 8;

/** A token that nobody asks for. */
const NOBODY = Object.freeze({});

/**
 * The place of a token in the tables of a plan, -1 if it has none. Reading the number of a token costs 6 ns where the code
 * has seen many classes, a comparison with one of the last four tokens much less.
 */
function placeOf(plan, token) {
  if (token === plan.first) return plan.firstAt;
  if (token === plan.second) return plan.secondAt;
  if (token === plan.third) return plan.thirdAt;
  if (token === plan.fourth) return plan.fourthAt;
  const at = numberOf(token) - plan.base;
  if (at < 0 || at >= plan.table.length) return -1;
  // Not every time: where more are asked for in turn than fit, they must stay long enough to be found.
  if ((plan.misses = (plan.misses + 1) & 15) === 0) remember(plan, token, at);
  return at;
}

function remember(plan, token, at) {
  plan.fourth = plan.third;
  plan.fourthAt = plan.thirdAt;
  plan.third = plan.second;
  plan.thirdAt = plan.secondAt;
  plan.second = plan.first;
  plan.secondAt = plan.firstAt;
  plan.first = token;
  plan.firstAt = at;
}

class Plan {
  /** By number of a token, from `base` on: the slot of a scoped service, else 0. */
  table = [];
  base = 0;
  /** Tokens that were asked for last, and their places in the tables: see `placeOf`. */
  first = NOBODY;
  firstAt = -1;
  second = NOBODY;
  secondAt = -1;
  third = NOBODY;
  thirdAt = -1;
  fourth = NOBODY;
  fourthAt = -1;
  misses = 0;
  /** The same for singletons that were asked for: the instance itself; `UNMADE` for all else. */
  ready = [];
  /** The same for nodes. */
  winners = [];
  blueprint = null;
  /** Instances of singletons: the values of `root`. Slot 0 is never filled, here and in scopes. */
  singles = [UNMADE];
  root = null;
  /** Slots of a scope, the first one included. */
  scopedCount = 1;
  pool = [];
  pooled = 0;
  /** Keys that were given out, by token and key of a service; and what brings one up to date after an override. */
  keys = new Map();
  follow = null;

  constructor(container, blueprint, analysis) {
    this.root = new Frame(this, 0);
    this.root.values = this.singles;
    this.root.scope = container;
    this.install(blueprint, analysis, null);
  }

  /** Starts to run on a blueprint. Where another one was before, nodes whose service is the same as before stay. */
  install(blueprint, analysis, before) {
    describe(blueprint, analysis);
    const fresh = before === null ? blueprint.nodes : graft(blueprint, before);
    for (const node of fresh) {
      this.#settle(node);
      if (node.bound !== null) for (const twin of node.bound.values()) this.#settle(twin);
    }
    this.run(blueprint);
    return fresh;
  }

  #settle(node) {
    node.plan = this;
    node.dependencies.forEach(settle);
    if (node.kind !== ALIAS && node.lifetime === SINGLETON) {
      node.slot = this.singles.length;
      const isContainer = node.kind === VALUE && node.service.token === builtin.Container;
      this.singles.push(isContainer ? this.root.scope : node.kind === VALUE ? node.implementation : UNMADE);
    } else if (node.kind !== ALIAS && node.lifetime === SCOPED) {
      node.slot = this.scopedCount++;
    }
    if (node.original !== null) inherit(node);
  }

  /** Lets tokens lead to the nodes of a blueprint. */
  run(blueprint) {
    this.blueprint = blueprint;
    blueprint.nodes.forEach((node, at) => {
      node.index = at;
    });
    const numbered = [];
    let base = Infinity;
    for (const [token, found] of blueprint.services) {
      const service = found instanceof Map ? found.get(undefined) : found;
      if (service === undefined || service.nodes.length === 0) continue;
      const number = stamp(token);
      if (number === -1) continue;
      if (number < base) base = number;
      numbered.push(number, service.winner);
    }
    this.base = base === Infinity ? 0 : base;
    for (let last = 0; last < 4; last++) remember(this, NOBODY, -1);
    this.table = [];
    this.ready = [];
    this.winners = [];
    const most = (numbered.length / 2) * SPARSE + 64;
    for (let at = 0; at < numbered.length; at += 2) this.#point(numbered[at] - base, numbered[at + 1], most);
    for (const keys of this.keys.values()) for (const key of keys.values()) this.follow(key);
    this.pool = [];
    this.pooled = 0;
  }

  #point(at, node, most) {
    if (at >= most) return;
    while (this.table.length <= at) {
      this.table.push(0);
      this.ready.push(UNMADE);
      this.winners.push(undefined);
    }
    this.table[at] = node.lifetime === SCOPED ? node.slot : 0;
    this.winners[at] = node;
  }

  /** The node for a service; undefined if there is none. */
  find(token, key) {
    if (key === ANY_KEY) return undefined;
    const service = this.blueprint.service(token, key);
    if (service !== undefined) return service.winner;
    if (key === undefined) return undefined;
    const any = this.blueprint.service(token, ANY_KEY)?.nodes;
    return any === undefined || any.length === 0 ? undefined : bind(any[any.length - 1], key);
  }

  /** The nodes of all registrations of a service. */
  findAll(token, key) {
    const service = this.blueprint.service(token, key);
    if (service === undefined) return NOTHING;
    return (key === ANY_KEY ? family(service) : service.nodes).map(follow);
  }
}

/** n > 0 is slot n of a scope, n < 0 slot -n of the container, 0 neither. */
function slotOf(node) {
  return node.lifetime === SINGLETON ? -node.slot : node.slot;
}

/** Notes of each node what the rules found out. */
function describe({ nodes }, { order, needsScope }) {
  nodes.forEach((node, at) => {
    node.needsScope = needsScope[at] === 1;
  });
  for (const at of order) {
    let height = 0;
    for (const wire of nodes[at].dependencies) {
      if (wire.need === LAZY) continue;
      for (const target of wire.targets) height = Math.max(height, (target.original ?? target).height);
    }
    nodes[at].height = height + 1;
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// Overrides

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

return { Blueprint, NOBODY, Plan, analyse, builtin, encode, placeOf, slotOf };
