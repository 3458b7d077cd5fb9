// node:timers/promises.
import { setTimeout as sleep, setImmediate as turn, setInterval as every, scheduler } from "node:timers/promises";
import timers from "node:timers";
console.log(await sleep(1, "value"), await turn("turn"));
let count = 0;
for await (const value of every(1, "tick")) {
  console.log(value, ++count);
  if (count === 3) break;
}
await scheduler.wait(1);
console.log(timers.setTimeout === setTimeout, timers.promises.setTimeout === sleep);
