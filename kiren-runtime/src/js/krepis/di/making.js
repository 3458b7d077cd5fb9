"use strict";
// Making instances. What is being made stands on a stack, from which `inject()` learns where it is, and errors their path.
//
// A node is made by its `make(frame)`: at first by `makeCold`, which looks at the node; when that was called often, by
// code that was written for the node (resolvers.js). Both do the same: make the dependencies, call the class or
// factory, store the instance if it is to be shared, and remember it if it must be disposed.

const { ServiceError } = load("krepis/di/errors");
const { ALL, KEY, LAZY, OPTIONAL, serviceName } = load("krepis/di/dependencies");
const { CLASS, FACTORY, LIFETIMES, SCOPE, SCOPED, SCOPE_VALUE, SINGLETON, TRANSIENT } =
  load("krepis/di/registrations");
const { UNMADE, disposeMade, disposeMadeAsync, track } = load("krepis/di/frames");

/** What is being made: node `nodes[i]` for frame `frames[i]`, for each i below `depth`; outermost first. */
const stack = { depth: 0, nodes: [], frames: [] };

/** Calls until a node is worth code of its own. */
const HOT = 64;

/** The frame that holds the instance: singletons belong to the container. */
function ownerOf(node, frame) {
  return node.lifetime === SINGLETON ? frame.plan.root : frame;
}

/** The instance of a node, made if need be. */
function obtain(node, frame) {
  if (node.lifetime === TRANSIENT) return node.make(frame);
  const owner = ownerOf(node, frame);
  const value = owner.stored(node);
  return value === UNMADE ? node.make(owner) : value;
}

/** An optional dependency: the value of a scope may be absent though its service is registered. */
function obtainOptional(node, frame) {
  if (node.kind !== SCOPE_VALUE) return obtain(node, frame);
  const value = providedValue(node, frame);
  return value === UNMADE ? undefined : value;
}

function obtainAll(nodes, frame) {
  const values = new Array(nodes.length);
  for (let at = 0; at < nodes.length; at++) values[at] = obtain(nodes[at], frame);
  return values;
}

function makeCold(frame) {
  const node = this;
  if (++node.calls === HOT) {
    load("krepis/di/resolvers").compile(node);
    return node.make(frame);
  }
  switch (node.kind) {
    case SCOPE_VALUE: {
      const value = providedValue(node, frame);
      if (value === UNMADE) throw notProvided(node);
      return value;
    }
    case SCOPE:
      frame.store(node, frame.scope);
      return frame.scope;
  }
  if (node.isAsync) throw notReady(node);
  const depth = stack.depth;
  push(node, frame);
  const value = call(node, argumentsOf(node, frame));
  if (node.kind === FACTORY && value instanceof Promise) throw unexpectedPromise(node);
  if (node.lifetime !== TRANSIENT) frame.store(node, value);
  track(frame, node, value);
  stack.depth = depth;
  return value;
}

function push(node, frame) {
  const { depth } = stack;
  stack.nodes[depth] = node;
  stack.frames[depth] = frame;
  stack.depth = depth + 1;
}

function argumentsOf(node, frame) {
  const { dependencies } = node;
  const values = new Array(dependencies.length);
  for (let at = 0; at < dependencies.length; at++) values[at] = argument(dependencies[at], node, frame);
  return values;
}

function argument(wire, node, frame) {
  switch (wire.need) {
    case KEY:
      return node.key;
    case ALL:
      return obtainAll(wire.targets, frame);
    case LAZY:
      return new Lazy(wire.target, frame);
    case OPTIONAL:
      return wire.target === undefined ? undefined : obtainOptional(wire.target, frame);
    default:
      return obtain(wire.target, frame);
  }
}

function call(node, values) {
  const { implementation } = node;
  if (node.kind === CLASS) return values.length === 0 ? new implementation() : new implementation(...values);
  return implementation(...values);
}

/** What the creator of the frame's scope, or of one around it, provided. */
function providedValue(node, frame) {
  for (let at = frame; at !== null; at = at.parent) {
    const value = at === frame.plan.root ? UNMADE : at.stored(node);
    if (value !== UNMADE) return value;
  }
  return UNMADE;
}

// ---------------------------------------------------------------------------------------------------------------------
// From outside: every request of the program, also one of a factory that asks for more

