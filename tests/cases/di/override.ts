// override(): what is replaced, what is made anew, what stays, and what is left afterwards.
import { Container, all, factory, inject, keyed, lazy, optional, token } from "krepis:di";

const log = (...data: unknown[]): void => console.log(...data);
let next = 0;
let quiet = false;
class Made {
  readonly id = ++next;
  constructor(readonly name: string, readonly parts: unknown[] = []) {}
  toString(): string {
    return this.parts.length === 0 ? `${this.name}${this.id}` : `${this.name}${this.id}(${this.parts.map(String).join(" ")})`;
  }
  [Symbol.dispose](): void {
    if (!quiet) log("  disposed", `${this.name}${this.id}`);
  }
}
const make = (name: string) => (...parts: unknown[]) => new Made(name, parts);

const Clock = token<Made>("Clock");
const Extra = token<Made>("Extra");

class Fields {
  readonly clock = inject(Clock);
  toString(): string {
    return `fields(${this.clock})`;
  }
}

const container = new Container()
  .singleton(Clock, factory([], make("clock")))
  .singleton("log", factory([Clock], make("log")))
  .singleton("apart", factory([], make("apart")))
  .scoped("session", factory(["log", "apart", optional(Extra)], (log, apart, extra) => new Made("session", extra === undefined ? [log, apart] : [log, apart, extra])))
  .transient("handler", factory(["session"], make("handler")))
  .singleton("lazy", factory([lazy(Clock)], (clock) => clock))
  .singleton("plugin", factory([Clock], make("first")))
  .singleton("plugin", factory([], make("second")))
  .singleton("plugins", factory([all("plugin")], (plugins) => plugins.join("+")))
  .singleton(Clock, factory([], make("utc")), { key: "utc" })
  .singleton("utc", factory([keyed(Clock, "utc")], make("reads")))
  .alias("time", Clock)
  .singleton(Fields)
  .decorate("log", (inner) => new Made("loud", [inner]))
  .build();

const open = container.createScope();
const key = container.key(Clock);
const sessionKey = container.key("session");
const show = (when: string) => {
  log(when);
  for (const name of ["log", "apart", "plugins", "utc", "time"]) log(" ", name, "=", `${container.get(name)}`);
  log("  lazy =", `${container.get<{ value: unknown }>("lazy").value}`, "fields =", `${container.get(Fields)}`);
  log("  session =", `${open.get("session")}`, "by key", open.at(sessionKey) === open.get("session"), container.at(key) === container.get(Clock));
};

show("before");
{
  using _ = container.override(Clock, factory([], make("fake")));
  show("with a fake clock");
  log(container.validate().length, "problems");
  try {
    container.override("session", factory([Extra], make("impossible")));
  } catch (error: any) {
    log(error.problems[0].message.split("\n")[0]);
  }
  {
    using _ = container.override(Extra, factory([Clock], make("extra")));
    using __ = container.override(Clock, { value: "given" as any }, { key: "utc" });
    show("and with an extra, and a clock for a key");
  }
}
show("after");

log("scopes that come and go");
quiet = true;
for (let round = 0; round < 100; round++) {
  const scope = container.createScope();
  const before = scope.get("session");
  const override = container.override(Clock, { value: round as any });
  using inner = container.createScope();
  const during = scope.get<Made>("session");
  if (during === before || !`${inner.get("session")}`.includes(`${round}`)) log("wrong in round", round);
  override.restore();
  override.restore();
  if (scope.get("session") !== before || container.get(Clock) === round) log("wrong after round", round);
  scope.dispose();
  inner.dispose();
}

quiet = false;

log("a snapshot");
const snapshot = container.snapshot();
container.override("apart", factory([], make("one")));
container.override("apart", factory([], make("two")));
log(`${container.get("apart")}`);
container.restore(snapshot);
log(`${container.get("apart")}`);

log("async");
const connections = await new Container()
  .singleton("db", async () => ({ name: "db", async [Symbol.asyncDispose]() { log("  closed db"); } }))
  .singleton("repo", factory(["db"], (db) => `repo on ${db.name}`))
  .buildAsync();
{
  await using _ = connections.override("db", { value: { name: "memory" } });
  log(connections.get("repo"));
}
{
  await using _ = connections.override("repo", async () => ({ async [Symbol.asyncDispose]() { log("  closed the fake"); } }));
  await connections.getAsync("repo");
}
log(connections.get("repo"));
await connections.disposeAsync();

log("the end");
open.dispose();
container.dispose();
