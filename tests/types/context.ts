// Checked by `cargo xtask types`: the types of krepis:context and node:async_hooks.
import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";
import { Context, Snapshot, Variable, pool, type Baggage, type Cause, type ContextBatch, type FieldValue } from "krepis:context";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const exactly = <A, B>(_: Equal<A, B>): void => {};

declare module "krepis:context" {
  interface Fields {
    "tenant.id": string;
    priority: number;
  }
}

using context = Context.create({ timeout: 1_000, fields: { "tenant.id": "acme", cached: true, token: new Uint8Array(4) } });
Context.create({ deadline: new Date(), fields: new Map<string, number>([["priority", 1]]) }).dispose();
// @ts-expect-error: contexts are made by create()
new Context();
// @ts-expect-error: the tenant is a string
Context.create({ fields: { "tenant.id": 1 } });
// @ts-expect-error: no field holds an object
Context.create({ fields: { user: { name: "Ada" } } });
// @ts-expect-error: times are numbers of milliseconds
Context.create({ timeout: "1s" });

const tenant = context.get("tenant.id");
exactly<typeof tenant, string | undefined>(true);
const unknown = context.get("unknown");
exactly<typeof unknown, FieldValue | undefined>(true);
const chosen = context.get<boolean>("cached");
exactly<typeof chosen, boolean | undefined>(true);
context.set("priority", 3).set("any", 2n ** 60n).set("bytes", new ArrayBuffer(8)).assign({ priority: 4, other: "text" });
// @ts-expect-error: the priority is a number
context.set("priority", "high");
// @ts-expect-error: no field holds null
context.set("any", null);
// @ts-expect-error: names are texts
context.set(1, 1);
const deleted: boolean = context.delete("any");
for (const [name, value] of context) if (value instanceof Uint8Array) name.concat(String(value.byteLength));

{
  using child = context.child({ deadline: Date.now() + 10, traceparent: context.traceparent });
  exactly<typeof child, Context>(true);
  const left: number = child.remaining;
  child.shrinkTimeout(left / 2) satisfies boolean;
  child.shrinkDeadline(new Date()) satisfies boolean;
  await fetch("http://localhost/", { signal: child.signal, headers: child.inject() }).catch(() => child.reason);
  child.inject({}) satisfies Record<string, string>;
  child.inject(new Map<string, string>()).get("traceparent")?.trim();
  // @ts-expect-error: a deadline is set by shrinkDeadline()
  child.deadline = 1;
}
exactly<typeof context.deadline, number | undefined>(true);
exactly<typeof context.cause, Cause | undefined>(true);
context.cancel("overload");
context.cancel(new TypeError("no such user"));
// @ts-expect-error: there is no such cause
context.cancel("because");
switch (context.cause) {
  case "client-gone":
    break;
  // @ts-expect-error: there is no such cause
  case "gone":
}

const current = Context.current();
exactly<typeof current, Context | undefined>(true);
// @ts-expect-error: there may be none
current.traceId;
const doubled = Context.run({ timeout: 5 }, (n: number) => n * 2, 4);
exactly<typeof doubled, number>(true);
const later = Context.run(async () => "done");
exactly<typeof later, Promise<string>>(true);
const within = context.run((a: string, b: number) => a.repeat(b), "a", 2);
exactly<typeof within, string>(true);
// @ts-expect-error: the function wants a number
context.run((n: number) => n, "1");
Context.find(context.id)?.dispose();
// @ts-expect-error: an id is a text
Context.find(12);

Context.from(new Headers({ traceparent: "" })).extract(new Request("http://localhost/")).extract([["baggage", "a=1"]]);
Context.from({ baggage: ["a=1", "b=2"] }, { timeout: 10 });
// @ts-expect-error: headers are texts
Context.from({ "grpc-timeout": 1 });

const bytes = context.encode("protobuf");
exactly<typeof bytes, Uint8Array<ArrayBuffer>>(true);
const json = context.encode("json");
exactly<typeof json, string>(true);
const length: number = context.encodeInto(new Uint8Array(1024));
Context.decode(bytes.subarray(0, length), "protobuf").clone();
Context.decode(json).toJSON().traceparent.trim();
// @ts-expect-error: a text is JSON
Context.decode(json, "protobuf");
// @ts-expect-error: there is no such format
context.encode("xml");
// @ts-expect-error: JSON is a text
context.encodeInto(bytes, "json");

const baggage: Baggage = context.baggage.set("tier", "gold", { checked: true, by: "edge" });
for (const [name, value] of baggage) name.concat(value);
if (baggage.properties("tier")?.["checked"] === true) baggage.delete("tier");
// @ts-expect-error: values are texts
baggage.set("tier", 1);

{
  using batch: ContextBatch = context.batch([{ priority: 1 }, { "tenant.id": "acme" }], { timeout: 10 });
  const priorities = batch.read("priority");
  exactly<typeof priorities, (number | undefined)[]>(true);
  batch.write("priority", 1).write("priority", [1, 2]).write("shard", ["a", "b"]).cancel() satisfies number;
  const ids = batch.map((one) => one.id);
  exactly<typeof ids, string[]>(true);
  // @ts-expect-error: the priority is a number
  batch.write("priority", ["high"]);
  // @ts-expect-error: neither a number nor a list
  Context.batch("three");
}
const { inUse, reuseRate }: { inUse: number; reuseRate: number } = pool.statistics();
// @ts-expect-error: figures are read only
pool.statistics().inUse = inUse * reuseRate;

const user = new Variable<string>({ name: "user" });
const named = user.run("Ada", (greeting: string) => `${greeting}, ${user.get()}`, "Hello");
exactly<typeof named, string>(true);
const perhaps = user.get();
exactly<typeof perhaps, string | undefined>(true);
const level = new Variable({ defaultValue: 1 });
const deeper = level.run(2, () => level.get());
exactly<typeof deeper, number>(true);
// @ts-expect-error: the level is a number
level.run("2", () => {});
const wrapped = Snapshot.wrap((n: number) => n);
exactly<typeof wrapped, (n: number) => number>(true);
new Snapshot().run(wrapped, 1).toFixed();

const storage = new AsyncLocalStorage<{ id: number }>();
const id = storage.run({ id: 1 }, (add: number) => (storage.getStore()?.id ?? 0) + add, 1);
exactly<typeof id, number>(true);
{
  using _ = storage.withScope({ id: Number(deleted) });
}
storage.exit(() => storage.getStore());
AsyncLocalStorage.snapshot()((text: string) => text.trim(), "a").trim();
AsyncLocalStorage.bind(() => storage.getStore())()?.id.toFixed();
new AsyncResource("QUERY").runInAsyncScope((n: number) => n, null, 1).toFixed();
// @ts-expect-error: a store has an id
storage.run({}, () => {});
