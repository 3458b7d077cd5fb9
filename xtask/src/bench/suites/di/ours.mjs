// krepis:di.

import { Container } from "krepis:di";

import { Command, Config, Db, Handler, NEEDS, Repo, Session, check, tree } from "./services.mjs";

for (const [Service, needs] of NEEDS) Service.inject = needs;

function container() {
  const container = new Container()
    .singleton(Db)
    .singleton(Config)
    .scoped(Session)
    .scoped(Repo)
    .scoped(Handler)
    .transient(Command)
    .build();
  const scope = container.createScope();
  check(scope.get(Handler), container.get(Command));
  scope.dispose();
  return container;
}

export const figures = {
  singleton() {
    const all = container();
    return () => all.get(Db);
  },
  scoped() {
    const scope = container().createScope();
    return () => scope.get(Session);
  },
  scope() {
    const all = container();
    return () => {
      const scope = all.createScope();
      const handler = scope.get(Handler);
      scope.dispose();
      return handler;
    };
  },
  transient() {
    const all = container();
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
