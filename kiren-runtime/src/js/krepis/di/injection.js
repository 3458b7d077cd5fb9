"use strict";
// `inject(Token)` as the initialiser of a field or of a parameter, and `@injectable`.
//
// inject() asks the container that is making something right now. What it asks for cannot be known before: it is noted
// down the first time, and counts in validate() and graph() from then on; a scoped service inside a singleton and a
// circle are errors at the time they happen, in the words of validation.

const { ServiceError } = load("krepis/di/errors");
const { Dependency, KEY, ONE, checkKey, checkToken, dependencyOf } = load("krepis/di/dependencies");
const { TRANSIENT, injectables, injections } = load("krepis/di/registrations");
const { UNMADE, enter, ownerOf, stack } = load("krepis/di/making");
const { resolve } = load("krepis/di/scope");
const { numberOf, shown } = load("krepis/di/tokens");

function inject(wanted, key) {
  const at = stack.depth - 1;
  if (at >= 0 && key === undefined) {
    const frame = stack.frames[at];
    const target = known(stack.nodes[at].registration, wanted, frame.plan);
    if (target !== undefined) {
      const isShared = target.lifetime !== TRANSIENT && (frame.parent !== null || !target.needsScope);
      const value = isShared ? ownerOf(target, frame).stored(target) : UNMADE;
      return value === UNMADE ? enter(target, frame) : value;
    }
  }
  return injectFirst(wanted, key, at);
}

/** The node of a plain token that a registration asked for before. */
function known({ seen }, token, { winners, base }) {
  return seen !== null && seen.includes(token) ? winners[numberOf(token) - base] : undefined;
}

function injectFirst(wanted, key, at) {
  let dependency = dependencyOf(wanted, "inject()");
  if (key !== undefined) {
    checkKey(key);
    dependency = new Dependency(dependency.need, dependency.token, key);
  }
  if (at < 0) {
    throw new ServiceError(
      "ERR_DI_NO_CONTEXT",
      `inject(${dependency}) was called while no container was making anything: use it in field initialisers, ` +
        "parameter defaults and factories, before the first `await`",
    );
  }
  const node = stack.nodes[at];
  if (dependency.need === KEY) return node.key;
  note(node.registration, dependency);
  return resolve(stack.frames[at], dependency);
}

function note(registration, dependency) {
  const found = (registration.discovered ??= []);
  for (const other of found) {
    if (other.token === dependency.token && other.key === dependency.key && other.need === dependency.need)
      return;
  }
  found.push(dependency);
  if (dependency.need === ONE && dependency.key === undefined)
    (registration.seen ??= []).push(dependency.token);
}

/** `@injectable({ lifetime, inject, key, as, dispose, when, ifAbsent })`: what `container.add(Class)` goes by. */
function injectable(options = {}) {
  if (typeof options !== "object" || options === null) {
    throw new ServiceError(
      "ERR_DI_REGISTRATION",
      `@injectable() takes options, not ${shown(options)}: write @injectable()`,
    );
  }
  if (options.as !== undefined) checkToken(options.as);
  return (constructor, context) => {
    if (typeof constructor !== "function" || (context !== undefined && context.kind !== "class")) {
      throw new ServiceError("ERR_DI_REGISTRATION", "@injectable() stands before a class");
    }
    if (options.inject !== undefined) injections.set(constructor, options.inject);
    injectables.set(constructor, options);
  };
}

return { inject, injectable };
