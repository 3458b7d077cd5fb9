// Options that are none: each message says what was expected, and what was found. None of it leaves anything behind.
import { Kernel } from "krepis:mycelia";

function attempt(what, fn) {
  try {
    console.log(what, "->", fn());
  } catch (error) {
    console.log(`${what} -> ${error.name} ${error.code}: ${error.message}`);
  }
}

for (const options of [null, 5, { deadLetters: -1 }, { deadLetters: 1.5 }, { onDeadLetter: "log" }, { deadLetter: 5 }]) {
  attempt(`new Kernel(${JSON.stringify(options)})`, () => new Kernel(options));
}
const kernel = new Kernel({ deadLetters: 0 });
for (const options of [
  null, "large", { capacity: 0 }, { capacity: Infinity }, { capacity: "10" }, { overflow: "drop" }, { concurrency: 0 }, { concurrency: 1.5 },
  { concurency: 2 }, { supervision: "restart" }, { supervision: { onError: "retry" } }, { supervision: { backoff: -1 } },
  { supervision: { maxBackoff: "1s" } }, { supervision: { maxRestarts: 0.5 } }, { supervision: { retries: 3 } }, { supervision: { within: NaN } },
]) {
  attempt(`subsystem ${JSON.stringify(options)}`, () => kernel.subsystem("a", options));
}
console.log(Object.keys(kernel.stats().subsystems));
kernel.subsystem("a", { concurrency: Infinity, supervision: { maxRestarts: Infinity } }).on("x", () => {});
for (const options of [
  null, "now", { priority: 1 }, { priority: "Urgent" }, { delay: -1 }, { delay: "5" }, { at: "tomorrow" }, { at: new Date(NaN) }, { timeout: {} },
]) {
  attempt(`send ${JSON.stringify(options)}`, () => kernel.send("a://x", 1, options));
  const told = await kernel.sendAsync("a://x", 1, options).catch(({ name, code, message }) => `${name} ${code}: ${message}`);
  console.log(`  sendAsync: ${told}`);
}
attempt("interceptor", () => kernel.intercept({}));
attempt("interceptor", () => kernel.intercept({ before: "x" }));
attempt("interceptor", () => kernel.subsystem("a").intercept(null));
attempt("hook", () => kernel.subsystem("a").onRestart("x"));
attempt("every", () => kernel.every("1s", "a://x"));
attempt("every", () => kernel.every(1_000, "a://nothing"));
attempt("replay", () => kernel.replay({ address: "a://x" }));
attempt("subscribe", () => kernel.subscribe("t://x", 5));
attempt("subscribe", () => kernel.subscribe("no topic", () => {}));
attempt("publish", () => kernel.publish(5));
attempt("constraint", () => kernel.constraint("x"));
console.log(kernel.stats().pool, kernel.stats().subsystems.a.accepted);
