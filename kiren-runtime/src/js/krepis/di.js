"use strict";
// krepis:di - dependency injection: registrations, checked by the rules of `krepis_di::graph` before anything is made;
// then a singleton is read from a slot of the container, and a scoped service from a slot of its scope.
//
//   tokens.js         what services are asked for by         registrations.js  what programs register
//   dependencies.js   how dependencies are wanted            nodes.js          registrations that count, wired
//   blueprint.js      all of them; conditions, decorators    rules.js          the graph for the rules
//   plan.js           slots, and the table of tokens         grafting.js       what an override leaves as it is
//   frames.js         instances of a scope, disposal         making.js         making instances
//   resolvers.js      code for what is made often            scope.js          what programs hold
//   container.js      the same for singletons; the builder   override.js       override() and snapshot()
//   injection.js      inject() and @injectable               graph.js          container.graph()
//   native.js         services of the embedding program

const { ServiceError } = load("krepis/di/errors");
const { ANY_KEY, all, keyed, lazy, optional, requestedKey } = load("krepis/di/dependencies");
const { factory } = load("krepis/di/registrations");
const { Lazy } = load("krepis/di/making");
const { Scope } = load("krepis/di/scope");
const { Container } = load("krepis/di/container");
const { inject, injectable } = load("krepis/di/injection");
const { Token, token } = load("krepis/di/tokens");
const { native: nativeToken } = load("krepis/di/native");

return {
  ANY_KEY,
  Container,
  Lazy,
  Scope,
  ServiceError,
  Token,
  all,
  factory,
  inject,
  injectable,
  keyed,
  lazy,
  native: nativeToken,
  optional,
  requestedKey,
  token,
};
