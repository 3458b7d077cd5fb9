// The message of every error.
import { ANY_KEY, Container, Scope, all, factory, inject, injectable, keyed, lazy, optional, requestedKey, token } from "krepis:di";

function shows(what: string, run: () => unknown) {
  try {
    const value = run();
    if (value instanceof Promise) return value.then(() => console.log(what, "-> no error"), (error) => print(what, error));
    console.log(what, "-> no error");
  } catch (error) {
    print(what, error);
  }
}

function print(what: string, error: any) {
  const message = error.message.replaceAll(import.meta.dirname, "[dir]").replaceAll("\n", "\n    ");
  console.log(`${what}:\n    ${error.name}${error.code === undefined ? "" : ` ${error.code}`}: ${message}`);
}

class Db {}
class Repo {
  static inject: readonly any[] = [Db];
  constructor(readonly db: Db) {}
}
const Name = token<string>("Name");
const any = (value: unknown): any => value;

// What is registered
const c = new Container();
shows("no token", () => c.singleton(any(7)));
shows("an undefined class", () => c.singleton(any(undefined)));
shows("a dependency that is undefined", () => c.singleton("a", factory([any(undefined)], () => 1)));
shows("no implementation", () => c.singleton(Name, any(undefined)));
shows("a wrong implementation", () => c.singleton(Name, any("text")));
shows("wrong options", () => c.singleton(Db, Db, any("text")));
shows("a constructor whose parameters nothing names", () => c.singleton(class Service { constructor(readonly a: Db, readonly b: Db) {} } as any));
shows("too few dependencies", () => c.singleton(class Service { static inject = [Db]; constructor(readonly a: Db, readonly b: Db) {} } as any));
shows("inject that is no array", () => c.singleton(class Service { static inject = Db; constructor(readonly a: Db) {} } as any));
shows("no factory", () => factory([Db], any(1)));
shows("a wrong lifetime", () => c.singleton(Db, { lifetime: any("session") }));
shows("a wrong key", () => c.singleton(Db, { key: any({}) }));
shows("token without a name", () => token(""));
shows("add of a plain class", () => c.add(Db));
shows("@injectable without a call", () => any(injectable)(Db)(Db));
shows("@injectable before a method", () => any(injectable())(() => {}, { kind: "method" }));
shows("a wrong module", () => c.use(any(1)));
shows("a wrong decorator", () => c.decorate(Db, any(1)));
shows("an alias of several", () => c.alias("a", all(Db) as any));
shows("optional of lazy", () => optional(any(lazy(Db))));
shows("keyed of nothing", () => keyed(Db, any(undefined)));
shows("get before build", () => c.get(Db));
shows("createScope before build", () => c.createScope());
shows("inject outside", () => inject(Db));
shows("new Scope", () => new (any(Scope))());

// What is built
shows("build", () =>
  new Container()
    .singleton(Repo)
    .scoped("Db", Db)
    .singleton("cache", factory(["Db"], (db) => db))
    .singleton("a", factory([lazy("b"), "b"], () => 1))
    .singleton("b", factory(["a"], () => 1))
    .scoped("slow", async () => 1)
    .scoped("fast", factory(["slow"], (slow) => slow))
    .singleton("ready", async () => 1)
    .singleton("early", factory(["ready"], (ready) => ready))
    .singleton(Name, () => "x", { key: "primary" })
    .singleton("keyed", factory([keyed(Name, "secondary")], (name) => name))
    .alias("alias", "nowhere")
    .build());

// What is asked for
const built = new Container().scoped(Db).transient(Repo).scopeValue(Name).singleton("slow", async () => 1).build();
const scope = built.createScope();
shows("missing", () => built.get("Mailer"));
shows("missing, keyed", () => built.get(Db, "primary"));
shows("missing, lazy", () => scope.get(lazy("Mailer") as any));
shows("scoped from root", () => built.get(Db));
shows("through a transient", () => built.get(Repo));
shows("Scope from root", () => built.get(Scope));
shows("ANY_KEY", () => built.get(Db, ANY_KEY));
shows("a wrong token", () => built.get(any({})));
shows("an undefined token", () => scope.get(any(undefined)));
shows("the requested key", () => built.get(requestedKey as any));
shows("not ready", () => built.get("slow"));
shows("not provided", () => scope.get(Name));
shows("providing what is no value", () => scope.provide(Db, new Db()));
scope.provide(Name, "x");
shows("providing twice", () => scope.provide(Name, "y"));
shows("a key of another container", () => scope.at(new Container().singleton(Db).build().key(Db)));
shows("no key", () => scope.at(any("key")));
shows("a key of nothing", () => built.key("Mailer"));
shows("registering after build", () => built.singleton(Db));
shows("building twice", () => built.build());
shows("a wrong snapshot", () => built.restore(any({})));
shows("an override that breaks the rules", () => built.override("slow", factory([Db], (db) => db as any)));
scope.dispose();
shows("a promise from what is not async", () => new Container().singleton("a", () => Promise.resolve(1)).build().get("a"));
shows("a disposed scope", () => scope.get(Db));
await shows("a disposed scope, async", () => scope.getAsync("slow"));
built.dispose();
shows("a disposed container", () => built.get(Db));
await shows("a disposed container, async", () => built.getAsync("slow"));
shows("registering after disposal", () => built.singleton(Db));

// What is disposed
const bad = (name: string) => () => ({ [Symbol.dispose]: () => { throw new Error(name); } });
const disposing = new Container().scoped("one", bad("one")).scoped("two", bad("two")).scoped("late", () => ({ async [Symbol.asyncDispose]() {} })).build();
const open = (...names: string[]) => {
  const scope = disposing.createScope();
  for (const name of names) scope.get(name);
  return scope;
};
shows("one error", () => open("one").dispose());
shows("async only", () => open("late").dispose());
await shows("several errors", () => open("one", "late", "two").disposeAsync());
shows("errors of scopes below", () => {
  open("one");
  open("two");
  disposing.dispose();
});
