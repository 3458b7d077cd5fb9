// tsyringe: a scope is a child container.

import "reflect-metadata";
import * as imported from "tsyringe";

import { Command, Config, Db, Handler, NEEDS, Repo, Session, check, tree } from "./services.mjs";

// CommonJS or ESM, as the runtime chooses.
const { Lifecycle, container: root, injectable } = imported.default ?? imported;

function decorate(Service, needs) {
  Reflect.defineMetadata("design:paramtypes", needs, Service);
  injectable()(Service);
}

for (const [Service, needs] of NEEDS) decorate(Service, needs);

async function container() {
  const container = root.createChildContainer();
  const register = (Service, lifecycle) => container.register(Service, { useClass: Service }, { lifecycle });
  register(Db, Lifecycle.Singleton);
  register(Config, Lifecycle.Singleton);
  register(Session, Lifecycle.ContainerScoped);
  register(Repo, Lifecycle.ContainerScoped);
  register(Handler, Lifecycle.ContainerScoped);
  register(Command, Lifecycle.Transient);
  const scope = container.createChildContainer();
  await check((Service) => scope.resolve(Service), (Service) => container.resolve(Service));
  return container;
}

export const figures = {
  async singleton() {
    const all = await container();
    return () => all.resolve(Db);
  },
  async scoped() {
    const scope = (await container()).createChildContainer();
    return () => scope.resolve(Session);
  },
  async scope() {
    const all = await container();
    return {
      promised: async () => {
        const scope = all.createChildContainer();
        const handler = scope.resolve(Handler);
        await scope.dispose();
        return handler;
      },
    };
  },
  async transient() {
    const all = await container();
    return () => all.resolve(Command);
  },
  build() {
    const services = tree(1000);
    for (const { Service, needs } of services) decorate(Service, needs);
    const options = { lifecycle: Lifecycle.Singleton };
    return () => {
      const all = root.createChildContainer();
      for (const { Service } of services) all.register(Service, { useClass: Service }, options);
      return all;
    };
  },
};
