"use strict";
// How a dependency is wanted: as it is, `optional`, `all` registrations, `lazy`, and under which key.

const { ServiceError } = load("krepis/di/errors");
const { isToken, nameOf, shown } = load("krepis/di/tokens");

// As ext/di.rs knows them.
const ONE = 0;
const OPTIONAL = 1;
const ALL = 2;
const LAZY = 3;
/** Not a service: the key that the service is asked for under. */
const KEY = 4;

/** The key of registrations that answer for every key. */
const ANY_KEY = Symbol("any key");

class Dependency {
  constructor(need, token, key) {
    this.need = need;
    this.token = token;
    this.key = key;
  }

  toString() {
    return this.need === KEY ? "the requested key" : serviceName(this.token, this.key);
  }
}

const requestedKey = new Dependency(KEY, null, undefined);

const WORDS = ["", "optional", "all", "lazy"];

function wrap(need, inner, key) {
  const dependency = dependencyOf(inner, `${WORDS[need]}()`);
  if (dependency.need !== ONE) {
    const both = dependency.need === KEY ? "requestedKey" : `${WORDS[dependency.need]}()`;
    throw new ServiceError("ERR_DI_TOKEN", `${WORDS[need] || "keyed"}() cannot be combined with ${both}`);
  }
  return new Dependency(need, dependency.token, key ?? dependency.key);
}

/** An instance, or `undefined` where nothing provides the service. */
const optional = (inner) => wrap(OPTIONAL, inner);

/** An array of an instance of every registration, in their order. */
const all = (inner) => wrap(ALL, inner);

/** A `Lazy`, which makes the instance when its `value` is read. */
const lazy = (inner) => wrap(LAZY, inner);

/** The service under a key. */
function keyed(inner, key) {
  checkKey(key);
  if (key === undefined) throw new ServiceError("ERR_DI_TOKEN", "keyed() needs a key");
  const dependency = dependencyOf(inner, "keyed()");
  if (dependency.need === KEY)
    throw new ServiceError("ERR_DI_TOKEN", "keyed() cannot be combined with requestedKey");
  return new Dependency(dependency.need, dependency.token, key);
}

/** A dependency from whatever may stand in an `inject` array. */
function dependencyOf(value, where) {
  if (value instanceof Dependency) return value;
  if (isToken(value)) return new Dependency(ONE, value, undefined);
  const hint =
    value === undefined
      ? " (a class that is used before its declaration, or an import that goes in a circle?)"
      : "";
  throw new ServiceError(
    "ERR_DI_TOKEN",
    `${where}: expected a class, a token, a string or a symbol, found ${shown(value)}${hint}`,
  );
}

/** Of an `inject` array. `where` and the service, if there is one, are only put into words for an error. */
function dependenciesOf(values, where, token, key) {
  if (!Array.isArray(values)) {
    throw new ServiceError(
      "ERR_DI_REGISTRATION",
      `${inWords(where, token, key)}: expected an array of dependencies, found ${shown(values)}`,
    );
  }
  const dependencies = new Array(values.length);
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    dependencies[at] =
      value instanceof Dependency || isToken(value)
        ? dependencyOf(value)
        : dependencyOf(value, `${inWords(where, token, key)}[${at}]`);
  }
  return dependencies;
}

function inWords(where, token, key) {
  return token === undefined ? where : `${where} ${serviceName(token, key)}`;
}

function checkToken(value) {
  if (!isToken(value)) dependencyOf(value instanceof Dependency ? undefined : value, "service");
}

function checkKey(key) {
  const type = typeof key;
  if (type === "undefined" || type === "string" || type === "number" || type === "symbol") return;
  throw new ServiceError("ERR_DI_TOKEN", `a key is a string, a number or a symbol, not ${shown(key)}`);
}

/** A key as people read it. */
function keyName(key) {
  if (key === ANY_KEY) return "*";
  return typeof key === "symbol" ? (key.description ?? "symbol") : String(key);
}

function serviceName(token, key) {
  return key === undefined ? nameOf(token) : `${nameOf(token)}[${keyName(key)}]`;
}

return {
  ALL,
  ANY_KEY,
  Dependency,
  KEY,
  LAZY,
  ONE,
  OPTIONAL,
  all,
  checkKey,
  checkToken,
  dependenciesOf,
  dependencyOf,
  keyName,
  keyed,
  lazy,
  optional,
  requestedKey,
  serviceName,
};
