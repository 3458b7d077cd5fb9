// NestJS without a server. Its scope is a context id, which ends when nothing refers to it; what is not a singleton is
// resolved by a promise. Its build makes every singleton.

import "reflect-metadata";
import { Injectable, Module, Scope } from "@nestjs/common";
import { ContextIdFactory, NestFactory } from "@nestjs/core";

import { Command, Config, Db, Handler, NEEDS, Repo, Session, check, tree } from "./services.mjs";

const SCOPES = new Map([
  [Db, Scope.DEFAULT],
  [Config, Scope.DEFAULT],
  [Session, Scope.REQUEST],
  [Repo, Scope.REQUEST],
  [Handler, Scope.REQUEST],
  [Command, Scope.TRANSIENT],
]);

function decorate(Service, needs, scope) {
  Reflect.defineMetadata("design:paramtypes", needs, Service);
  Injectable({ scope })(Service);
}

for (const [Service, needs] of NEEDS) decorate(Service, needs, SCOPES.get(Service));

function start(providers) {
  class Application {}
  Module({ providers })(Application);
  return NestFactory.createApplicationContext(Application, { logger: false, abortOnError: false });
}

async function application() {
  const app = await start([...SCOPES.keys()]);
  const scope = ContextIdFactory.create();
  const scoped = (Service) => (SCOPES.get(Service) === Scope.DEFAULT ? app.get(Service) : app.resolve(Service, scope));
  await check(scoped, (Service) => (Service === Command ? app.resolve(Service) : app.get(Service)));
  return app;
}

export const figures = {
  async singleton() {
    const app = await application();
    return () => app.get(Db);
  },
  async scoped() {
    const app = await application();
    const scope = ContextIdFactory.create();
    return { promised: () => app.resolve(Session, scope) };
  },
  async scope() {
    const app = await application();
    return { promised: () => app.resolve(Handler, ContextIdFactory.create()) };
  },
  async transient() {
    const app = await application();
    return { promised: () => app.resolve(Command) };
  },
  build() {
    const services = tree(1000);
    for (const { Service, needs } of services) decorate(Service, needs, Scope.DEFAULT);
    const providers = services.map(({ Service }) => Service);
    return { promised: () => start(providers) };
  },
};
