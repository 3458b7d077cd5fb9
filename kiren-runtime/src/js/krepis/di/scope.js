"use strict";
// What programs hold: a Scope, and a Key for hot paths. Reading an instance that was made is all in `get` and `at`; they
// are short so that V8 inlines them. Whatever else can be the case is in the functions below.

const { ServiceError } = load("krepis/di/errors");
const { ALL, ANY_KEY, Dependency, LAZY, OPTIONAL, checkKey, checkToken, serviceName } =
  load("krepis/di/dependencies");
const { SCOPE_VALUE, SINGLETON } = load("krepis/di/registrations");
const { UNMADE, acquire, disposeMade, disposeMadeAsync, release, throwErrors, unlink } =
  load("krepis/di/frames");
const { Lazy, disposed, enter, enterAsync, missing, providedValue, stack } = load("krepis/di/making");
const { builtin } = load("krepis/di/blueprint");
const { NOBODY, placeOf, slotOf } = load("krepis/di/plan");
const { NO_DEFAULT, Token } = load("krepis/di/tokens");

/** What a disposed scope runs on: nothing is found there. */
const CLOSED = { table: [], ready: [], winners: [], base: 0, singles: [UNMADE], misses: 0 };
CLOSED.first = CLOSED.second = CLOSED.third = CLOSED.fourth = NOBODY;
const EMPTY = [UNMADE];

/** A service's slot, looked up once. */
class Key {
  #plan;
  #slot;
  #node;
  #token;
  #key;

  constructor(plan, node, token, key) {
    this.#plan = plan;
    this.#token = token;
    this.#key = key;
    this.#node = node;
    this.#slot = slotOf(node);
  }

  toString() {
    return `Key(${serviceName(this.#token, this.#key)})`;
  }

  /** Leads to what provides the service now: an override may have changed it. */
  static follow(key) {
    key.#node = key.#plan.find(key.#token, key.#key);
    key.#slot = key.#node === undefined ? 0 : slotOf(key.#node);
  }

  /** The slot, if this is a key of the plan; else one that is never filled. */
  static slot(key, plan) {
    try {
      return key.#plan === plan ? key.#slot : 0;
    } catch {
      return 0;
    }
  }

