"use strict";
// What services are asked for by: tokens, classes, strings and symbols; and the number that each one gets.
//
// A container finds a service by a number in a table and not in a Map: the number sits in a private field that is hung
// on the token or class itself, where nobody sees it and where optimised code reads it as a constant. What can have no
// such field (strings, symbols, and whatever refuses) has no number: it is looked up in a Map.

const { ServiceError } = load("krepis/di/errors");

class Identity {
  constructor(object) {
    return object;
  }
}

let next = 0;

class Stamp extends Identity {
  #id;

  constructor(object, id) {
    super(object);
    this.#id = id;
  }

  /** The number of a token; -1 if it has none, which is rare. (`#id in token` would cost more than all the rest.) */
  static of(token) {
    if (typeof token === "string" || typeof token === "symbol") return -1;
    try {
      return token.#id;
    } catch {
      return -1;
    }
  }

  /** A number for a token; -1 if it cannot have one. */
  static give(token) {
    if (typeof token === "string" || typeof token === "symbol") return -1;
    if (#id in token) return token.#id;
    try {
      return new Stamp(token, next++).#id;
    } catch {
      return -1;
    }
  }
}

const { of: numberOf, give: stamp } = Stamp;

const NO_DEFAULT = Symbol("no default");

/** A service that has no class of its own: an interface, a setting, a connection. */
class Token {
  #name;
  #initial;

  constructor(name, initial) {
    this.#name = name;
    this.#initial = initial;
  }

  get name() {
    return this.#name;
  }

  toString() {
    return `Token(${this.#name})`;
  }

  get [Symbol.toStringTag]() {
    return "Token";
  }

  static is(value) {
    return typeof value === "object" && value !== null && #name in value;
  }

  /** What is given where nothing is registered; `NO_DEFAULT` for nothing. */
  static initial(token) {
    return Token.is(token) ? token.#initial : NO_DEFAULT;
  }
}

function token(name, options) {
  if (typeof name !== "string" || name === "") {
    throw new ServiceError("ERR_DI_TOKEN", `a token is made with a name, not with ${shown(name)}`);
  }
  return new Token(name, options !== undefined && "default" in options ? options.default : NO_DEFAULT);
}

/** Whether a value can stand for a service. */
function isToken(value) {
  const type = typeof value;
  return type === "function" || type === "string" || type === "symbol" || Token.is(value);
}

/** A service as people read it. */
function nameOf(token) {
  switch (typeof token) {
    case "function":
      return typeof token.name === "string" && token.name !== "" ? token.name : "(anonymous class)";
    case "symbol":
      return token.description === undefined ? "(anonymous symbol)" : token.description;
    case "string":
      return token;
    default:
      return token.name;
  }
}

/** A value in an error message, in few words. */
function shown(value) {
  if (typeof value === "string") return JSON.stringify(value);
  if (value === null || (typeof value !== "object" && typeof value !== "function")) return String(value);
  if (typeof value === "function") return `function ${value.name || "(anonymous)"}`;
  if (Array.isArray(value)) return "an array";
  return "an object";
}

return { NO_DEFAULT, Token, isToken, nameOf, numberOf, shown, stamp, token };