/** The instance of a node for a scope, or the error of whatever went wrong; nothing is left on the stack. */
function enter(node, frame) {
  const { depth } = stack;
  const { scope } = frame;
  try {
    if (depth !== 0 || frame.parent === null) check(node, frame);
    if (node.height > DEEP) prepare(node, frame);
    const value = obtain(node, frame);
    if (frame.scope !== scope) throw disposedMeanwhile(frame);
    return value;
  } catch (error) {
    stack.depth = depth;
    throw error;
  }
}

/** What validation cannot see: which services a factory asks for while it runs. */
function check(node, frame) {
  const owner = ownerOf(node, frame);
  for (let at = stack.depth - 1; at >= 0; at--) {
    if (stack.nodes[at] === node && stack.frames[at] === owner && owner.stored(node) === UNMADE)
      throw cycle(node, at);
  }
  if (node.needsScope && frame.parent === null) throw stack.depth === 0 ? fromRoot(node) : captive(node);
}

/** Higher towers of dependencies are made from the bottom up, for the machine's stack is finite. */
const DEEP = 400;

function prepare(node, frame) {
  const wanted = new Set([node]);
  const waiting = [node];
  while (waiting.length > 0) {
    for (const wire of waiting.pop().dependencies) {
      if (wire.need === KEY || wire.need === LAZY) continue;
      for (const target of wire.targets) {
        if (!wanted.has(target)) {
          wanted.add(target);
          waiting.push(target);
        }
      }
    }
  }
  const bottomUp = [...wanted].sort((a, b) => a.height - b.height);
  for (const below of bottomUp) {
    if (below !== node && below.lifetime !== TRANSIENT && !below.isAsync && below.kind !== SCOPE_VALUE)
      obtain(below, frame);
  }
}

/** An instance that is made when it is first read. */
class Lazy {
  #node;
  #frame;
  #scope;

  constructor(node, frame) {
    this.#node = node;
    this.#frame = frame;
    this.#scope = frame.scope;
  }

