// A small shop whose parts send each other messages: krepis run examples/messages.ts
//
//   orders   takes orders, asks the stock, and publishes what happened
//   stock    counts; one message at a time, so that nothing is sold twice
//   mail     writes to customers, four at a time, in order for each of them; its server fails now and then
//   audit    hears of everything, and may miss some of it rather than hold anybody up
import { setTimeout as wait } from "node:timers/promises";
import { Kernel, KernelError, type Message } from "krepis:mycelia";

interface Order {
  customer: string;
  item: string;
  count: number;
}

const kernel = new Kernel({
  onDeadLetter: ({ address, reason, error }) => console.log(`! ${address}: ${reason}${error === undefined ? "" : ` (${error.message})`}`),
});

// ---- stock ----

const stock = new Map([["screw", 100], ["nail", 5]]);

kernel.on("stock://{item}/take", ({ params, body: count }: Message<number, { item: string }>) => {
  const left = (stock.get(params.item) ?? 0) - count;
  if (left < 0) throw new RangeError(`not enough of ${params.item}`);
  stock.set(params.item, left);
  return left;
});

// ---- orders ----

let orders = 0;
kernel.subsystem("orders", { concurrency: 10, overflow: "reject" }).on("place", async ({ body }: Message<Order>) => {
  const left = await kernel.ask<number>(`stock://${body.item}/take`, body.count, { timeout: 1_000 });
  const id = ++orders;
  kernel.publish(`shop://orders/${id}/placed`, body);
  if (left < 10) kernel.publish(`shop://stock/${body.item}/low`, left);
  return id;
});

// ---- mail ----

let server = { isUp: true, sent: 0 };
const mail = kernel.subsystem("mail", {
  concurrency: 4,
  supervision: { onError: "restart", backoff: 20, maxRestarts: 5, within: 10_000 },
});
mail.on("{customer}", async ({ params, body }: Message<string, { customer: string }>) => {
  await wait(1);
  if (server.sent === 2) server.isUp = false;
  if (!server.isUp) throw new Error("the mail server has hung up");
  server.sent++;
  console.log(`  mail to ${params.customer}: ${body}`);
});
mail.onRestart(() => {
  server = { isUp: true, sent: 3 };
  console.log("  the mail server is back");
});

kernel.subscribe("shop://orders/{id}/placed", ({ params, body }: Message<Order, { id: string }>) => {
  kernel.send(`mail://${body.customer}`, `order ${params.id}, ${body.count} x ${body.item}`, { key: body.customer });
});
kernel.subscribe("shop://stock/{item}/low", ({ params, body }) => {
  kernel.send("mail://purchasing", `${body} of ${params.item} left`, { priority: "high" });
});

// ---- audit ----

const lines: string[] = [];
kernel.subsystem("audit", { capacity: 1_000, overflow: "drop-oldest" }).subscribe("shop://*what", ({ params }) => {
  lines.push(params.what);
});

// ---- customers ----

async function place(customer: string, item: string, count: number): Promise<void> {
  try {
    console.log(`${customer} has order ${await kernel.ask<number, Order>("orders://place", { customer, item, count })}`);
  } catch (error) {
    if (error instanceof KernelError) throw error;
    console.log(`${customer} has no order: ${(error as Error).message}`);
  }
}

if (import.meta.main) {
  await place("ada", "screw", 10);
  await Promise.all([place("bob", "nail", 3), place("eve", "nail", 3), place("ada", "nail", 1)]);
  await kernel.idle();
  // What the mail server did not take waits until it is back.
  console.log("sent again:", kernel.replayDeadLetters(({ subsystem }) => subsystem === "mail"));
  await kernel.drain();
  console.log("audit:", lines.join(", "));
  for (const { name, accepted, handled, failed, restarts } of Object.values(kernel.stats().subsystems)) {
    console.log(`${name}: ${accepted} accepted, ${handled} handled, ${failed} failed, ${restarts} restarts`);
  }
}
