// Questions: timeouts, signals, and askers that go away.
import { Kernel } from "krepis:mycelia";

const kernel = new Kernel();
const outcome = (promise) => promise.then((value) => `answered ${value}`, (error) => `${error.name} ${error.code ?? "-"}: ${error.message}`);

console.log("--- timeouts");
let open;
kernel.on("slow://{how}", (message) => new Promise((resolve) => (open = { message, resolve })));
console.log(await outcome(kernel.ask("slow://never", 1, { timeout: 100 })));
console.log("the handler sees it:", open.message.isAbandoned, open.message.signal.reason.code, open.message.wantsReply);
open.resolve("too late");
await kernel.idle();
console.log(kernel.subsystem("slow").stats().handled, kernel.takeDeadLetters().length);

const waiting = kernel.ask("slow://first", 1);
await null;
const second = outcome(kernel.ask("slow://second", 2, { timeout: 100 }));
console.log(await second, "without being started:", kernel.subsystem("slow").stats().withdrawn);
open.resolve("in the end");
console.log(await outcome(waiting));
kernel.on("quick://x", () => "quick");
console.log(await outcome(kernel.ask("quick://x", 0, { timeout: 60_000 })), await outcome(kernel.ask("quick://x", 0, { timeout: Infinity })));
console.log(await outcome(kernel.ask("quick://x", 0, { timeout: 1, delay: 60_000 })));

console.log("--- a failure after its asker has gone is a dead letter, and nothing else");
const failing = outcome(kernel.ask("slow://fails", 1, { timeout: 100 }));
await failing;
open.resolve(Promise.reject(new Error("nobody hears this")));
await kernel.idle();
console.log(kernel.takeDeadLetters().map(({ reason, error }) => [reason, error.message]));

console.log("--- signals");
console.log(await outcome(kernel.ask("quick://x", 0, { signal: AbortSignal.abort(new Error("aborted before")) })));
console.log(await outcome(kernel.ask("quick://x", 0, { signal: AbortSignal.abort() })));
let controller = new AbortController();
let asked = outcome(kernel.ask("quick://x", 0, { signal: controller.signal }));
controller.abort(new Error("aborted in line"));
console.log(await asked, kernel.subsystem("quick").stats().withdrawn);

controller = new AbortController();
let heard;
kernel.on("listening://x", async ({ signal }) => {
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
  heard = signal.reason.message;
});
asked = outcome(kernel.ask("listening://x", 0, { signal: controller.signal }));
await null;
await null;
controller.abort(new Error("aborted at work"));
console.log(await asked);
await kernel.idle();
console.log("the handler heard:", heard, kernel.subsystem("listening").stats().handled);

controller = new AbortController();
console.log(await outcome(kernel.ask("quick://x", 0, { signal: controller.signal })));
controller.abort(new Error("aborted after"));
await kernel.idle();
console.log(kernel.subsystem("quick").stats());

console.log("--- a signal that many questions share has no listeners left");
const shared = new AbortController();
let listeners = 0;
const { addEventListener, removeEventListener } = EventTarget.prototype;
shared.signal.addEventListener = function (...args) { listeners++; return addEventListener.apply(this, args); };
shared.signal.removeEventListener = function (...args) { listeners--; return removeEventListener.apply(this, args); };
await Promise.all(Array.from({ length: 20 }, (_, n) => kernel.ask("quick://x", n, { signal: shared.signal, timeout: 60_000 })));
console.log(listeners);

console.log("--- questions cannot be taken back by id, messages can");
const desk = kernel.subsystem("quick");
desk.pause();
const message = kernel.send("quick://x", 0);
console.log(kernel.cancel(message), kernel.cancel(message), kernel.cancel(0), kernel.cancel(-1.5), kernel.cancel(NaN));
try { kernel.cancel("1"); } catch (error) { console.log(error.message); }
let id;
kernel.on("self://x", (message) => { id = message.id; return kernel.cancel(message.id); });
console.log("one that has begun:", await kernel.ask("self://x"), kernel.cancel(id));

console.log("--- what is wrong");
for (const options of [{ timeout: -1 }, { timeout: "1s" }, { signal: {} }, { priority: "top" }, { delay: NaN }, { at: "soon" }, 5, null]) {
  console.log(await outcome(kernel.ask("quick://x", 0, options)));
}
desk.resume();
await kernel.idle();
console.log(kernel.stats().pool.created < 10, desk.stats().present);
