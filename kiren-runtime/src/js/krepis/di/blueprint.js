"use strict";
// Registrations made into services and nodes: conditions, decorators, keys, and what is there without being registered.
// Nothing of it can be made yet: that takes a plan.

const { ANY_KEY, KEY, ONE } = load("krepis/di/dependencies");
const { NOTHING, Registration, SCOPE, SCOPED, SINGLETON, VALUE } = load("krepis/di/registrations");
const { NO_DEFAULT, Token } = load("krepis/di/tokens");
const { Node, Service, Wire, aim, provide } = load("krepis/di/nodes");

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

return { Blueprint, builtin };
