// awilix: services by name. CLASSIC injects by the names of parameters, read when a class is registered; the build has
// constructors without names and registers them for PROXY, awilix's default.

import { InjectionMode, asClass, createContainer } from "awilix";

import { Command, Config, Db, Handler, Repo, Session, check, tree } from "./services.mjs";

const NAMES = new Map([
  [Db, "db"],
  [Config, "config"],
  [Session, "session"],
  [Repo, "repo"],
  [Handler, "handler"],
  [Command, "command"],
]);

async function container() {
  const container = createContainer({ injectionMode: InjectionMode.CLASSIC });
  container.register({
    db: asClass(Db).singleton(),
    config: asClass(Config).singleton(),
    session: asClass(Session).scoped(),
    repo: asClass(Repo).scoped(),
    handler: asClass(Handler).scoped(),
    command: asClass(Command).transient(),
  });
  const scope = container.createScope();
  await check((Service) => scope.resolve(NAMES.get(Service)), (Service) => container.resolve(NAMES.get(Service)));
  return container;
}

export const figures = {
  async singleton() {
    const all = await container();
    return () => all.resolve("db");
  },
  async scoped() {
    const scope = (await container()).createScope();
    return () => scope.resolve("session");
  },
  async scope() {
    const all = await container();
    return {
      promised: async () => {
        const scope = all.createScope();
        const handler = scope.resolve("handler");
        await scope.dispose();
        return handler;
      },
    };
  },
  async transient() {
    const all = await container();
    return () => all.resolve("command");
  },
  build() {
    const services = tree(1000);
    return () => {
      const all = createContainer();
      for (const { Service, name } of services) all.register(name, asClass(Service).singleton());
      return all;
    };
  },
};
