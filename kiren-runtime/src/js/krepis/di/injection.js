"use strict";
// `inject(Token)` as the initialiser of a field or of a parameter, and `@injectable`.
//
// inject() asks the container that is making something right now. What it asks for cannot be known before: it is noted
// down the first time, and counts in validate() and graph() from then on; a scoped service inside a singleton and a
// circle are errors at the time they happen, in the words of validation.

const { ServiceError } = load("krepis/di/errors");
const { Dependency, KEY, checkKey, checkToken, dependencyOf } = load("krepis/di/dependencies");
const { injectables, injections } = load("krepis/di/registrations");
const { stack } = load("krepis/di/making");
const { resolve } = load("krepis/di/scope");
const { shown } = load("krepis/di/tokens");

function inject(wanted, key) {
  let dependency = dependencyOf(wanted, "inject()");
  if (key !== undefined) {
    checkKey(key);
    dependency = new Dependency(dependency.need, dependency.token, key);
  }
  const at = stack.depth - 1;
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
