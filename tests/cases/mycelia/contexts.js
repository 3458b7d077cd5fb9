// What travels with a message: the sender's context, and the values of its variables.
import { AsyncLocalStorage } from "node:async_hooks";
import { Context, Variable } from "krepis:context";
import { Kernel } from "krepis:mycelia";

const settled = () => new Promise(setImmediate);
const kernel = new Kernel({ onDeadLetter: () => {} });
const storage = new AsyncLocalStorage();
const user = new Variable({ name: "user", defaultValue: "nobody" });

const look = (message) => ({
  store: storage.getStore(),
  user: user.get(),
  tenant: Context.current()?.get("tenant"),
  same: message.context === Context.current(),
  trace: Context.current()?.traceId,
});
kernel.on("now://x", look);
kernel.on("later://x", async (message) => { await settled(); return look(message); });

console.log("--- without any");
console.log(await kernel.ask("now://x"), (await kernel.ask("later://x")).same);

console.log("--- of each sender its own");
const traces = [];
async function ask(tenant) {
  return await Context.run({ fields: { tenant } }, () => user.run(tenant.toUpperCase(), () => storage.run({ tenant }, async () => {
    traces.push(Context.current().traceId);
    const [now, later] = await Promise.all([kernel.ask("now://x"), kernel.ask("later://x")]);
    console.log(storage.getStore(), tenant, now.tenant, now.store, now.user, now.same, later.tenant, later.store, later.user, later.same);
    return [now.trace, later.trace];
  })));
}
const found = await Promise.all([ask("acme"), ask("globex")]);
console.log(found.every(([now, later], at) => now === traces[at] && later === traces[at]), traces[0] !== traces[1]);
console.log("nothing stays behind:", storage.getStore(), user.get(), Context.current());

console.log("--- along a chain, a batch, a topic, a delay");
const seen = [];
kernel.on("first://x", () => kernel.ask("second://x"));
kernel.on("second://x", async () => { await settled(); return kernel.ask("third://x"); });
kernel.on("third://x", () => `${storage.getStore()} ${Context.current()?.get("tenant")}`);
kernel.on("note://{x}", () => void seen.push(`${storage.getStore()} ${Context.current()?.get("tenant")}`));
kernel.subscribe("topic://x", () => void seen.push(`topic ${storage.getStore()}`));
await Context.run({ fields: { tenant: "acme" } }, () => storage.run("stored", async () => {
  console.log(await kernel.ask("first://x"));
  kernel.sendBatch("note://x", [1, 2]);
  kernel.sendSequence([["note://a", 1], ["note://b", 2]]);
  kernel.publish("topic://x");
  kernel.send("note://x", 1, { delay: 1 });
  await kernel.idle();
}));
console.log(seen);

console.log("--- a message of a request that is over is not handled");
const desk = kernel.subsystem("now");
{
  const context = Context.create();
  desk.pause();
  const asked = context.run(() => kernel.ask("now://x", "cancelled")).catch((error) => `${error.code} ${error.reason}`);
  context.run(() => kernel.send("now://x", "cancelled too"));
  context.cancel();
  desk.resume();
  console.log(await asked, desk.stats().cancelled);
  context.dispose();
}
{
  const context = Context.create({ timeout: 0 });
  const asked = context.run(() => kernel.ask("now://x", "expired")).catch((error) => `${error.code} ${error.reason}`);
  console.log(await asked, desk.stats().expired);
  context.dispose();
}
{
  desk.pause();
  let asked;
  Context.run({}, () => { asked = kernel.ask("now://x", "its context was disposed of"); });
  desk.resume();
  console.log("no context is no end:", (await asked).tenant);
}
console.log(kernel.takeDeadLetters().map(({ body, reason }) => `${body}: ${reason}`));

console.log("--- a key's order when its first one is over already");
const keyed = kernel.subsystem("keyed", { concurrency: 4 }).on("{x}", async ({ body }) => { await settled(); seen.push(body); });
seen.length = 0;
const context = Context.create();
kernel.send("keyed://x", 1, { key: "k" });
context.run(() => kernel.send("keyed://x", 2, { key: "k" }));
context.run(() => kernel.send("keyed://x", 3, { key: "k" }));
kernel.send("keyed://x", 4, { key: "k" });
context.cancel();
await kernel.idle();
console.log(seen, keyed.stats().cancelled, keyed.stats().present);
