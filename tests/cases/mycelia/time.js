// Delayed and scheduled messages. Nothing here depends on how long things take, only on what comes first.
import { Kernel } from "krepis:mycelia";

const until = async (condition) => { while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1)); };
const kernel = new Kernel();
const handled = [];
const desk = kernel.subsystem("t").on("{x}", ({ body, priority }) => void handled.push(`${body} ${priority}`));

console.log("--- delay and at");
const begun = Date.now();
kernel.send("t://x", "third", { delay: 400 });
kernel.send("t://x", "second", { at: begun + 200, priority: "high" });
kernel.send("t://x", "in the past", { at: new Date(begun - 1000) });
kernel.send("t://x", "now");
kernel.send("t://x", "at once", { delay: 0 });
await null;
console.log(handled, desk.stats().delayed, desk.stats().waiting);
await kernel.idle();
console.log(handled.splice(0), desk.stats().delayed);

console.log("--- asked and sent patiently");
const answers = kernel.subsystem("a").on("{x}", ({ body }) => `answer ${body}`);
console.log(await kernel.ask("a://x", 1, { delay: 5 }), typeof (await kernel.sendAsync("a://x", 2, { delay: 5 })));
console.log("sent, not handled yet:", answers.stats().delayed);
await kernel.idle();

console.log("--- taken back");
const id = kernel.send("t://x", "never", { delay: 3_600_000 });
const far = kernel.send("t://x", "in a century", { at: Date.now() + 100 * 365 * 86_400_000 });
console.log(desk.stats().delayed, kernel.cancel(id), kernel.cancel(far), desk.stats().delayed, desk.stats().withdrawn);
const controller = new AbortController();
const asked = kernel.ask("t://x", "never", { delay: 3_600_000, signal: controller.signal });
controller.abort(new Error("no longer"));
console.log(await asked.catch((error) => error.message), desk.stats().present);

console.log("--- paused while the time comes");
desk.pause();
kernel.send("t://x", "delayed", { delay: 1 });
await until(() => desk.stats().delayed === 0);
console.log(desk.stats().waiting, handled);
desk.resume();
await kernel.idle();
console.log(handled.splice(0));

console.log("--- deadlines of messages");
kernel.send("t://x", "too late", { timeout: 0 });
kernel.send("t://x", "in time", { timeout: 60_000 });
kernel.send("t://x", "the deadline begins after the delay", { timeout: 60_000, delay: 1 });
await kernel.idle();
console.log(handled.splice(0), desk.stats().expired, kernel.takeDeadLetters().map(({ body, reason }) => `${body}: ${reason}`));

console.log("--- again and again");
let made = 0;
const schedule = kernel.every(1, "t://x", () => `made ${++made}`, { priority: "low" });
console.log(schedule.isActive, made);
await until(() => handled.length >= 3);
schedule.stop();
schedule.stop();
const count = made;
await new Promise((resolve) => setTimeout(resolve, 10));
console.log(handled.splice(0).slice(0, 3), made === count, schedule.isActive);
{
  using same = kernel.every(1, "t://x", "the same");
  await until(() => handled.length >= 2);
}
console.log(handled.splice(0).slice(0, 2));

console.log("--- what is refused is tried again");
const full = kernel.subsystem("full", { capacity: 1, overflow: "reject" }).on("{x}", () => {});
full.pause();
const trying = kernel.every(1, "full://x", 1);
await until(() => full.stats().rejected >= 2);
full.resume();
await until(() => full.stats().handled >= 2);
trying.stop();
console.log("it went on");

console.log("--- at the end");
const last = kernel.every(1, "t://x", "tick");
const never = kernel.every(3_600_000, "t://x", "tick");
kernel.send("t://x", "what was delayed is waited for", { delay: 20 });
await kernel.drain();
console.log(handled.filter((line) => !line.startsWith("tick")), last.isActive, never.isActive, kernel.isClosed);
