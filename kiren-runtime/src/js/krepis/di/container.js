"use strict";
// The container: collects registrations until it is built, then gives singletons and makes scopes.

const { ServiceError, together } = load("krepis/di/errors");
const { checkKey, checkToken } = load("krepis/di/dependencies");
const {
  NOTHING,
  Registration,
  SCOPED,
  SCOPE_VALUE,
  SINGLETON,
  TRANSIENT,
  decorationOf,
  registrationOf,
  registrationOfInjectable,
} = load("krepis/di/registrations");
const { UNMADE, disposeMade, disposeMadeAsync, throwErrors } = load("krepis/di/frames");
const { disposed, missing, obtainAsync } = load("krepis/di/making");
const { nativeRegistrations } = load("krepis/di/native");
const { Blueprint, builtin } = load("krepis/di/blueprint");
const { analyse } = load("krepis/di/rules");
const { Plan, placeOf } = load("krepis/di/plan");
const { Level, Override, Snapshot } = load("krepis/di/override");
const scopes = load("krepis/di/scope");
const { Key, enterAt } = scopes;
const { shown } = load("krepis/di/tokens");

const slotOfKey = Key.slot;
const followKey = Key.follow;

/** What a container that is not built, or is disposed, runs on. */
const { CLOSED } = scopes;

/** Where the program is that called the function which calls this; called from there only, as each frame between costs. */
const { place } = native("di");

class Container {
  #plan = CLOSED;
  /** The memory of the container itself; null unless it is built. */
  #frame = null;
  #registrations = nativeRegistrations();
  #decorations = [];
  #isDisposed = false;
  #buildsAsync = false;
  /** What was before each override that lasts. */
  #levels = [];

  // -- before build()

  singleton(token, implementation, options) {
    return this.#add(registrationOf(token, implementation, SINGLETON, options), place());
  }

  scoped(token, implementation, options) {
    return this.#add(registrationOf(token, implementation, SCOPED, options), place());
  }

  transient(token, implementation, options) {
    return this.#add(registrationOf(token, implementation, TRANSIENT, options), place());
  }

  instance(token, value, options) {
    return this.#add(registrationOf(token, { value }, SINGLETON, options), place());
  }

  alias(token, target, options) {
    return this.#add(registrationOf(token, { alias: target }, TRANSIENT, options), place());
  }

  scopeValue(token, options) {
    checkToken(token);
    checkKey(options?.key);
    const registration = new Registration(
      token,
      options?.key,
      SCOPE_VALUE,
      undefined,
      NOTHING,
      SCOPED,
      false,
    );
    registration.options = options;
    registration.note = "value of the scope";
    return this.#add(registration, place());
  }

  add(...classes) {
    const options = typeof classes.at(-1) === "object" ? classes.pop() : undefined;
    for (const one of classes) this.#add(registrationOfInjectable(one, options), place());
    return this;
  }

  decorate(token, decorator, dependencies, options) {
    this.#editable("decorate");
    const decoration = decorationOf(token, decorator, dependencies, options);
    decoration.place = place();
    this.#decorations.push(decoration);
    return this;
  }

  use(...modules) {
    this.#editable("use");
    for (const module of modules) {
      if (typeof module === "function") module(this);
      else if (typeof module?.register === "function") module.register(this);
      else
        throw new ServiceError(
          "ERR_DI_REGISTRATION",
          `use(): expected a module (a function or { register }), found ${shown(module)}`,
        );
    }
    return this;
  }

