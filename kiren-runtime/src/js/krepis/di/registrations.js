"use strict";
// What a program registers: a service, what stands behind it, and how long it lives. `registrationOf` makes one of the
// forms that `singleton`, `scoped`, `transient`, `add` and `override` take.

const { ServiceError } = load("krepis/di/errors");
const { checkKey, checkToken, dependenciesOf, dependencyOf, serviceName } = load("krepis/di/dependencies");
const { nameOf, shown } = load("krepis/di/tokens");

// Lifetimes, as ext/di.rs knows them.
const SINGLETON = 0;
const SCOPED = 1;
const TRANSIENT = 2;
const LIFETIMES = ["singleton", "scoped", "transient"];

// What stands behind a service.
const CLASS = 0;
const FACTORY = 1;
const VALUE = 2;
const ALIAS = 3;
/** A value that the creator of a scope provides. */
const SCOPE_VALUE = 4;
/** The scope itself. */
const SCOPE = 5;

const NOTHING = Object.freeze([]);

class Registration {
  constructor(token, key, kind, implementation, dependencies, lifetime, isAsync) {
    this.token = token;
    this.key = key;
    this.kind = kind;
    /** The class, factory or value. */
    this.implementation = implementation;
    this.dependencies = dependencies;
    this.lifetime = lifetime;
    this.isAsync = isAsync;
    /** `dispose`, `when` and `ifAbsent` of the options. */
    this.options = undefined;
    /** Where it was written, for native("di"). */
    this.place = -1;
    this.note = undefined;
    /** What it was seen to ask for with inject(), by name: counts in validation from then on. */
    this.discovered = null;
    /** The plain tokens among them. */
    this.seen = null;
  }
}

const AsyncFunction = (async () => {}).constructor;
const isAsyncFunction = (value) => value instanceof AsyncFunction;

/** Functions that only `new` can call: their `prototype` cannot be replaced. */
function isClass(value) {
  return (
    typeof value === "function" && Object.getOwnPropertyDescriptor(value, "prototype")?.writable === false
  );
}

/** `factory([A, B], (a, b) => value)`. */
class Factory {
  constructor(inject, factory, isAsync) {
    this.inject = inject;
    this.factory = factory;
    this.async = isAsync;
  }
}

function factory(inject, make, options) {
  if (typeof inject === "function" && make === undefined) [inject, make] = [NOTHING, inject];
  if (typeof make !== "function") {
    throw new ServiceError("ERR_DI_REGISTRATION", `factory(): expected a function, found ${shown(make)}`);
  }
  return new Factory(dependenciesOf(inject, "factory()"), make, options?.async ?? isAsyncFunction(make));
}

const FORMS = ["class", "factory", "value", "alias"];

/** Whether an object says what stands behind a service. */
function isImplementation(value) {
  return typeof value === "object" && value !== null && FORMS.some((form) => form in value);
}

function registrationOf(token, implementation, lifetime, options) {
  checkToken(token);
  if (
    options === undefined &&
    implementation !== undefined &&
    typeof implementation === "object" &&
    !isImplementation(implementation)
  ) {
    [implementation, options] = [undefined, implementation];
  }
  if (options !== undefined && (typeof options !== "object" || options === null)) {
    throw new ServiceError(
      "ERR_DI_REGISTRATION",
      `${serviceName(token)}: expected options, found ${shown(options)}`,
    );
  }
  const key = options?.key;
  if (key !== undefined) checkKey(key);
  const registration = behind(token, key, implementation, lifetimeOf(options?.lifetime, lifetime));
  if (options !== undefined) registration.options = options;
  return registration;
}

function lifetimeOf(name, fallback) {
  if (name === undefined) return fallback;
  const lifetime = LIFETIMES.indexOf(name);
  if (lifetime !== -1) return lifetime;
  throw new ServiceError(
    "ERR_DI_REGISTRATION",
    `a lifetime is "singleton", "scoped" or "transient", not ${shown(name)}`,
  );
}

function behind(token, key, implementation, lifetime) {
  if (implementation === undefined) {
    if (typeof token === "function") return ofClass(token, key, token, undefined, lifetime);
    throw new ServiceError(
      "ERR_DI_REGISTRATION",
      `${serviceName(token, key)}: expected a class or a factory to make it with`,
    );
  }
  if (typeof implementation === "function") {
    return isClass(implementation) || implementation === token
      ? ofClass(token, key, implementation, undefined, lifetime)
      : ofFactory(token, key, implementation, NOTHING, undefined, lifetime);
  }
  if (!isImplementation(implementation)) {
    throw new ServiceError(
      "ERR_DI_REGISTRATION",
      `${serviceName(token, key)}: expected a class or a factory, found ${shown(implementation)}`,
    );
  }
  if ("value" in implementation)
    return new Registration(token, key, VALUE, implementation.value, NOTHING, SINGLETON, false);
  if ("alias" in implementation) return aliasOf(token, key, implementation.alias);
  const { inject } = implementation;
  if ("class" in implementation) return ofClass(token, key, implementation.class, inject, lifetime);
  return ofFactory(token, key, implementation.factory, inject ?? NOTHING, implementation.async, lifetime);
}

