// Async services: order, sharing, failure, and scopes that end while something is being made.
import { Container, all, factory, inject, lazy, optional, token } from "krepis:di";

const log = (...data: unknown[]) => console.log(...data);
const ticks = async (count: number) => {
  for (let at = 0; at < count; at++) await null;
};

class Connection {
  constructor(readonly name: string) {
    log("open", name);
  }
  async [Symbol.asyncDispose]() {
    await ticks(3);
    log("close", this.name);
  }
}
const Main = token<Connection>("Main");
const Replica = token<Connection>("Replica");

const container = new Container()
  .singleton(Main, async () => {
    await ticks(5);
    return new Connection("main");
  })
  .singleton(Replica, factory([Main], async (main) => {
    await ticks(1);
    return new Connection(`replica of ${main.name}`);
  }))
  .singleton("both", factory([Main, Replica], (main, replica) => `${main.name} and ${replica.name}`))
  .scoped("session", factory([Main], async (main) => {
    await ticks(2);
    return new Connection(`session on ${main.name}`);
  }))
  .scoped("page", factory(["session", optional("nothing"), lazy("session")], async (session, nothing, late) => {
    log("page has", session.name, nothing, late.value === session, (await late.getAsync()) === session);
    return { session };
  }))
  .scoped("plugin", async () => "first")
  .scoped("plugin", () => "second")
  .scoped("plugins", factory([all("plugin")], async (plugins) => plugins.join(", ")));

await container.buildAsync();
log("built");
log(container.get("both"));
{
  await using scope = container.createScope();
  const [page, again] = await Promise.all([scope.getAsync("page"), scope.getAsync("page")]);
  log(page === again, scope.get("page") === page, await scope.getAsync("plugins"));
}
log("scope is gone");

// The scope ends while its session is being made: whoever waits is told, and the session is closed.
const short = container.createScope();
const waiting = short.getAsync("session").then(() => log("made"), (error) => log("rejected:", error.message));
await ticks(4);
log("ending it");
await short.disposeAsync();
await waiting;

const shorter = container.createScope();
const orphan = shorter.getAsync("session").then(() => log("made"), (error) => log("rejected:", error.message));
shorter.dispose();
await orphan;

// A parent that ends while its child does waits for it.
const parent = container.createScope();
const child = parent.createScope();
await child.getAsync("session");
const first = child.disposeAsync().then(() => log("child is gone"));
await parent.disposeAsync();
log("parent is gone");
await first;

await container.disposeAsync();

// buildAsync() that fails leaves nothing, and can be tried again.
let attempts = 0;
const flaky = new Container()
  .singleton("steady", async () => new Connection("steady"))
  .singleton("flaky", factory(["steady"], async () => {
    if (++attempts === 1) throw new Error("not yet");
    return "at last";
  }));
try {
  await flaky.buildAsync();
} catch (error: any) {
  log(error.message);
}
await flaky.buildAsync();
log(flaky.get("flaky"));
await flaky.disposeAsync();

// Errors of async dependencies arrive, and the next call tries again.
let healthy = false;
const retry = new Container()
  .singleton("below", async () => {
    await null;
    if (!healthy) throw new Error("below failed");
    return "below";
  })
  .singleton("above", factory(["below"], async (below) => `above ${below}`))
  .build();
for (healthy of [false, true]) await retry.getAsync("above").then(log, (error) => log(error.message));

// inject() in an async factory, before the first await.
const injecting = new Container().instance("n", 20).singleton("double", async () => {
  const n = inject<number>("n");
  await null;
  return n * 2;
}).build();
log(await injecting.getAsync("double"));
