// A program ends by itself when there is nothing to do, whatever is paused, waits for room or was never answered; and not
// before what is delayed was handled.
import { Kernel } from "krepis:mycelia";

const kernel = new Kernel();
const paused = kernel.subsystem("paused", { capacity: 2 }).on("x", () => console.log("not handled"));
paused.pause();
kernel.sendBatch("paused://x", [1, 2]);
kernel.sendAsync("paused://x").then(() => console.log("not sent"));
kernel.ask("paused://x").then(() => console.log("not answered"));
kernel.idle().then(() => console.log("not idle"));
kernel.on("open://x", () => new Promise(() => {}));
kernel.ask("open://x").then(() => console.log("not answered"));
kernel.ask("open://x", 1, { timeout: Infinity }).then(() => console.log("not answered"));
const cancelled = kernel.send("open://x", 1, { delay: 3_600_000 });
kernel.cancel(cancelled);
kernel.on("quick://x", () => "answer");
await kernel.ask("quick://x", 1, { timeout: 3_600_000 });
const schedule = kernel.every(3_600_000, "quick://x");
schedule.stop();
kernel.on("last://x", ({ body }) => console.log(body));
kernel.send("last://x", "a delayed message is waited for", { delay: 50 });
console.log("the end of the module");
