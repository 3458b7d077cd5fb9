// Publishing and subscribing.
import { Kernel } from "krepis:mycelia";

const kernel = new Kernel();
const seen = [];
const take = (who) => (message) => void seen.push(`${who}: ${message.body} at ${message.address} ${JSON.stringify(message.params)}`);
async function show(topic, body) {
  const published = kernel.publish(topic, body);
  await kernel.idle();
  console.log(topic, published, seen.splice(0).sort());
}

const end = kernel.subscribe("shop://orders/{id}/paid", take("exactly"));
kernel.subscribe("shop://orders/*rest", take("below"));
kernel.subscribe("shop://*", take("all"));
kernel.subscribe("shop://*/paid", take("in the middle"));
kernel.subscribe("shop://orders/{id:int}/paid", take("constrained"));
const other = kernel.subscribe("shop://orders/{id}/paid", take("again"), { subsystem: "mail" });
kernel.subscribe("/slash/{a}", take("with a slash"));

await show("shop://orders/7/paid", 1);
await show("shop://orders/x/paid", 2);
await show("shop://orders/x/lost", 3);
await show("shop://users", 4);
await show("nothing://there", 5);
await show("/slash/b", 6);
console.log(end(), end(), other());
await show("shop://orders/x/paid", 7);
kernel.subscribe("shop://orders/{id}/paid", take("later"));
await show("shop://orders/x/paid", 8);
console.log(kernel.routes());

console.log("--- what is published is not found by addresses, nor the other way around");
kernel.on("shop://orders/{id}", () => "handled");
console.log(await kernel.ask("shop://orders/7"), kernel.publish("shop://orders/7", 9).delivered);
await kernel.idle();
seen.length = 0;

console.log("--- one cannot take it, the others do");
const full = kernel.subsystem("full", { capacity: 1, overflow: "reject" });
full.subscribe("load://x", take("full"));
full.pause();
kernel.subscribe("load://x", () => { throw new Error("of a subscriber"); }, { subsystem: "failing" });
kernel.subscribe("load://x", take("fine"));
console.log(kernel.publish("load://x", 1), kernel.publish("load://x", 2));
full.resume();
await kernel.idle();
console.log(seen.splice(0), kernel.takeDeadLetters().map(({ address, subsystem, reason }) => [address, subsystem, reason]));

console.log("--- what one subscriber could not handle is sent to that one again");
{
  const kernel = new Kernel({ onDeadLetter: () => {} });
  let isBroken = true;
  kernel.subscribe("again://{x}", ({ params }) => { if (isBroken) throw new Error("broken"); seen.push(`broken: ${params.x}`); });
  const leave = kernel.subscribe("again://*rest", ({ params }) => { if (isBroken) throw new Error("broken"); seen.push(`also: ${params.rest}`); });
  kernel.subscribe("again://{y}", ({ params }) => void seen.push(`works: ${params.y}`));
  kernel.on("again://1", () => void seen.push("a handler of that address"));
  kernel.publish("again://1", 1);
  await kernel.idle();
  isBroken = false;
  leave();
  console.log(kernel.replayDeadLetters());
  await kernel.idle();
  console.log(seen.splice(0), kernel.takeDeadLetters().length);
}

console.log("--- a subscriber that leaves while messages wait");
full.pause();
const leave = full.subscribe("gone://{x}", take("gone"));
kernel.publish("gone://1", 1);
const idle = kernel.idle();
console.log(leave(), kernel.takeDeadLetters().map(({ reason }) => reason));
await idle;

console.log("--- parameters are shared by those who hear of a topic");
const list = [];
kernel.subscribe("share://{a}", ({ params }) => void list.push(params));
kernel.publish("share://1");
kernel.publish("share://1");
await kernel.idle();
console.log(list, list[0] === list[1], Object.isFrozen(list[0]));

console.log("--- many topics, asked for often");
let count = 0;
kernel.subscribe("many://{n}", () => void count++);
let delivered = 0;
for (let round = 0; round < 3; round++) {
  for (let n = 0; n < 1500; n++) {
    delivered += kernel.publish(`many://${n}`, n).delivered;
    if (n % 500 === 0) await kernel.idle();
  }
  await kernel.idle();
}
console.log(count, delivered);
kernel.shutdown();
console.log(kernel.publish("share://1"));
