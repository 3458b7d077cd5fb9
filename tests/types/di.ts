// Checked by `cargo xtask types`: the types of krepis:di, from end to end.
import {
  ANY_KEY, Container, Scope, ServiceError, all, factory, inject, injectable, keyed, lazy, optional, requestedKey, token, type Lazy,
  type Module,
} from "krepis:di";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const exactly = <A, B>(_: Equal<A, B>): void => {};

declare module "krepis:di" {
  interface Services {
    mailer: Mailer;
  }
}

class Db {
  query = (sql: string): string[] => [sql];
}
abstract class Mailer {
  abstract send(to: string): void;
}
class Smtp extends Mailer {
  send(): void {}
}
const Url = token<string>("Url", { default: "memory:" });
const Port = token<number>("Port");

class Repo {
  static inject = [Db, Url, optional(Port), all(Mailer), lazy(Smtp), keyed(Db, "replica"), "mailer", Scope] as const;
  constructor(
    readonly db: Db,
    readonly url: string,
    readonly port: number | undefined,
    readonly mailers: Mailer[],
    readonly smtp: Lazy<Smtp>,
    readonly replica: Db,
    readonly mailer: Mailer,
    readonly scope: Scope,
  ) {}
}
class Wrong {
  static inject = [Db, Url] as const;
  constructor(readonly db: Db, readonly port: number) {}
}
class Bare {
  constructor(readonly db: Db) {}
}

const module: Module = (c) => c.singleton(Db);
const container = new Container()
  .use(module, { register: (c) => void c.instance(Port, 80) })
  .singleton(Db, { key: ANY_KEY })
  .singleton(Mailer, Smtp)
  .singleton("mailer", Smtp)
  .alias("post", Mailer)
  .scoped(Repo)
  .scoped(Repo, Repo, { key: 1, dispose: (repo) => void repo.db.query("rollback") })
  .transient(Port, factory([Db, requestedKey], (db, _key) => db.query("port").length))
  .transient(Port, factory([Db], async (db) => db.query("port").length))
  .transient(Port, async () => 80)
  .singleton(Url, { value: "postgres:" })
  .singleton(Db, { class: Db, inject: [] }, { when: (registry) => !registry.has(Db), ifAbsent: true })
  .scopeValue(Url)
  .decorate(Url, (inner, port, db) => `${inner}:${port.toFixed()}${db.query("")}`, [Port, Db])
  .build();

// @ts-expect-error: a number is no string
new Container().instance(Url, 1);
// @ts-expect-error: Db is no Mailer
new Container().singleton(Mailer, Db);
// @ts-expect-error: the second dependency is a string, the constructor wants a number
new Container().singleton(Wrong);
// @ts-expect-error: nothing says what the constructor takes
new Container().singleton(Bare);
// @ts-expect-error: the abstract class cannot be made
new Container().singleton(Mailer);
// @ts-expect-error: the factory returns a string
new Container().singleton(Port, factory([Db], () => "80"));
// @ts-expect-error: the dependency is a Db
factory([Db], (port: number) => port);
// @ts-expect-error: no such lifetime
new Container().singleton(Db, { lifetime: "session" });
// @ts-expect-error: the decorator returns a number
new Container().decorate(Url, () => 1);
// @ts-expect-error: a mailer was declared for this name
new Container().singleton("mailer", Db);
// @ts-expect-error: objects are no keys
keyed(Db, {});

exactly<ReturnType<typeof container.build>, Container>(true);
const db = container.get(Db);
exactly<typeof db, Db>(true);
const url = container.get(Url);
exactly<typeof url, string>(true);
const mailer = container.get(Mailer);
exactly<typeof mailer, Mailer>(true);
const declared = container.get("mailer");
exactly<typeof declared, Mailer>(true);
const named = container.get<Db>("db");
exactly<typeof named, Db>(true);
const perhaps = container.tryGet(Port);
exactly<typeof perhaps, number | undefined>(true);
const mailers = container.getAll(Mailer);
exactly<typeof mailers, Mailer[]>(true);
const port = container.getAsync(Port);
exactly<typeof port, Promise<number>>(true);
const late = container.get(lazy(Db)).value;
exactly<typeof late, Db>(true);
const key = container.key(Db);
const byKey = container.at(key);
exactly<typeof byKey, Db>(true);
// @ts-expect-error: a key is taken by at(), and is no service
container.get(key);
// @ts-expect-error: numbers are no services
container.get(1);

{
  using scope = container.createScope({ values: [[Url, "x"], [Port, 1]] });
  const repo = scope.get(Repo, 1);
  exactly<typeof repo, Repo>(true);
  scope.provide(Url, "y").get(Db);
  // @ts-expect-error: a number is no string
  scope.provide(Url, 1);
  // @ts-expect-error: a string is no number
  container.createScope({ values: [[Url, "x"], [Port, "1"]] });
  await using nested = scope.createScope();
  nested.disposed satisfies boolean;
}
// @ts-expect-error: scopes are made by createScope()
new Scope();

@injectable({ lifetime: "scoped", inject: [Db, Url] })
class Service {
  readonly port = inject(Port);
  readonly mailer = inject("mailer");
  readonly mailers = inject(all(Mailer));
  constructor(readonly db: Db, readonly url: string, readonly more = inject(optional(Db))) {
    exactly<typeof more, Db | undefined>(true);
    exactly<typeof this.mailer, Mailer>(true);
    exactly<typeof this.mailers, Mailer[]>(true);
    exactly<typeof this.port, number>(true);
  }
}
// @ts-expect-error: the constructor wants a number
@injectable({ inject: [Url] })
class Unfit {
  constructor(readonly port: number) {}
}
@injectable()
class Plain {}
new Container().add(Service, Plain).add(Unfit, { as: "unfit", lifetime: "transient" });
// @ts-expect-error: no class
new Container().add("Service");

{
  using _ = container.override(Db, { value: new Db() });
  using __ = container.override(Url, () => "fake");
  using ___ = container.override(Repo, Repo);
  // @ts-expect-error: a number is no string
  container.override(Url, { value: 1 });
  container.restore(container.snapshot());
}
for (const { kind, message } of container.validate()) if (kind === "cycle") message.trim();
container.graph().toMermaid().concat(container.graph().toHtml("Services"));
container.graph().nodes.map(({ lifetime, service }) => `${service} ${lifetime}`);
try {
  await new Container().buildAsync();
} catch (error) {
  if (error instanceof ServiceError && error.code === "ERR_DI_INVALID") error.problems?.map((problem) => problem.services.join());
}
