// Sends much at once, and drains: nothing of it stays behind.
import { Kernel } from "krepis:mycelia";

const kernel = new Kernel();
await kernel.mount("orders://", process.argv[2], { capacity: 10_000 });
for (let number = 0; number < 5_000; number++) kernel.send("orders://burst", number);
await kernel.drain();
console.log(kernel.stats().subsystems.orders.handled, kernel.takeDeadLetters().length);
