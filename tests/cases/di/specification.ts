// Every behaviour of tests/di/behaviours.txt, each with a test: prints what is ok, what is not, and ids that only one
// side knows.
import behaviours from "../../di/behaviours.txt" with { type: "text" };
import {
  ANY_KEY, Container, all, factory, keyed, lazy, optional, requestedKey, token, type ServiceError,
} from "krepis:di";

type Row = (t: Check) => void | Promise<void>;

class Check {
  count = 0;

  that(condition: boolean, what = "condition") {
    this.count++;
    if (!condition) throw new Error(`not so: ${what}`);
  }

  same(actual: unknown, expected: unknown) {
    this.count++;
    if (!Object.is(actual, expected)) throw new Error(`expected ${String(expected)}, found ${String(actual)}`);
  }

  differs(actual: unknown, other: unknown) {
    this.that(!Object.is(actual, other), "two instances");
  }

  list(actual: readonly unknown[], expected: readonly unknown[]) {
    this.same(actual.length, expected.length);
    expected.forEach((value, at) => this.same(actual[at], value));
  }

  fails(run: () => unknown, code: string, ...words: string[]): ServiceError {
    this.count++;
    try {
      run();
    } catch (error) {
      return this.#judge(error, code, words);
    }
    throw new Error(`expected ${code}, but nothing was thrown`);
  }

  async rejects(promise: Promise<unknown>, code: string, ...words: string[]): Promise<ServiceError> {
    this.count++;
    try {
      await promise;
    } catch (error) {
      return this.#judge(error, code, words);
    }
    throw new Error(`expected ${code}, but nothing was thrown`);
  }

  #judge(error: any, code: string, words: string[]) {
    if (error.code !== code) throw error;
    for (const word of words) if (!error.message.includes(word)) throw new Error(`no ${JSON.stringify(word)} in: ${error.message}`);
    return error;
  }
}

class Thing {}
class Other {}
class Needs {
  static inject = [Thing];
  constructor(readonly thing: Thing) {}
}
class AlsoNeeds {
  static inject = [Thing];
  constructor(readonly thing: Thing) {}
}
const Text = token<string>("Text");
const Plugin = token<{ name?: string }>("Plugin");

/** Makes objects that note when they are disposed. */
function journal() {
  const disposed: string[] = [];
  const make = (name: string) => ({ name, [Symbol.dispose]: () => void disposed.push(name) });
  const makeAsync = (name: string) => ({
    name,
    [Symbol.asyncDispose]: async () => {
      disposed.push(`${name} begins`);
      await null;
      disposed.push(`${name} ends`);
    },
  });
  return { disposed, make, makeAsync };
}

const boom = (message: string) => Object.assign(new Error(message), { code: message });

