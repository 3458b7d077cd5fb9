// The event loop has its turn however much there is to do: timers fire while handlers send to themselves for ever.
import { Kernel } from "krepis:mycelia";

const kernel = new Kernel({ onDeadLetter: () => {} });
let isOn = true;
let count = 0;
kernel.on("sync://x", () => { count++; if (isOn) kernel.send("sync://x"); });
kernel.on("async://x", async () => { count++; if (isOn) kernel.send("async://x"); });
kernel.on("ask://x", async () => { count++; if (isOn) kernel.ask("ask://x"); });
kernel.on("throw://x", async () => { count++; if (isOn) kernel.send("throw://x"); throw new Error("each time"); });
kernel.on("ping://x", () => { count++; if (isOn) kernel.send("pong://x"); });
kernel.on("pong://x", () => { count++; if (isOn) kernel.send("ping://x"); });

for (const address of ["sync://x", "async://x", "ask://x", "throw://x", "ping://x"]) {
  isOn = true;
  count = 0;
  kernel.send(address);
  await new Promise((resolve) => setTimeout(resolve, 30));
  await new Promise(setImmediate);
  isOn = false;
  await kernel.idle();
  console.log(address, count > 10 ? "was busy, and the timer fired" : `handled only ${count}`);
}

// One subsystem with much to do does not keep another waiting for all of it.
const order = [];
kernel.subsystem("much", { capacity: 10_000 }).on("x", ({ body }) => void order.push(body));
kernel.on("little://x", () => void order.push("little"));
kernel.sendBatch("much://x", Array.from({ length: 1000 }, (_, n) => n));
kernel.send("little://x");
await kernel.idle();
console.log("little came after", order.indexOf("little"), "of", order.length - 1);

// Who asks in a loop leaves the event loop its turn, too.
let isOver = false;
setTimeout(() => (isOver = true), 20);
kernel.on("loop://x", () => 1);
while (!isOver) await kernel.ask("loop://x");
console.log("a loop of questions ended");