  #add(registration, where) {
    this.#editable("register");
    registration.place = where;
    this.#registrations.push(registration);
    return this;
  }

  #editable(what) {
    if (this.#isDisposed) throw disposed(true);
    if (this.#frame !== null) {
      throw new ServiceError(
        "ERR_DI_BUILT",
        `cannot ${what}: the container is built (override() replaces a service for a while)`,
      );
    }
  }

  build() {
    this.#editable("build again");
    this.#start(false);
    return this;
  }

  async buildAsync() {
    this.#editable("build again");
    this.#start(true);
    const frame = this.#frame;
    const { nodes } = this.#plan.blueprint;
    const eager = nodes
      .filter((node) => node.isAsync && node.lifetime === SINGLETON)
      .sort((a, b) => a.height - b.height);
    const errors = new Set();
    while (eager.length > 0 && errors.size === 0) {
      // Those of one height do not need each other, but all that is below them must be ready.
      const { height } = eager[0];
      const end = eager.findIndex((node) => node.height !== height);
      const layer = eager.splice(0, end === -1 ? eager.length : end);
      const results = await Promise.allSettled(layer.map((node) => obtainAsync(node, frame)));
      for (const { status, reason } of results) if (status === "rejected") errors.add(reason);
    }
    if (errors.size > 0) {
      // It can be built again: nothing is left of this time.
      this.#plan = CLOSED;
      this.#frame = null;
      const late = await scopes.disposeContentsAsync(frame, null);
      throw together([...errors, ...(late ?? [])], "building");
    }
    return this;
  }

  #start(buildsAsync) {
    const blueprint = new Blueprint(this.#registrations, this.#decorations);
    const analysis = analyse(blueprint, buildsAsync);
    if (analysis.report !== undefined) throw invalid(blueprint, analysis, buildsAsync);
    this.#buildsAsync = buildsAsync;
    this.#plan = new Plan(this, blueprint, analysis);
    this.#plan.follow = followKey;
    this.#frame = this.#plan.root;
  }

  // -- what is wrong, and what is there

  validate() {
    const blueprint = new Blueprint(this.#registrations, this.#decorations);
    return describe(blueprint, analyse(blueprint, this.#buildsAsync));
  }

  graph(options = undefined) {
    const { graphOf } = load("krepis/di/graph");
    // Before the container is built, nobody knows in which of the two ways it will be.
    const buildsAsync =
      this.#frame === null && options?.async !== undefined ? options.async : this.#buildsAsync;
    return graphOf(new Blueprint(this.#registrations, this.#decorations), buildsAsync);
  }

  // -- after build()

  get(token, key) {
    if (key === undefined) {
      const plan = this.#plan;
      const at = placeOf(plan, token);
      if (at !== -1) {
        const value = plan.ready[at];
        if (value !== UNMADE) return value;
        const node = plan.winners[at];
        if (node !== undefined) return enterAt(at, node, this.#frame);
      }
    }
    return scopes.get(this.#open(), token, key);
  }

  at(key) {
    const plan = this.#plan;
    const slot = slotOfKey(key, plan);
    if (slot < 0) {
      const value = plan.singles[-slot];
      if (value !== UNMADE) return value;
    }
    return scopes.at(this.#open(), key);
  }

  key(token, key) {
    const { plan } = this.#open();
    checkToken(token);
    checkKey(key);
    const node = plan.find(token, key);
    if (node === undefined) throw missing(token, key);
    const keys = plan.keys.get(token) ?? new Map();
    plan.keys.set(token, keys);
    if (!keys.has(key)) keys.set(key, new Key(plan, node, token, key));
    return keys.get(key);
  }

  tryGet(token, key) {
    return scopes.tryGet(this.#open(), token, key);
  }

  getAll(token, key) {
    return scopes.getAll(this.#open(), token, key);
  }

  has(token, key) {
    return scopes.has(this.#open(), token, key);
  }

  async getAsync(token, key) {
    return scopes.getAsync(this.#open(), token, key);
  }

  async tryGetAsync(token, key) {
    return scopes.tryGetAsync(this.#open(), token, key);
  }

  createScope(options) {
    return scopes.createScope(this.#open(), options);
  }

  #open() {
    if (this.#frame !== null) return this.#frame;
    throw this.#isDisposed
      ? disposed(true)
      : new ServiceError("ERR_DI_NOT_BUILT", "the container is not built: call build() first");
  }

  // -- for tests

  override(token, implementation, options) {
    const { plan } = this.#open();
    const before = plan.find(token, options?.key);
    const registration = registrationOf(token, implementation, before?.lifetime ?? SINGLETON, options);
    registration.place = place();
    registration.note ??= "override";
    const old =
      before === undefined
        ? -1
        : this.#registrations.findLastIndex((one) => one.token === token && one.key === options?.key);
    const registrations =
      old === -1 ? [...this.#registrations, registration] : this.#registrations.with(old, registration);
    const blueprint = new Blueprint(registrations, this.#decorations);
    const analysis = analyse(blueprint, this.#buildsAsync);
    if (analysis.report !== undefined) throw invalid(blueprint, analysis, this.#buildsAsync);
    const level = new Level(plan, this.#registrations);
    const fresh = plan.install(blueprint, analysis, plan.blueprint);
    level.fresh = new Set(fresh);
    level.extend();
    this.#registrations = registrations;
    this.#levels.push(level);
    return new Override(
      () => this.#restore(level, disposeMade),
      () => this.#restore(level, disposeMadeAsync),
    );
  }

  snapshot() {
    this.#open();
    return new Snapshot(this, this.#levels.length);
  }

  restore(snapshot) {
    const depth = Snapshot.depth(snapshot, this);
    this.#open();
    if (depth < this.#levels.length) throwErrors(this.#restore(this.#levels[depth], disposeMade));
  }

  /** Ends an override and those made after it. What they made for the container is disposed. */
  #restore(level, dispose) {
    const at = this.#levels.indexOf(level);
    if (at === -1 || this.#frame === null) return null;
    const fresh = new Set();
    for (const ended of this.#levels.splice(at)) for (const node of ended.fresh) fresh.add(node);
    this.#registrations = level.registrations;
    const orphans = level.end(fresh);
    return dispose(orphans, 0, null);
  }

  // -- the end

  get disposed() {
    return this.#isDisposed;
  }

  dispose() {
    const frame = this.#close();
    if (frame !== null) throwErrors(scopes.disposeContents(frame, null));
  }

  async disposeAsync() {
    const frame = this.#close();
    if (frame !== null) throwErrors(await scopes.disposeContentsAsync(frame, null));
  }

  [Symbol.dispose]() {
    this.dispose();
  }

  [Symbol.asyncDispose]() {
    return this.disposeAsync();
  }

  #close() {
    const frame = this.#frame;
    this.#plan = CLOSED;
    this.#frame = null;
    this.#isDisposed = true;
    return frame;
  }
}

Object.defineProperty(Container.prototype, Symbol.toStringTag, { value: "Container", configurable: true });
builtin.Container = Container;

function invalid(blueprint, analysis, buildsAsync) {
  const error = new ServiceError("ERR_DI_INVALID", analysis.report);
  error.problems = describe(blueprint, analysis);
  // For whoever wants to see it: `krepis graph --services` draws it.
  const get = () => load("krepis/di/graph").graphOf(blueprint, buildsAsync);
  Object.defineProperty(error, "graph", { get, enumerable: false, configurable: true });
  return error;
}

/** Problems for people: the nodes by name. */
function describe(blueprint, { problems }) {
  return problems.map(({ kind, nodes, text }) => ({
    kind,
    services: nodes.map((node) => blueprint.nodes[node].name),
    message: text,
  }));
}

return { Container };
