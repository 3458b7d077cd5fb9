// Statistics, the pool, and the text for Prometheus.
import { Kernel } from "krepis:mycelia";

const kernel = new Kernel({ onDeadLetter: () => {} });
kernel.on("a://{x}", ({ body }) => { if (body === 0) throw new Error("zero"); });
console.log(kernel.stats());
for (let round = 0; round < 10; round++) {
  kernel.sendBatch("a://x", [1, 2, 3, 4]);
  await kernel.idle();
}
console.log(kernel.stats().pool);
kernel.send("a://x", 0);
kernel.send("a://x", 1, { timeout: 0 });
await kernel.idle();
const b = kernel.subsystem("b", { capacity: 2, overflow: "reject", concurrency: 2 });
b.on("{x}", () => {});
b.pause();
kernel.send("b://x", 1, { delay: 3_600_000 });
kernel.send("b://x", 2);
try { kernel.send("b://x", 3); } catch {}
kernel.replayDeadLetters(({ reason }) => reason === "expired");
await Promise.resolve();
console.log(kernel.stats());
console.log(b.stats().name, b.stats().present === b.stats().waiting + b.stats().running);
console.log(kernel.prometheus());
const valid = /^(# (HELP|TYPE) mycelia_[a-z_]+ .+|mycelia_[a-z_]+(\{[a-z]+="[\w.-]+"(,[a-z]+="[\w.-]+")*\})? [0-9.e+-]+)$/;
console.log(kernel.prometheus().trimEnd().split("\n").every((line) => valid.test(line)), kernel.prometheus().endsWith("\n"));
kernel.shutdown();
