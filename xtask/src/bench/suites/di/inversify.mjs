// inversify, with code generation where the runtime has it. Its request scope is one call of `get`, without an object
// and without an end: that is what stands for a fresh scope. A scope that can be asked twice is a child container.

import "reflect-metadata";
import { Container, inject, injectable } from "inversify";

import { Command, Config, Db, Handler, NEEDS, Repo, Session, check, tree } from "./services.mjs";

const options = { jitless: false };

function decorate(Service, needs) {
  injectable()(Service);
  needs.forEach((need, index) => inject(need)(Service, undefined, index));
}

for (const [Service, needs] of NEEDS) decorate(Service, needs);

async function container() {
  const container = new Container(options);
  container.bind(Db).toSelf().inSingletonScope();
  container.bind(Config).toSelf().inSingletonScope();
  container.bind(Session).toSelf().inRequestScope();
  container.bind(Repo).toSelf().inRequestScope();
  container.bind(Handler).toSelf().inRequestScope();
  container.bind(Command).toSelf().inTransientScope();
  const get = (Service) => container.get(Service);
  await check(get, get);
  return container;
}

export const figures = {
  async singleton() {
    const all = await container();
    return () => all.get(Db);
  },
  async scoped() {
    const scope = new Container({ ...options, parent: await container() });
    for (const Service of [Session, Repo, Handler]) scope.bind(Service).toSelf().inSingletonScope();
    await check((Service) => scope.get(Service), (Service) => scope.get(Service));
    return () => scope.get(Session);
  },
  async scope() {
    const all = await container();
    return () => all.get(Handler);
  },
  async transient() {
    const all = await container();
    return () => all.get(Command);
  },
  build() {
    const services = tree(1000);
    for (const { Service, needs } of services) decorate(Service, needs);
    return () => {
      const all = new Container(options);
      for (const { Service } of services) all.bind(Service).toSelf().inSingletonScope();
      return all;
    };
  },
};
