"use strict";
// What a container runs on: the slots of its instances, and the table from tokens to slots.

const { ANY_KEY, LAZY } = load("krepis/di/dependencies");
const { ALIAS, NOTHING, SCOPED, SINGLETON, VALUE } = load("krepis/di/registrations");
const { Frame, UNMADE } = load("krepis/di/frames");
const { numberOf, stamp } = load("krepis/di/tokens");
const { bind, family, follow, inherit, settle } = load("krepis/di/nodes");
const { builtin } = load("krepis/di/blueprint");
const { graft } = load("krepis/di/grafting");

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

return { NOBODY, Plan, placeOf, slotOf };