const table: Record<string, Row> = {
  "class-is-made"(t) {
    t.that(new Container().transient("service", Thing).build().get("service") instanceof Thing);
  },
  "own-type"(t) {
    t.that(new Container().transient(Thing).build().get(Thing) instanceof Thing);
  },
  "factory-is-called"(t) {
    const made = new Thing();
    t.same(new Container().singleton(Thing, () => made).build().get(Thing), made);
  },
  "factory-dependencies"(t) {
    const c = new Container().instance("a", 1).instance("b", 2).singleton("ab", factory(["b", "a"], (b, a) => `${b}${a}`)).build();
    t.same(c.get("ab"), "21");
  },
  "instance-is-given"(t) {
    for (const value of [new Thing(), undefined, null, 0, "", false, Number.NaN]) {
      const c = new Container().instance("value", value).build();
      t.same(c.get("value"), value);
      using scope = c.createScope();
      t.same(scope.get("value"), value);
      t.same(scope.tryGet("value"), value);
    }
  },
  "singleton-same"(t) {
    const c = new Container().singleton(Thing).build();
    t.same(c.get(Thing), c.get(Thing));
  },
  "singleton-same-in-scopes"(t) {
    const c = new Container().singleton(Thing).build();
    using a = c.createScope();
    using b = c.createScope();
    using nested = b.createScope();
    const thing = a.get(Thing);
    for (const other of [b, nested, c]) t.same(other.get(Thing), thing);
  },
  "singleton-lazy"(t) {
    let made = 0;
    const c = new Container().singleton("a", () => ++made).build();
    t.same(made, 0);
    c.get("a");
    t.same(made, 1);
  },
  "singleton-shared-dependency"(t) {
    const c = new Container().singleton(Thing).singleton(Needs).transient(AlsoNeeds).build();
    t.same(c.get(Needs).thing, c.get(AlsoNeeds).thing);
  },
  "scoped-same-in-scope"(t) {
    using scope = new Container().scoped(Thing).build().createScope();
    t.same(scope.get(Thing), scope.get(Thing));
  },
  "scoped-differs-between-scopes"(t) {
    const c = new Container().scoped(Thing).build();
    using a = c.createScope();
    using b = c.createScope();
    t.differs(a.get(Thing), b.get(Thing));
  },
  "scoped-shared-dependency"(t) {
    using scope = new Container().scoped(Thing).scoped(Needs).scoped(AlsoNeeds).build().createScope();
    t.same(scope.get(Needs).thing, scope.get(AlsoNeeds).thing);
  },
  "transient-new-each-time"(t) {
    const c = new Container().transient(Thing).build();
    using scope = c.createScope();
    t.same(new Set([c.get(Thing), c.get(Thing), scope.get(Thing), scope.get(Thing)]).size, 4);
  },
  "transient-new-each-dependency"(t) {
    const c = new Container().transient(Thing).singleton("two", factory([Thing, Thing], (a, b) => [a, b])).build();
    const [a, b] = c.get("two");
    t.differs(a, b);
  },
  "transient-holds-scoped"(t) {
    using scope = new Container().scoped(Thing).transient(Needs).build().createScope();
    const [a, b] = [scope.get(Needs), scope.get(Needs)];
    t.differs(a, b);
    t.same(a.thing, b.thing);
  },
  "scoped-holds-singleton"(t) {
    const c = new Container().singleton(Thing).scoped(Needs).build();
    using scope = c.createScope();
    t.same(scope.get(Needs).thing, c.get(Thing));
  },
  "last-wins"(t) {
    t.same(new Container().instance("a", 1).instance("a", 2).build().get("a"), 2);
  },
  "earlier-not-made"(t) {
    let made = 0;
    const c = new Container().singleton("a", () => ++made).singleton("a", () => "last").build();
    t.same(c.get("a"), "last");
    t.same(made, 0);
  },
  "factory-once"(t) {
    let made = 0;
    const c = new Container().singleton(Thing, () => (made++, new Thing())).transient(Needs).build();
    using scope = c.createScope();
    for (let i = 0; i < 100; i++) void [c.get(Thing), scope.get(Thing), scope.get(Needs)];
    t.same(made, 1);
  },
  "if-absent-skips"(t) {
    const c = new Container().instance("a", 1).instance("a", 2, { ifAbsent: true }).build();
    t.list(c.getAll("a"), [1]);
  },
  "if-absent-counts"(t) {
    const c = new Container().instance("a", 1, { ifAbsent: true }).instance("a", 2, { ifAbsent: true }).build();
    t.list(c.getAll("a"), [1]);
  },
  "if-absent-any-order"(t) {
    const c = new Container().instance("a", 2, { ifAbsent: true }).instance("a", 1).build();
    t.list(c.getAll("a"), [1]);
  },
  "condition-false"(t) {
    t.that(!new Container().instance("a", 1, { when: () => false }).build().has("a"));
  },
  "condition-true"(t) {
    t.that(new Container().instance("a", 1, { when: () => true }).build().has("a"));
  },
  "condition-any-order"(t) {
    const c = new Container().instance("a", 1, { when: (r) => r.has("b") }).instance("b", 1).build();
    t.that(c.has("a"));
  },
  "module-registers"(t) {
    const c = new Container().use((c) => c.instance("a", 1), { register: (c) => void c.instance("b", 2) }).build();
    t.list([c.get("a"), c.get("b")], [1, 2]);
  },
  "alias-same-instance"(t) {
    const c = new Container().singleton(Thing).alias("thing", Thing).alias("again", "thing").build();
    t.same(c.get("thing"), c.get(Thing));
    t.same(c.get("again"), c.get(Thing));
  },
  "alias-keeps-lifetime"(t) {
    const c = new Container().scoped(Thing).alias("thing", Thing).build();
    using a = c.createScope();
    using b = c.createScope();
    t.same(a.get("thing"), a.get(Thing));
    t.differs(a.get("thing"), b.get("thing"));
    t.fails(() => c.get("thing"), "ERR_DI_SCOPED_FROM_ROOT");
  },

  "all-in-order"(t) {
    t.list(new Container().instance("a", 1).instance("a", 2).instance("a", 3).build().getAll("a"), [1, 2, 3]);
  },
  "all-empty"(t) {
    t.list(new Container().build().getAll("a"), []);
  },
  "all-single"(t) {
    t.list(new Container().instance("a", 1).build().getAll("a"), [1]);
  },
  "all-distinct"(t) {
    for (const lifetime of ["singleton", "scoped"] as const) {
      using scope = new Container()[lifetime](Plugin, Thing)[lifetime](Plugin, Thing)[lifetime](Plugin, Thing).build().createScope();
      t.same(new Set(scope.getAll(Plugin)).size, 3);
      t.list(scope.getAll(Plugin), scope.getAll(Plugin));
    }
  },
  "all-last-is-the-one"(t) {
    const c = new Container().singleton(Plugin, Thing).singleton(Plugin, Thing).build();
    t.same(c.getAll(Plugin).at(-1), c.get(Plugin));
  },
  "all-lifetimes"(t) {
    const c = new Container().singleton(Plugin, Thing).scoped(Plugin, Thing).transient(Plugin, Thing).build();
    using scope = c.createScope();
    using other = c.createScope();
    const [first, second] = [scope.getAll(Plugin), scope.getAll(Plugin)];
    t.same(first[0], other.getAll(Plugin)[0]);
    t.same(first[1], second[1]);
    t.differs(first[1], other.getAll(Plugin)[1]);
    t.differs(first[2], second[2]);
  },
  "all-as-dependency"(t) {
    const c = new Container().instance("n", 1).instance("n", 2).singleton("sum", factory([all("n")], (n) => n.join())).build();
    t.same(c.get("sum"), "1,2");
  },
  "all-as-dependency-empty"(t) {
    t.same(new Container().singleton("count", factory([all("n")], (n) => n.length)).build().get("count"), 0);
  },
  "all-transients-new"(t) {
    const c = new Container().transient(Plugin, Thing).build();
    t.differs(c.getAll(Plugin)[0], c.getAll(Plugin)[0]);
  },

  "missing-try"(t) {
    const c = new Container().build();
    using scope = c.createScope();
    for (const from of [c, scope]) t.same(from.tryGet(Thing), undefined);
  },
  "missing-get"(t) {
    const c = new Container().build();
    using scope = c.createScope();
    for (const from of [c, scope]) {
      t.fails(() => from.get(Thing), "ERR_DI_MISSING", "Thing");
      t.fails(() => from.get(Text), "ERR_DI_MISSING", "Text");
      t.fails(() => from.get("some string"), "ERR_DI_MISSING", "some string");
    }
  },
  "has-registered"(t) {
    const c = new Container().singleton(Thing).instance("a", 1, { key: 1 }).build();
    t.that(c.has(Thing) && c.has("a", 1) && !c.has("a", 2) && !c.has("a") && c.createScope().has(Thing));
  },
  "has-not-implementation"(t) {
    const c = new Container().singleton(Plugin, Thing).build();
    t.that(c.has(Plugin) && !c.has(Thing));
  },
  "optional-absent"(t) {
    t.same(new Container().singleton("a", factory([optional(Thing)], (thing) => [thing])).build().get("a")[0], undefined);
  },
  "optional-present"(t) {
    const c = new Container().singleton(Thing).singleton("a", factory([optional(Thing)], (thing) => [thing])).build();
    t.same(c.get("a")[0], c.get(Thing));
  },
  "lazy-deferred"(t) {
    let made = 0;
    const c = new Container().singleton("b", () => ++made).singleton("a", factory([lazy("b")], (b) => b)).build();
    const late = c.get("a");
    t.same(made, 0);
    t.same(late.value, 1);
  },
  "lazy-same"(t) {
    const c = new Container().singleton(Thing).singleton("a", factory([lazy(Thing)], (b) => b)).build();
    t.same(c.get("a").value, c.get(Thing));
    t.same(c.get("a").value, c.get(Thing));
  },
  "lazy-breaks-cycle"(t) {
    const c = new Container()
      .singleton("a", factory([lazy("b")], (b) => ({ b })))
      .singleton("b", factory(["a"], (a) => ({ a })))
      .build();
    t.same(c.get("a").b.value, c.get("b"));
    t.same(c.get("b").a, c.get("a"));
  },

  "key-apart"(t) {
    const c = new Container().instance(Text, "x", { key: "a" }).instance(Text, "y", { key: "b" }).build();
    t.list([c.get(Text, "a"), c.get(Text, "b")], ["x", "y"]);
  },
  "key-not-unkeyed"(t) {
    const c = new Container().instance(Text, "x", { key: "a" }).build();
    t.same(c.tryGet(Text), undefined);
    t.fails(() => c.get(Text), "ERR_DI_MISSING", "Text");
  },
  "unkeyed-not-keyed"(t) {
    const c = new Container().instance(Text, "x").build();
    t.same(c.tryGet(Text, "a"), undefined);
    t.fails(() => c.get(Text, "a"), "ERR_DI_MISSING", "Text[a]");
  },
  "key-last-wins"(t) {
    t.same(new Container().instance(Text, "x", { key: 1 }).instance(Text, "y", { key: 1 }).build().get(Text, 1), "y");
  },
  "key-all"(t) {
    const c = new Container().instance(Text, "x", { key: 1 }).instance(Text, "z", { key: 2 }).instance(Text, "y", { key: 1 }).build();
    t.list(c.getAll(Text, 1), ["x", "y"]);
    t.list(c.getAll(Text), []);
  },
  "key-dependency"(t) {
    const c = new Container().instance(Text, "x", { key: "a" }).singleton("s", factory([keyed(Text, "a")], (x) => x + "!")).build();
    t.same(c.get("s"), "x!");
    t.fails(() => new Container().instance(Text, "x").singleton("s", factory([keyed(Text, "a")], (x) => x)).build(), "ERR_DI_INVALID", "Text[a]");
  },
  "key-requested"(t) {
    const make = factory([requestedKey], (key) => `for ${String(key)}`);
    const c = new Container().singleton(Text, make, { key: "a" }).transient(Text, make, { key: 7 }).build();
    t.list([c.get(Text, "a"), c.get(Text, 7)], ["for a", "for 7"]);
  },
  "key-singleton"(t) {
    const c = new Container().singleton(Thing, Thing, { key: "a" }).build();
    using scope = c.createScope();
    t.same(c.get(Thing, "a"), scope.get(Thing, "a"));
  },
  "key-scoped"(t) {
    const c = new Container().scoped(Thing, { key: "a" }).build();
    using a = c.createScope();
    using b = c.createScope();
    t.same(a.get(Thing, "a"), a.get(Thing, "a"));
    t.differs(a.get(Thing, "a"), b.get(Thing, "a"));
  },
  "key-transient"(t) {
    const c = new Container().transient(Thing, Thing, { key: "a" }).build();
    t.differs(c.get(Thing, "a"), c.get(Thing, "a"));
  },
  "key-instance"(t) {
    const thing = new Thing();
    t.same(new Container().instance(Thing, thing, { key: Symbol.iterator }).build().get(Thing, Symbol.iterator), thing);
  },
  "any-key-answers"(t) {
    const c = new Container().singleton(Thing, Thing, { key: ANY_KEY }).build();
    for (const key of ["a", 1, Symbol.iterator]) t.that(c.get(Thing, key) instanceof Thing);
    const wired = new Container().singleton(Thing, Thing, { key: ANY_KEY }).singleton("s", factory([keyed(Thing, "k")], (k) => ({ k }))).build();
    t.same(wired.get("s").k, wired.get(Thing, "k"));
  },
  "any-key-not-unkeyed"(t) {
    const c = new Container().singleton(Thing, Thing, { key: ANY_KEY }).build();
    t.same(c.tryGet(Thing), undefined);
  },
  "any-key-singleton-per-key"(t) {
    const c = new Container().singleton(Text, factory([requestedKey], (key) => ({ key }) as any), { key: ANY_KEY }).build();
    using scope = c.createScope();
    t.same(c.get(Text, "a"), scope.get(Text, "a"));
    t.differs(c.get(Text, "a"), c.get(Text, "b"));
    t.same((c.get(Text, "b") as any).key, "b");
  },
  "any-key-scoped-per-key"(t) {
    const c = new Container().scoped(Thing, Thing, { key: ANY_KEY }).build();
    using a = c.createScope();
    using b = c.createScope();
    t.same(a.get(Thing, 1), a.get(Thing, 1));
    t.differs(a.get(Thing, 1), a.get(Thing, 2));
    t.differs(a.get(Thing, 1), b.get(Thing, 1));
  },
  "any-key-specific-wins"(t) {
    const own = (c: Container) => c.instance(Text, "own", { key: "a" });
    const any = (c: Container) => c.instance(Text, "any", { key: ANY_KEY });
    for (const modules of [[own, any], [any, own]]) {
      const c = new Container().use(...modules).build();
      t.list([c.get(Text, "a"), c.get(Text, "b")], ["own", "any"]);
    }
  },
  "any-key-all"(t) {
    const c = new Container().instance(Text, "any", { key: ANY_KEY }).instance(Text, "x", { key: "a" }).instance(Text, "no").instance(Text, "y", { key: "b" }).build();
    c.get(Text, "made for a key");
    t.list(c.getAll(Text, ANY_KEY), ["x", "y"]);
    t.list(new Container().build().getAll(Text, ANY_KEY), []);
  },
  "any-key-not-in-all"(t) {
    const c = new Container().instance(Text, "any", { key: ANY_KEY }).instance(Text, "x", { key: "a" }).build();
    t.list(c.getAll(Text, "a"), ["x"]);
  },
  "key-types"(t) {
    const c = new Container().instance(Text, "number", { key: 1 }).instance(Text, "string", { key: "1" }).build();
    t.list([c.get(Text, 1), c.get(Text, "1")], ["number", "string"]);
  },

  "scope-has-singletons"(t) {
    const c = new Container().singleton(Thing).build();
    using scope = c.createScope();
    t.same(scope.get(Thing), c.get(Thing));
  },
  "scoped-from-root"(t) {
    const c = new Container().scoped(Thing).build();
    t.fails(() => c.get(Thing), "ERR_DI_SCOPED_FROM_ROOT", "Thing", "createScope");
    using scope = c.createScope();
    scope.get(Thing);
    t.fails(() => c.get(Thing), "ERR_DI_SCOPED_FROM_ROOT");
  },
  "scoped-from-root-through-transient"(t) {
    const c = new Container().scoped(Thing).transient(Needs).build();
    t.fails(() => c.get(Needs), "ERR_DI_SCOPED_FROM_ROOT", "Needs", "scope");
  },
  "scoped-from-root-try"(t) {
    t.fails(() => new Container().scoped(Thing).build().tryGet(Thing), "ERR_DI_SCOPED_FROM_ROOT", "Thing");
  },
  "scoped-from-root-all"(t) {
    t.fails(() => new Container().singleton(Plugin, Thing).scoped(Plugin, Thing).build().getAll(Plugin), "ERR_DI_SCOPED_FROM_ROOT", "Plugin");
  },
  "nested-scope-own-instances"(t) {
    using outer = new Container().scoped(Thing).build().createScope();
    using inner = outer.createScope();
    t.differs(outer.get(Thing), inner.get(Thing));
  },
  "nested-scope-outlived"(t) {
    const { disposed, make } = journal();
    let count = 0;
    using outer = new Container().scoped("a", () => make(`${count++}`)).build().createScope();
    outer.get("a");
    const inner = outer.createScope();
    inner.get("a");
    inner.dispose();
    t.list(disposed, ["1"]);
    t.same(outer.get("a").name, "0");
  },
  "scope-value-given"(t) {
    const c = new Container().scopeValue(Text).build();
    using scope = c.createScope({ values: [[Text, "x"]] });
    t.same(scope.get(Text), "x");
    using later = c.createScope();
    later.provide(Text, "y");
    t.same(later.get(Text), "y");
  },
  "scope-value-differs"(t) {
    const c = new Container().scopeValue(Text).build();
    using a = c.createScope({ values: [[Text, "a"]] });
    using b = c.createScope({ values: [[Text, "b"]] });
    t.list([a.get(Text), b.get(Text), a.get(Text)], ["a", "b", "a"]);
  },
  "scope-value-dependency"(t) {
    const c = new Container().scopeValue(Text).scoped("a", factory([Text], (text) => text + "!")).build();
    for (let i = 0; i < 200; i++) {
      using scope = c.createScope({ values: [[Text, `${i}`]] });
      t.same(scope.get("a"), `${i}!`);
    }
  },
  "scope-value-absent"(t) {
    const c = new Container().scopeValue(Text).scoped("a", factory([optional(Text)], (text) => [text])).build();
    using scope = c.createScope();
    t.fails(() => scope.get(Text), "ERR_DI_NOT_PROVIDED", "Text");
    t.same(scope.tryGet(Text), undefined);
    t.same(scope.get("a")[0], undefined);
  },
  "scope-value-nested"(t) {
    const c = new Container().scopeValue(Text).build();
    using outer = c.createScope({ values: [[Text, "outer"]] });
    using inner = outer.createScope();
    t.same(inner.get(Text), "outer");
    using own = outer.createScope({ values: [[Text, "own"]] });
    t.same(own.get(Text), "own");
  },
  "scope-disposed-get"(t) {
    const c = new Container().scoped(Thing).singleton(Other).scopeValue(Text).build();
    const scope = c.createScope();
    const key = c.key(Thing);
    scope.get(Thing);
    scope.get(Other);
    scope.dispose();
    t.that(scope.disposed);
    for (const run of [
      () => scope.get(Thing), () => scope.get(Other), () => scope.tryGet(Thing), () => scope.getAll(Thing), () => scope.has(Thing),
      () => scope.at(key), () => scope.provide(Text, "x"),
    ]) t.fails(run, "ERR_DI_DISPOSED", "scope is disposed");
  },
  "scope-disposed-create"(t) {
    const scope = new Container().build().createScope();
    scope.dispose();
    t.fails(() => scope.createScope(), "ERR_DI_DISPOSED");
  },
  "container-disposed-get"(t) {
    const c = new Container().singleton(Thing).build();
    c.get(Thing);
    c.dispose();
    t.that(c.disposed);
    for (const run of [() => c.get(Thing), () => c.tryGet(Thing), () => c.createScope()]) t.fails(run, "ERR_DI_DISPOSED", "container");
  },
  "container-disposed-scope"(t) {
    const { disposed, make } = journal();
    const c = new Container().scoped("a", () => make("a")).build();
    const scope = c.createScope();
    scope.get("a");
    c.dispose();
    t.list(disposed, ["a"]);
    t.that(scope.disposed);
    t.fails(() => scope.get("a"), "ERR_DI_DISPOSED");
  },
  "scope-reuse-is-fresh"(t) {
    const c = new Container().scoped(Thing).scoped(Plugin, Thing, { key: ANY_KEY }).scopeValue(Text).build();
    const seen = new Set();
    for (let i = 0; i < 1000; i++) {
      using scope = c.createScope();
      t.same(scope.tryGet(Text), undefined);
      scope.provide(Text, "x");
      seen.add(scope.get(Thing)).add(scope.get(Plugin, "k"));
    }
    t.same(seen.size, 2000);
  },
  "scope-stale-handle"(t) {
    const c = new Container().scoped(Thing).scoped("late", factory([lazy(Thing)], (late) => late)).build();
    const stale = c.createScope();
    const late = stale.get("late");
    stale.dispose();
    using fresh = c.createScope();
    fresh.get(Thing);
    t.fails(() => stale.get(Thing), "ERR_DI_DISPOSED");
    t.fails(() => late.value, "ERR_DI_DISPOSED");
    stale.dispose();
    t.that(!fresh.disposed);
    t.same(fresh.get(Thing), fresh.get(Thing));
  },

  "dispose-scoped"(t) {
    const { disposed, make } = journal();
    const scope = new Container().scoped("a", () => make("a")).build().createScope();
    scope.get("a");
    t.list(disposed, []);
    scope.dispose();
    t.list(disposed, ["a"]);
  },
  "dispose-scoped-transients"(t) {
    const { disposed, make } = journal();
    let count = 0;
    const scope = new Container().transient("a", () => make(`${count++}`)).build().createScope();
    scope.get("a");
    scope.get("a");
    scope.dispose();
    t.list(disposed, ["1", "0"]);
  },
  "dispose-not-singletons"(t) {
    const { disposed, make } = journal();
    const scope = new Container().singleton("a", () => make("a")).build().createScope();
    scope.get("a");
    scope.dispose();
    t.list(disposed, []);
  },
  "dispose-container-singletons"(t) {
    const { disposed, make } = journal();
    const c = new Container().singleton("a", () => make("a")).build();
    c.get("a");
    c.dispose();
    t.list(disposed, ["a"]);
  },
  "dispose-container-transients"(t) {
    const { disposed, make } = journal();
    const c = new Container().transient("a", () => make("a")).build();
    c.get("a");
    c.get("a");
    c.dispose();
    t.list(disposed, ["a", "a"]);
  },
  "dispose-singleton-from-scope"(t) {
    const { disposed, make } = journal();
    const c = new Container().transient("t", () => make("t")).singleton("a", factory(["t"], () => make("a"))).build();
    const scope = c.createScope();
    scope.get("a");
    scope.dispose();
    t.list(disposed, []);
    c.dispose();
    t.list(disposed, ["a", "t"]);
  },
  "dispose-reverse"(t) {
    const { disposed, make } = journal();
    const c = new Container();
    for (const name of "abcdef") c.scoped(name, () => make(name));
    const scope = c.build().createScope();
    for (const name of "cafebd") scope.get(name);
    scope.dispose();
    t.same(disposed.join(""), [..."cafebd"].reverse().join(""));
  },
  "dispose-dependents-first"(t) {
    const { disposed, make } = journal();
    const c = new Container().scoped("a", factory(["b"], () => make("a"))).scoped("b", factory(["c"], () => make("b"))).scoped("c", () => make("c")).build();
    for (let i = 0; i < 200; i++) {
      const scope = c.createScope();
      scope.get("a");
      scope.dispose();
      t.same(disposed.splice(0).join(), "a,b,c");
    }
  },
  "dispose-children-first"(t) {
    const { disposed, make } = journal();
    const c = new Container().scopeValue(Text).scoped("a", factory([Text], (text) => make(text))).build();
    const open = (from: { createScope: Container["createScope"] }, name: string) => {
      const scope = from.createScope({ values: [[Text, name]] });
      scope.get("a");
      return scope;
    };
    const parent = open(c, "parent");
    open(open(parent, "older"), "grandchild");
    open(parent, "newer");
    parent.dispose();
    t.list(disposed, ["newer", "grandchild", "older", "parent"]);
  },
  "dispose-once"(t) {
    const { disposed, make } = journal();
    const scope = new Container().scoped("a", () => make("a")).alias("b", "a").scoped("c", factory(["a"], (a) => a)).scoped("d", () => make("d")).build().createScope();
    for (const name of "abcd") scope.get(name);
    scope.dispose();
    t.list(disposed, ["d", "a"]);
  },
  "dispose-twice"(t) {
    const { disposed, make } = journal();
    const c = new Container().scoped("a", () => make("a")).singleton("b", () => make("b")).build();
    const scope = c.createScope();
    scope.get("a");
    scope.get("b");
    scope.dispose();
    scope.dispose();
    c.dispose();
    c.dispose();
    t.list(disposed, ["a", "b"]);
  },
  "dispose-not-given-instances"(t) {
    const { disposed, make } = journal();
    const c = new Container().instance("a", make("a")).build();
    c.get("a");
    c.dispose();
    t.list(disposed, []);
  },
  "dispose-not-scope-values"(t) {
    const { disposed, make } = journal();
    const scope = new Container().scopeValue("a").build().createScope({ values: [["a", make("a")]] });
    scope.get("a");
    scope.dispose();
    t.list(disposed, []);
  },
  "dispose-unmade"(t) {
    const { disposed, make } = journal();
    const c = new Container().singleton("a", () => make("a")).scoped("b", () => make("b")).build();
    c.createScope();
    c.dispose();
    t.list(disposed, []);
  },
  "dispose-error-goes-on"(t) {
    const { disposed, make } = journal();
    const scope = new Container()
      .scoped("a", () => make("a"))
      .scoped("b", () => ({ [Symbol.dispose]: () => { throw boom("b"); } }))
      .scoped("c", () => make("c"))
      .build().createScope();
    for (const name of "abc") scope.get(name);
    t.fails(() => scope.dispose(), "b");
    t.list(disposed, ["c", "a"]);
    t.that(scope.disposed);
  },
  "dispose-errors-together"(t) {
    const bad = (name: string) => () => ({ [Symbol.dispose]: () => { throw boom(name); } });
    const scope = new Container().scoped("a", bad("a")).scoped("b", bad("b")).build().createScope();
    scope.get("a");
    scope.get("b");
    try {
      scope.dispose();
    } catch (error: any) {
      t.that(error instanceof AggregateError);
      t.list(error.errors.map((one: Error) => one.message), ["b", "a"]);
    }
    t.same(t.count, 4);
  },
  "dispose-factory"(t) {
    const { disposed, make } = journal();
    const scope = new Container().scoped("a", factory([], () => make("a"))).build().createScope();
    scope.get("a");
    scope.dispose();
    t.list(disposed, ["a"]);
  },
  "dispose-custom"(t) {
    const closed: number[] = [];
    const c = new Container().scoped("fd", () => 7, { dispose: (fd: number) => void closed.push(fd) }).scoped("kept", () => journal().make("a"), { dispose: false }).build();
    for (let i = 0; i < 100; i++) {
      const scope = c.createScope();
      scope.get("fd");
      scope.get("kept");
      scope.dispose();
    }
    t.same(closed.join(""), "7".repeat(100));
  },
  async "dispose-async"(t) {
    const { disposed, make, makeAsync } = journal();
    const scope = new Container().scoped("a", () => makeAsync("a")).scoped("b", () => make("b")).scoped("c", () => makeAsync("c")).build().createScope();
    for (const name of "abc") scope.get(name);
    await scope.disposeAsync();
    t.list(disposed, ["c begins", "c ends", "b", "a begins", "a ends"]);
  },
  "dispose-async-only-sync"(t) {
    const { disposed, make, makeAsync } = journal();
    const scope = new Container().scoped("a", () => make("a")).scoped("b", () => makeAsync("b")).build().createScope();
    scope.get("a");
    scope.get("b");
    t.fails(() => scope.dispose(), "ERR_DI_ASYNC_DISPOSAL", "b can only be disposed asynchronously");
    t.list(disposed, ["a"]);
  },
  "dispose-partial"(t) {
    const { disposed, make } = journal();
    const scope = new Container().scoped("a", () => make("a")).scoped("b", factory(["a"], () => { throw boom("no"); })).build().createScope();
    t.fails(() => scope.get("b"), "no");
    scope.dispose();
    t.list(disposed, ["a"]);
  },

  "failing-factory"(t) {
    const error = boom("no");
    const c = new Container().singleton("a", () => { throw error; }).build();
    t.same(t.fails(() => c.get("a"), "no"), error);
  },
  "failing-factory-again"(t) {
    let runs = 0;
    const c = new Container().singleton("a", () => { if (++runs < 3) throw boom("no"); return runs; }).build();
    t.fails(() => c.get("a"), "no");
    t.fails(() => c.get("a"), "no");
    t.list([c.get("a"), c.get("a")], [3, 3]);
  },
  "failing-factory-nothing-kept"(t) {
    const { disposed } = journal();
    let fails = true;
    const c = new Container().scoped("a", () => { if (fails) throw boom("no"); return "made"; }).build();
    for (let i = 0; i < 200; i++) {
      using scope = c.createScope();
      fails = true;
      t.fails(() => scope.get("a"), "no");
      fails = false;
      t.same(scope.get("a"), "made");
    }
    t.list(disposed, []);
  },
  "failing-dependency"(t) {
    let made = 0;
    const c = new Container().singleton("a", () => { throw boom("no"); }).singleton("b", factory(["a"], () => ++made)).build();
    t.fails(() => c.get("b"), "no");
    t.same(made, 0);
  },

  "missing-reported"(t) {
    const error = t.fails(() => new Container().singleton(Needs).build(), "ERR_DI_INVALID", "missing service: Needs needs Thing, which nothing provides");
    t.list(error.problems!.map(({ kind, services }) => `${kind} ${services.join()}`), ["missing service Needs"]);
  },
  "missing-suggestion"(t) {
    t.fails(() => new Container().instance("mailer", 1).singleton("a", factory(["mailr"], () => 1)).build(), "ERR_DI_INVALID", "did you mean mailer?");
  },
  "cycle-self"(t) {
    t.fails(() => new Container().singleton("a", factory(["a"], () => 1)).build(), "ERR_DI_INVALID", "cycle: a -> a");
  },
  "cycle-path"(t) {
    const c = new Container().singleton("c", factory(["a"], () => 1)).transient("a", factory([optional("b")], () => 1)).singleton("b", factory(["c"], () => 1));
    t.fails(() => c.build(), "ERR_DI_INVALID", "cycle: a -> b -> c -> a");
  },
  "cycle-through-all"(t) {
    t.fails(() => new Container().singleton("a", factory([all("b")], () => 1)).singleton("b", factory(["a"], () => 1)).build(), "ERR_DI_INVALID", "cycle: a -> b -> a");
  },
  "captive-direct"(t) {
    t.fails(() => new Container().scoped(Thing).singleton(Needs).build(), "ERR_DI_INVALID", "captive dependency: singleton Needs would keep scoped Thing");
  },
  "captive-through-transient"(t) {
    t.fails(() => new Container().scoped(Thing).transient(Needs).singleton("a", factory([Needs], () => 1)).build(), "ERR_DI_INVALID",
      "captive dependency: singleton a would keep scoped Thing, through a -> Needs -> Thing");
  },
  "captive-lazy"(t) {
    t.fails(() => new Container().scoped(Thing).singleton("a", factory([lazy(Thing)], () => 1)).build(), "ERR_DI_INVALID", "captive dependency");
  },
  "captive-all"(t) {
    t.fails(() => new Container().singleton(Plugin, Thing).scoped(Plugin, Thing).singleton("a", factory([all(Plugin)], () => 1)).build(), "ERR_DI_INVALID", "captive dependency");
  },
  "captive-any-order"(t) {
    const modules = [
      (c: Container) => c.singleton(Needs), (c: Container) => c.scoped(Thing), (c: Container) => c.singleton("x", factory(["y"], () => 1)),
    ];
    const lines = (error: ServiceError) => error.problems!.map(({ message }) => message.split("\n")[0]).join();
    const forwards = t.fails(() => new Container().use(...modules).build(), "ERR_DI_INVALID");
    const backwards = t.fails(() => new Container().use(...modules.reverse()).build(), "ERR_DI_INVALID");
    t.same(lines(forwards), lines(backwards));
  },
  "scoped-of-transient-is-fine"(t) {
    using scope = new Container().transient(Thing).scoped(Needs).build().createScope();
    t.that(scope.get(Needs).thing instanceof Thing);
  },
  "replaced-not-checked-as-wanted"(t) {
    const c = new Container().scoped(Thing).singleton(Needs).singleton(Thing).build();
    t.same(c.get(Needs).thing, c.get(Thing));
  },
  "all-problems-together"(t) {
    const c = new Container().scoped(Thing).singleton(Needs).singleton("x", factory(["y"], () => 1)).singleton("z", factory(["z"], () => 1));
    const error = t.fails(() => c.build(), "ERR_DI_INVALID", "3 problems in the services");
    t.list(error.problems!.map(({ kind }) => kind), ["missing service", "cycle", "captive dependency"]);
  },
  "origin-reported"(t) {
    t.fails(() => new Container().singleton(Needs).build(), "ERR_DI_INVALID", "Needs (singleton) registered at ", "specification.ts:");
  },
  "validate-does-not-throw"(t) {
    const c = new Container().singleton(Needs);
    t.same(c.validate().length, 1);
    t.same(c.singleton(Thing).validate().length, 0);
    t.same(c.build().validate().length, 0);
  },

  "decorator-wraps"(t) {
    const c = new Container().instance(Text, "x").decorate(Text, (inner) => `<${inner}>`).build();
    t.same(c.get(Text), "<x>");
    const early = new Container().decorate(Text, (inner) => `<${inner}>`).instance(Text, "x").build();
    t.same(early.get(Text), "<x>");
  },
  "decorator-order"(t) {
    const c = new Container().instance(Text, "x").decorate(Text, (inner) => `a(${inner})`).decorate(Text, (inner) => `b(${inner})`).build();
    t.same(c.get(Text), "b(a(x))");
  },
  "decorator-lifetime"(t) {
    const wrap = (inner: object) => ({ inner });
    const c = new Container().singleton("a", Thing).scoped("b", Thing).transient("c", Thing).decorate("a", wrap).decorate("b", wrap).decorate("c", wrap).build();
    using scope = c.createScope();
    t.same(c.get("a"), scope.get("a"));
    t.same(scope.get("b"), scope.get("b"));
    t.differs(scope.get("b"), c.createScope().get("b"));
    t.differs(c.get("c"), c.get("c"));
    t.fails(() => c.get("b"), "ERR_DI_SCOPED_FROM_ROOT");
  },
  "decorator-dependencies"(t) {
    const c = new Container().instance(Text, "x").instance("n", 3).decorate(Text, (inner, n) => inner.repeat(n), ["n"]).build();
    t.same(c.get(Text), "xxx");
    class Wrapped {
      static inject = ["n"];
      constructor(readonly inner: unknown, readonly n: number) {}
    }
    const wrapped: any = new Container().instance(Text, "x").instance("n", 3).decorate(Text, Wrapped as any).build().get(Text);
    t.list([wrapped.inner, wrapped.n], ["x", 3]);
  },
  "decorator-each"(t) {
    const c = new Container().instance(Text, "x").decorate(Text, (inner) => `<${inner}>`).instance(Text, "y").instance(Text, "k", { key: "k" }).build();
    t.list(c.getAll(Text), ["<x>", "<y>"]);
    t.same(c.get(Text, "k"), "<k>");
  },
  "decorator-disposal"(t) {
    const { disposed, make } = journal();
    const scope = new Container().scoped("a", () => make("inner")).decorate("a", () => make("outer")).build().createScope();
    scope.get("a");
    scope.dispose();
    t.list(disposed, ["outer", "inner"]);
  },

  async "async-get"(t) {
    const c = new Container().singleton("a", async () => "made").build();
    t.same(await c.getAsync("a"), "made");
    t.same(await c.tryGetAsync("a"), "made");
    t.same(await c.tryGetAsync("b"), undefined);
  },
  async "async-once"(t) {
    let made = 0;
    const c = new Container().singleton("a", async () => { await null; return { made: ++made }; }).build();
    const [first, second] = await Promise.all([c.getAsync("a"), c.getAsync("a"), c.createScope().getAsync("a")]);
    t.same(first, second);
    t.same(made, 1);
  },
  "async-sync-get-not-ready"(t) {
    const c = new Container().singleton("a", async () => 1).scoped("b", async () => 1).build();
    t.fails(() => c.get("a"), "ERR_DI_NOT_READY", "a is made asynchronously");
    t.fails(() => c.createScope().get("b"), "ERR_DI_NOT_READY");
  },
  async "async-sync-get-ready"(t) {
    const c = new Container().singleton("a", async () => new Thing()).build();
    const made = await c.getAsync("a");
    t.same(c.get("a"), made);
    t.same(c.createScope().get("a"), made);
  },
  async "async-build"(t) {
    const order: string[] = [];
    const step = (name: string) => async () => { await null; order.push(name); return name; };
    const c = await new Container()
      .singleton("a", factory(["b", "s"], step("a")))
      .singleton("b", factory(["c"], step("b")))
      .singleton("c", step("c"))
      .singleton("s", factory(["c"], (c) => `sync ${c}`))
      .buildAsync();
    t.list(order, ["c", "b", "a"]);
    t.list([c.get("a"), c.get("b"), c.get("c"), c.get("s")], ["a", "b", "c", "sync c"]);
  },
  async "async-behind-sync"(t) {
    const make = () => new Container().singleton(Thing, async () => new Thing()).singleton(Needs);
    t.fails(() => make().build(), "ERR_DI_INVALID", "async behind sync: Needs needs Thing, whose factory is async");
    t.that((await make().buildAsync()).get(Needs).thing instanceof Thing);
    await t.rejects(new Container().scoped(Thing, async () => new Thing()).scoped(Needs).buildAsync(), "ERR_DI_INVALID", "async behind sync");
  },
  async "async-fails-again"(t) {
    let runs = 0;
    const c = new Container().singleton("a", async () => { if (++runs < 2) throw boom("no"); return runs; }).build();
    const [first, second] = [c.getAsync("a"), c.getAsync("a")];
    await t.rejects(first, "no");
    await t.rejects(second, "no");
    t.same(runs, 1);
    t.same(await c.getAsync("a"), 2);
  },
  async "async-scoped"(t) {
    const c = new Container().scoped(Thing, async () => new Thing()).build();
    using a = c.createScope();
    using b = c.createScope();
    const [one, two] = await Promise.all([a.getAsync(Thing), a.getAsync(Thing)]);
    t.same(one, two);
    t.differs(one, await b.getAsync(Thing));
    await t.rejects(c.getAsync(Thing), "ERR_DI_SCOPED_FROM_ROOT");
  },
  async "async-sync-service"(t) {
    const c = new Container().singleton(Thing).build();
    t.same(await c.getAsync(Thing), c.get(Thing));
  },

  "override-gives"(t) {
    const c = new Container().instance(Text, "real").build();
    c.override(Text, { value: "fake" });
    t.same(c.get(Text), "fake");
    t.same(c.createScope().get(Text), "fake");
    c.override("new", { value: 1 });
    t.same(c.get("new"), 1);
  },
  "override-dependents"(t) {
    const c = new Container().singleton(Thing).singleton(Needs).scoped(AlsoNeeds).build();
    const scope = c.createScope();
    const [real, needs, also] = [c.get(Thing), c.get(Needs), scope.get(AlsoNeeds)];
    const fake = new Thing();
    {
      using _ = c.override(Thing, { value: fake });
      t.same(c.get(Needs).thing, fake);
      t.same(scope.get(AlsoNeeds).thing, fake);
      using inner = c.createScope();
      t.same(inner.get(AlsoNeeds).thing, fake);
    }
    t.list([c.get(Thing), c.get(Needs), scope.get(AlsoNeeds)], [real, needs, also]);
  },
  "override-restores"(t) {
    const { disposed, make } = journal();
    const c = new Container().singleton("a", () => make("real")).singleton("b", factory(["a"], (a) => make(`b of ${a.name}`))).build();
    {
      using _ = c.override("a", () => make("fake"));
      t.same(c.get("b").name, "b of fake");
    }
    t.list(disposed, ["b of fake", "fake"]);
    t.same(c.get("b").name, "b of real");
    t.same(c.get("a").name, "real");
  },
  "override-keeps-others"(t) {
    const c = new Container().singleton(Thing).singleton(Needs).singleton(Other).scoped(Plugin, Other).build();
    const scope = c.createScope();
    const [other, plugin] = [c.get(Other), scope.get(Plugin)];
    using _ = c.override(Thing, Thing);
    t.same(c.get(Other), other);
    t.same(scope.get(Plugin), plugin);
  },
  "override-validates"(t) {
    const c = new Container().singleton(Thing).singleton(Needs).build();
    const needs = c.get(Needs);
    t.fails(() => c.override(Thing, Thing, { lifetime: "scoped" }), "ERR_DI_INVALID", "captive");
    t.fails(() => c.override(Thing, factory(["nothing"], () => new Thing())), "ERR_DI_INVALID", "missing");
    t.same(c.get(Needs), needs);
  },
  "override-nested"(t) {
    const c = new Container().instance(Text, "real").build();
    const key = c.key(Text);
    {
      using _ = c.override(Text, { value: "one" });
      {
        using _ = c.override(Text, { value: "two" });
        t.list([c.get(Text), c.at(key)], ["two", "two"]);
      }
      t.list([c.get(Text), c.at(key)], ["one", "one"]);
    }
    t.list([c.get(Text), c.at(key)], ["real", "real"]);
  },
  "snapshot-restores"(t) {
    const c = new Container().instance(Text, "real").instance("n", 1).build();
    c.override("n", { value: 2 });
    const snapshot = c.snapshot();
    c.override(Text, { value: "fake" });
    c.override("n", { value: 3 });
    c.restore(snapshot);
    t.list([c.get(Text), c.get("n")], ["real", 2]);
    c.restore(snapshot);
    t.same(c.get("n"), 2);
  },
};

const ids = behaviours.split("\n").filter((line) => line !== "" && !line.startsWith("#")).map((line) => line.split(":")[0]!);
let failed = 0;
for (const id of ids) {
  const row = table[id];
  const check = new Check();
  try {
    if (row === undefined) throw new Error("has no test");
    await row(check);
    if (check.count === 0) throw new Error("checks nothing");
    console.log(`ok ${id}`);
  } catch (error: any) {
    failed++;
    console.log(`FAILED ${id}: ${error.message}`);
  }
}
for (const id of Object.keys(table)) if (!ids.includes(id)) console.log(`unknown: ${id}`);
console.log(`${ids.length} behaviours, ${failed} failed`);
