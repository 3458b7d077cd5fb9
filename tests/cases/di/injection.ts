// inject() and @injectable, and what only shows while something is made.
import { Container, Scope, all, factory, inject, injectable, lazy, optional, requestedKey, token } from "krepis:di";

const Url = token<string>("Url", { default: "memory:" });

@injectable()
class Db {
  url = inject(Url);
}

@injectable({ lifetime: "scoped" })
class Session {
  static count = 0;
  id = ++Session.count;
}

@injectable({ lifetime: "scoped" })
class Repo {
  readonly db = inject(Db);
  constructor(readonly session = inject(Session), readonly missing = inject(optional("nothing"))) {}
}

@injectable({ lifetime: "transient", inject: [Repo, lazy(Db)] })
class Handler {
  readonly own = inject(lazy(Session));
  readonly scope = inject(Scope);
  constructor(readonly repo: Repo, readonly db: { value: Db }) {}
}

const container = new Container().add(Db, Session).add(Repo).add(Handler).build();
for (let round = 0; round < 200; round++) {
  using scope = container.createScope();
  const handler = scope.get(Handler);
  const fine = handler.repo.session === scope.get(Session) && handler.repo.db === container.get(Db) &&
    handler.own.value === handler.repo.session && handler.db.value.url === "memory:" && handler.scope === scope &&
    handler.repo.missing === undefined && handler !== scope.get(Handler);
  if (!fine) console.log("wrong in round", round);
}
console.log("sessions:", Session.count);
console.log("seen:", container.graph().edges.length, "edges,", container.validate().length, "problems");

function shows(what: string, run: () => unknown) {
  try {
    console.log(what, "->", run());
  } catch (error: any) {
    console.log(`${what} -> ${error.code}: ${error.message.replaceAll(import.meta.dirname, "[dir]")}`);
  }
}

shows("outside", () => inject(Db));
shows("after await", () => new Db());

class Captive {
  readonly session = inject(Session);
}
class Between {
  readonly session = inject(Session);
}
const captives = new Container().scoped(Session).singleton(Captive).transient(Between).singleton("holder", factory([Between], (b) => b)).build();
shows("before", () => captives.validate().length);
shows("captive", () => captives.get(Captive));
shows("captive in a scope", () => captives.createScope().get(Captive));
shows("captive through a transient", () => captives.get("holder"));
shows("after", () => captives.validate().map(({ message }) => message.split("\n")[0]).join("; "));

class Egg {
  readonly hen: unknown = inject(Hen);
}
class Hen {
  readonly egg = inject(Middle);
}
class Middle {
  static inject = [Egg];
  constructor(readonly egg: Egg) {}
}
for (const lifetime of ["singleton", "scoped", "transient"] as const) {
  const circle = new Container()[lifetime](Egg)[lifetime](Hen)[lifetime](Middle).build();
  shows(`${lifetime} circle`, () => circle.createScope().get(Egg));
  shows("again", () => circle.createScope().get(Hen));
}
const eager = new Container()
  .singleton("a", factory([lazy("b")], (b) => b.value))
  .singleton("b", factory(["a"], (a) => a))
  .build();
shows("lazy read too early", () => eager.get("a"));

class Named {
  readonly key = inject(requestedKey);
  readonly rest = inject(all("plugin"));
}
const keyed = new Container().transient(Named, { key: "k" }).instance("plugin", 1).instance("plugin", 2).build();
shows("key", () => JSON.stringify(keyed.get(Named, "k")));

const inFactories = new Container().add(Db).singleton("f", () => inject(Db).url.toUpperCase()).singleton("late", async () => {
  const db = inject(Db);
  await null;
  try {
    inject(Db);
  } catch (error: any) {
    return `${db.url} ${error.code}`;
  }
  return "no error";
}).build();
shows("in a factory", () => inFactories.get("f"));
console.log(await inFactories.getAsync("late"));

// An error in the middle leaves nothing behind.
class Fails {
  constructor(_db = inject(Db)) {
    throw new Error("no");
  }
}
const failing = new Container().add(Db).singleton(Fails).singleton("catches", () => {
  try {
    inject(Fails);
  } catch {}
  return inject(Db).url;
}).build();
shows("caught inside", () => failing.get("catches"));
shows("outside again", () => inject(Db));
