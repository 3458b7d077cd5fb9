// krepis:di.

import { Container } from "krepis:di";

import { Command, Config, Db, Handler, NEEDS, Repo, Session, check, tree } from "./services.mjs";

for (const [Service, needs] of NEEDS) Service.inject = needs;

async function container() {
  const container = new Container()
    .singleton(Db)
    .singleton(Config)
    .scoped(Session)
    .scoped(Repo)
    .scoped(Handler)
    .transient(Command)
    .build();
  const scope = container.createScope();
  await check((Service) => scope.get(Service), (Service) => container.get(Service));
  scope.dispose();
  return container;
}

export const figures = {
  async singleton() {
    const all = await container();
    return () => all.get(Db);
  },
  async scoped() {
    const scope = (await container()).createScope();
    return () => scope.get(Session);
  },
  async scope() {
    const all = await container();
    return () => {
      const scope = all.createScope();
      const handler = scope.get(Handler);
      scope.dispose();
      return handler;
    };
  },
  async transient() {
    const all = await container();
    return () => all.get(Command);
  },
  build() {
    const services = tree(1000);
    for (const { Service, needs } of services) Service.inject = needs;
    return () => {
      const builder = new Container();
      for (const { Service } of services) builder.singleton(Service);
      return builder.build();
    };
  },
};