function ofClass(token, key, constructor, inject, lifetime) {
  if (typeof constructor !== "function") {
    throw new ServiceError(
      "ERR_DI_REGISTRATION",
      `${serviceName(token, key)}: expected a class, found ${shown(constructor)}`,
    );
  }
  const wanted = inject ?? injections.get(constructor) ?? constructor.inject;
  const dependencies = wanted === undefined ? NOTHING : dependenciesOf(wanted, "inject of", constructor);
  if (constructor.length > dependencies.length) {
    const count = constructor.length === 1 ? "1 parameter" : `${constructor.length} parameters`;
    const named = dependencies.length === 0 ? "names none" : `names ${dependencies.length}`;
    throw new ServiceError(
      "ERR_DI_REGISTRATION",
      `${nameOf(constructor)}: its constructor takes ${count}, but its \`static inject\` ${named}`,
    );
  }
  return new Registration(token, key, CLASS, constructor, dependencies, lifetime, false);
}

function ofFactory(token, key, make, inject, isAsync, lifetime) {
  if (typeof make !== "function") {
    throw new ServiceError(
      "ERR_DI_REGISTRATION",
      `${serviceName(token, key)}: expected a factory function, found ${shown(make)}`,
    );
  }
  const dependencies = inject === NOTHING ? NOTHING : dependenciesOf(inject, "inject of", token, key);
  return new Registration(
    token,
    key,
    FACTORY,
    make,
    dependencies,
    lifetime,
    isAsync ?? isAsyncFunction(make),
  );
}

/** An alias is a transient for the rules: it lives as long as what it names, and may not be kept longer. */
function aliasOf(token, key, target) {
  const dependency = dependencyOf(target, `alias of ${serviceName(token, key)}`);
  if (dependency.need !== 0) {
    throw new ServiceError("ERR_DI_REGISTRATION", `${serviceName(token, key)}: an alias names one service`);
  }
  const registration = new Registration(token, key, ALIAS, undefined, [dependency], TRANSIENT, false);
  registration.note = `alias of ${dependency}`;
  return registration;
}

/** The `inject` of `@injectable`, and its lifetime and options. */
const injections = new WeakMap();
const injectables = new WeakMap();

/** `add(Class)`: as its `@injectable` says. */
function registrationOfInjectable(constructor, overrides) {
  const declared = typeof constructor === "function" ? injectables.get(constructor) : undefined;
  if (declared === undefined) {
    throw new ServiceError(
      "ERR_DI_REGISTRATION",
      `add(): expected a class with @injectable, found ${shown(constructor)}`,
    );
  }
  const options = overrides === undefined ? declared : { ...declared, ...overrides };
  return registrationOf(options.as ?? constructor, { class: constructor }, SINGLETON, options);
}

/** `decorate(token, decorator, dependencies, { key })`. */
class Decoration {
  constructor(token, key, kind, implementation, dependencies, isAsync, options) {
    this.token = token;
    this.key = key;
    this.kind = kind;
    this.implementation = implementation;
    this.dependencies = dependencies;
    this.isAsync = isAsync;
    this.options = options;
    this.place = -1;
    /** The registrations that it made of others. */
    this.made = new Map();
  }
}

function decorationOf(token, decorator, inject, options) {
  checkToken(token);
  const key = options?.key;
  checkKey(key);
  const name = serviceName(token, key);
  if (typeof decorator !== "function") {
    throw new ServiceError("ERR_DI_REGISTRATION", `${name}: expected a decorator, found ${shown(decorator)}`);
  }
  const where = `dependencies of the decorator of ${name}`;
  if (isClass(decorator)) {
    return new Decoration(
      token,
      key,
      CLASS,
      decorator,
      dependenciesOf(inject ?? decorator.inject ?? NOTHING, where),
      false,
      options,
    );
  }
  const isAsync = options?.async ?? isAsyncFunction(decorator);
  return new Decoration(
    token,
    key,
    FACTORY,
    decorator,
    dependenciesOf(inject ?? NOTHING, where),
    isAsync,
    options,
  );
}

return {
  ALIAS,
  CLASS,
  FACTORY,
  LIFETIMES,
  NOTHING,
  Registration,
  SCOPE,
  SCOPED,
  SCOPE_VALUE,
  SINGLETON,
  TRANSIENT,
  VALUE,
  decorationOf,
  factory,
  injectables,
  injections,
  isAsyncFunction,
  registrationOf,
  registrationOfInjectable,
};