  static node(key, plan) {
    if (typeof key !== "object" || key === null || !(#plan in key)) {
      throw new ServiceError("ERR_DI_TOKEN", "at() takes a key that container.key() made");
    }
    if (key.#plan !== plan) throw new ServiceError("ERR_DI_TOKEN", `${key} is a key of another container`);
    return key.#node ?? fail(missing(key.#token, key.#key));
  }
}

const slotOfKey = Key.slot;

function fail(error) {
  throw error;
}

const SECRET = Symbol("secret");

class Scope {
  #plan;
  #values;
  #frame;

  constructor(secret, plan, frame) {
    if (secret !== SECRET) throw new TypeError("a scope is made by createScope()");
    this.#plan = plan;
    this.#values = frame.values;
    this.#frame = frame;
  }

  get(token, key) {
    if (key === undefined) {
      const plan = this.#plan;
      const at = placeOf(plan, token);
      if (at !== -1) {
        const slot = plan.table[at];
        const value = slot > 0 ? this.#values[slot] : plan.ready[at];
        if (value !== UNMADE) return value;
        const node = plan.winners[at];
        if (node !== undefined) return enterAt(at, node, this.#frame);
      }
    }
    return get(this.#open(), token, key);
  }

  at(key) {
    const plan = this.#plan;
    const slot = slotOfKey(key, plan);
    const value = slot > 0 ? this.#values[slot] : plan.singles[-slot];
    return value !== UNMADE ? value : at(this.#open(), key);
  }

  tryGet(token, key) {
    return tryGet(this.#open(), token, key);
  }

  getAll(token, key) {
    return getAll(this.#open(), token, key);
  }

  has(token, key) {
    return has(this.#open(), token, key);
  }

  getAsync(token, key) {
    return getAsync(this.#frame, token, key);
  }

  tryGetAsync(token, key) {
    return tryGetAsync(this.#frame, token, key);
  }

  provide(token, value) {
    provide(this.#open(), token, value);
    return this;
  }

  createScope(options) {
    return createScope(this.#open(), options);
  }

  get disposed() {
    return this.#frame === null;
  }

  dispose() {
    const frame = this.#frame;
    if (frame === null) return;
    if (frame.newest === null && frame.madeCount === 0) {
      this.#close();
      frame.scope = null;
      release(frame, isBusy(frame));
    } else {
      throwErrors(dispose(frame, null));
    }
  }

  async disposeAsync() {
    if (this.#frame !== null) throwErrors(await disposeAsync(this.#frame));
  }

  [Symbol.dispose]() {
    this.dispose();
  }

  [Symbol.asyncDispose]() {
    return this.disposeAsync();
  }

  #open() {
    if (this.#frame === null) throw disposed(false);
    return this.#frame;
  }

  #close() {
    this.#plan = CLOSED;
    this.#values = EMPTY;
    this.#frame = null;
  }

  static close(scope) {
    scope.#close();
  }

  static make(plan, frame) {
    return new Scope(SECRET, plan, frame);
  }
}

const { close, make } = Scope;
delete Scope.close;
delete Scope.make;
Object.defineProperty(Scope.prototype, Symbol.toStringTag, { value: "Scope", configurable: true });
builtin.Scope = Scope;

// ---------------------------------------------------------------------------------------------------------------------
// Shared with the container: all of them take an open frame

/** Makes what is asked for, and remembers a singleton by the number of its token. */
function enterAt(at, node, frame) {
  if (node.lifetime !== SINGLETON) return enter(node, frame);
  const { ready } = frame.plan;
  return (ready[at] = enter(node, frame));
}

/** The node for what is asked for; undefined if nothing was registered. */
function find(frame, token, key) {
  return frame.plan.find(token, key);
}

/** The instance, or `UNMADE` if nothing provides it. */
function look(frame, token, key) {
  const node = find(frame, token, key);
  if (node !== undefined) {
    return node.kind === SCOPE_VALUE && frame.parent !== null
      ? providedValue(node, frame)
      : enter(node, frame);
  }
  if (key !== undefined) return UNMADE;
  if (token === builtin.Container) return frame.plan.root.scope;
  if (token === builtin.Scope) return frame.parent === null ? fail(scopeFromRoot()) : frame.scope;
  const initial = Token.initial(token);
  return initial === NO_DEFAULT ? UNMADE : initial;
}

function scopeFromRoot() {
  return new ServiceError(
    "ERR_DI_SCOPED_FROM_ROOT",
    "Scope is scoped: get it from a scope (container.createScope())",
  );
}

function get(frame, token, key) {
  const node = find(frame, token, key);
  if (node !== undefined) return enter(node, frame);
  if (token instanceof Dependency) return resolve(frame, token, key);
  checkService(token, key);
  const value = look(frame, token, key);
  return value === UNMADE ? fail(missing(token, key)) : value;
}

function checkService(token, key) {
  checkToken(token);
  checkKey(key);
  if (key === ANY_KEY)
    throw new ServiceError("ERR_DI_TOKEN", "ANY_KEY is no key to get one service by: getAll() takes it");
}

/** What `optional(A)`, `all(A)`, `lazy(A)` or `keyed(A, key)` ask for. */
function resolve(frame, dependency, key = dependency.key) {
  const { need, token } = dependency;
  switch (need) {
    case OPTIONAL:
      return tryGet(frame, token, key);
    case ALL:
      return getAll(frame, token, key);
    case LAZY:
      return new Lazy(find(frame, token, key) ?? fail(missing(token, key)), frame);
    default:
      if (token === null)
        throw new ServiceError(
          "ERR_DI_TOKEN",
          "the requested key is known only to what is registered with `inject`",
        );
      return get(frame, token, key);
  }
}

function at(frame, key) {
  return enter(Key.node(key, frame.plan), frame);
}

function tryGet(frame, token, key) {
  if (token instanceof Dependency) return tryGet(frame, token.token, key ?? token.key);
  checkService(token, key);
  const value = look(frame, token, key);
  return value === UNMADE ? undefined : value;
}

function getAll(frame, token, key) {
  if (token instanceof Dependency) return getAll(frame, token.token, key ?? token.key);
  checkToken(token);
  checkKey(key);
  return frame.plan.findAll(token, key).map((node) => enter(node, frame));
}

function has(frame, token, key) {
  checkToken(token);
  checkKey(key);
  return (
    find(frame, token, key) !== undefined ||
    (key === undefined &&
      (token === builtin.Container || token === builtin.Scope || Token.initial(token) !== NO_DEFAULT))
  );
}

async function getAsync(frame, token, key) {
  if (frame === null) throw disposed(false);
  const node = find(frame, token, key);
  return node === undefined ? get(frame, token, key) : enterAsync(node, frame);
}

async function tryGetAsync(frame, token, key) {
  if (frame === null) throw disposed(false);
  const node = find(frame, token, key);
  return node === undefined || node.kind === SCOPE_VALUE
    ? tryGet(frame, token, key)
    : enterAsync(node, frame);
}

function provide(frame, token, value, key) {
  checkToken(token);
  const node = find(frame, token, key);
  if (node === undefined || providedNode(node) === undefined) {
    throw new ServiceError(
      "ERR_DI_NOT_PROVIDED",
      `${serviceName(token, key)} is no value of the scope: register it with scopeValue()`,
    );
  }
  const target = providedNode(node);
  if (frame.stored(target) !== UNMADE) {
    throw new ServiceError(
      "ERR_DI_NOT_PROVIDED",
      `${serviceName(token, key)} was provided to this scope before`,
    );
  }
  frame.store(target, value);
}

/** The value of the scope that a node is, or that decorators lie around. */
function providedNode(node) {
  while (node !== undefined && node.kind !== SCOPE_VALUE)
    node = node.note === "decorator" ? node.dependencies[0].target : undefined;
  return node;
}

function createScope(parent, options) {
  const { plan } = parent;
  const frame = acquire(plan, parent);
  const scope = make(plan, frame);
  frame.scope = scope;
  if (options !== undefined) provideAll(frame, options);
  return scope;
}

function provideAll(frame, { values }) {
  if (values === undefined) return;
  try {
    for (const [token, value] of values) provide(frame, token, value);
  } catch (error) {
    dispose(frame, null);
    throw error;
  }
}

/** Disposes a scope, the scopes below it first. Errors are collected in `errors`, which is returned. */
function dispose(frame, errors) {
  close(frame.scope);
  errors = disposeContents(frame, errors);
  release(frame, isBusy(frame));
  return errors;
}

/** Whether something is being made that may still write to the frame. */
function isBusy(frame) {
  return stack.depth !== 0 || (frame.pending !== null && frame.pending.size > 0);
}

function disposeContents(frame, errors) {
  frame.scope = null;
  while (frame.newest !== null) {
    // One that is being disposed asynchronously already goes on by itself.
    if (frame.newest.scope === null) unlink(frame.newest);
    else errors = dispose(frame.newest, errors);
  }
  return disposeMade(frame, 0, errors);
}

function disposeAsync(frame, errors = null) {
  close(frame.scope);
  frame.closing = (async () => {
    errors = await disposeContentsAsync(frame, errors);
    release(frame, stack.depth !== 0);
    return errors;
  })();
  return frame.closing;
}

async function disposeContentsAsync(frame, errors) {
  frame.scope = null;
  while (frame.newest !== null) {
    const child = frame.newest;
    if (child.scope !== null) {
      errors = await disposeAsync(child, errors);
    } else {
      // Whoever disposes it already gets its errors.
      await child.closing;
      unlink(child);
    }
  }
  // What is being made finds its scope disposed, and disposes itself.
  if (frame.pending !== null) await Promise.allSettled([...frame.pending.values()]);
  return disposeMadeAsync(frame, 0, errors);
}

return {
  CLOSED,
  Key,
  Scope,
  at,
  createScope,
  disposeContents,
  disposeContentsAsync,
  enterAt,
  get,
  getAll,
  getAsync,
  has,
  resolve,
  tryGet,
  tryGetAsync,
};