  get value() {
    return enter(this.#node, this.#open());
  }

  get() {
    return this.value;
  }

  async getAsync() {
    return enterAsync(this.#node, this.#open());
  }

  #open() {
    if (this.#scope === null || this.#frame.scope !== this.#scope)
      throw disposed(this.#frame.parent === null && this.#frame.plan.root === this.#frame);
    return this.#frame;
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// Async services

/** As `enter`, for services that may be async: a promise, or the instance if it is there. */
function enterAsync(node, frame) {
  if (!node.isAsync) return enter(node, frame);
  if (stack.depth !== 0 || frame.parent === null) check(node, frame);
  return obtainAsync(node, frame);
}

function obtainAsync(node, frame) {
  const owner = ownerOf(node, frame);
  if (!node.isAsync) return obtain(node, frame);
  if (node.lifetime === TRANSIENT) return makeAsync(node, owner);
  const value = owner.stored(node);
  if (value !== UNMADE) return value;
  owner.pending ??= new Map();
  let promise = owner.pending.get(node);
  if (promise === undefined) {
    const { pending } = owner;
    promise = makeAsync(node, owner);
    pending.set(node, promise);
    const settled = () => pending.delete(node);
    promise.then(settled, settled);
  }
  return promise;
}

async function makeAsync(node, frame) {
  const { scope } = frame;
  const values = await argumentsAsync(node, frame);
  if (frame.scope !== scope) throw disposed(false);
  const made = await callAsync(node, frame, values);
  if (frame.scope !== scope) {
    await discard(node, made);
    throw disposed(false);
  }
  if (node.lifetime !== TRANSIENT) frame.store(node, made);
  track(frame, node, made);
  return made;
}

/** The sync dependencies at once, the async ones side by side. */
async function argumentsAsync(node, frame) {
  const { dependencies } = node;
  const values = new Array(dependencies.length);
  const waiting = [];
  const wait = (target, set) => {
    if (target.isAsync) waiting.push((async () => set(await obtainAsync(target, frame)))());
    else set(enter(target, frame));
  };
  dependencies.forEach((wire, at) => {
    const isAsync = wire.need !== LAZY && wire.targets.some((target) => target.isAsync);
    if (!isAsync) {
      values[at] = guarded(() => argument(wire, node, frame));
    } else if (wire.need === ALL) {
      const list = (values[at] = new Array(wire.targets.length));
      wire.targets.forEach((target, index) =>
        wait(target, (value) => {
          list[index] = value;
        }),
      );
    } else {
      wait(wire.target, (value) => {
        values[at] = value;
      });
    }
  });
  await Promise.all(waiting);
  return values;
}

/** Runs a part of making something whose errors must leave nothing on the stack. */
function guarded(run) {
  const { depth } = stack;
  try {
    return run();
  } finally {
    stack.depth = depth;
  }
}

function callAsync(node, frame, values) {
  return guarded(() => {
    push(node, frame);
    return call(node, values);
  });
}

/** Disposes what came too late for its scope. */
async function discard(node, value) {
  const late = { made: [], madeCount: 0, keep: frameKeep };
  track(late, node, value);
  const errors = await disposeMadeAsync(late, 0, null);
  if (errors !== null) throw errors[0];
}

function frameKeep(node, value) {
  this.made.push(value, node);
  this.madeCount += 2;
}

// ---------------------------------------------------------------------------------------------------------------------
// Errors

function way(nodes) {
  return nodes.map((node) => node.name).join(" -> ");
}

function places(nodes) {
  const line = (node) => {
    const place = native("di").place_text(node.place) ?? "an unknown place";
    return `\n  ${node.name} (${LIFETIMES[node.lifetime]}) registered at ${place}`;
  };
  return nodes.map(line).join("");
}

function cycle(node, from) {
  const nodes = stack.nodes.slice(from, stack.depth);
  return new ServiceError(
    "ERR_DI_CYCLE",
    `cycle: ${way([...nodes, node])}${places(nodes)}\nbreak it with a lazy dependency, or move what both need into a third service`,
  );
}

function fromRoot(node) {
  const what =
    node.lifetime === SCOPED ? `${node.name} is scoped` : `${node.name} depends on scoped services`;
  return new ServiceError(
    "ERR_DI_SCOPED_FROM_ROOT",
    `${what}: get it from a scope (container.createScope())`,
  );
}

/** Somewhere on the stack is the singleton that would keep the scoped service for ever. */
function captive(node) {
  let from = stack.depth - 1;
  while (from > 0 && stack.nodes[from].lifetime !== SINGLETON) from--;
  const path = [...stack.nodes.slice(from, stack.depth), node];
  const [holder] = path;
  if (holder.lifetime !== SINGLETON) return fromRoot(node);
  const through = path.length === 2 ? "" : `, through ${way(path)}`;
  return new ServiceError(
    "ERR_DI_CAPTIVE",
    `captive dependency: singleton ${holder.name} would keep scoped ${node.name}${through}${places(path)}\n` +
      `make ${holder.name} scoped, or ${node.name} a singleton`,
  );
}

function notReady(node) {
  return new ServiceError(
    "ERR_DI_NOT_READY",
    `${node.name} is made asynchronously and is not ready: await getAsync() first, or build with buildAsync()`,
  );
}

function unexpectedPromise(node) {
  return new ServiceError(
    "ERR_DI_REGISTRATION",
    `${node.name}: its factory returned a promise: make it an \`async\` function, or register it with { async: true }`,
  );
}

function notProvided(node) {
  return new ServiceError(
    "ERR_DI_NOT_PROVIDED",
    `${node.name} is a value of the scope, and nobody provided it: createScope({ values: [[${node.name}, ...]] }) or scope.provide()`,
  );
}

function disposed(isContainer) {
  return new ServiceError("ERR_DI_DISPOSED", isContainer ? "container is disposed" : "scope is disposed");
}

/** A factory disposed the very scope it was making something for: what it made since is disposed as well. */
function disposedMeanwhile(frame) {
  const errors = disposeMade(frame, 0, null);
  return errors === null ? disposed(false) : errors[0];
}

function missing(token, key) {
  return new ServiceError("ERR_DI_MISSING", `${serviceName(token, key)}: nothing provides this service`);
}

return {
  Lazy,
  UNMADE,
  disposed,
  enter,
  enterAsync,
  makeCold,
  missing,
  obtain,
  obtainAll,
  obtainAsync,
  obtainOptional,
  providedValue,
  ownerOf,
  stack,
};
