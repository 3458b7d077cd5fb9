// Failures that nobody else is told of are printed: the first ten of a kernel.
import { Kernel } from "krepis:mycelia";

const kernel = new Kernel();
kernel.on("d://{x}", ({ body }) => { throw `failure ${body}`; });
await kernel.ask("d://asked", "of a question").catch((failure) => console.log("told:", failure));
for (let n = 1; n <= 15; n++) kernel.send(`d://${n}`, n);
await kernel.idle();
console.log(kernel.stats().deadLetters.total);

const listening = new Kernel({ onDeadLetter: () => { throw "a listener that fails"; } });
listening.on("d://{x}", () => { throw "not printed"; });
listening.send("d://1");
await listening.idle();

const later = new Kernel({ onDeadLetter: async () => { throw "an async listener that fails"; } });
later.on("d://{x}", () => { throw "not printed"; });
later.send("d://1");
later.subsystem("h", { supervision: { onError: "restart", backoff: 0, maxRestarts: 1 } }).on("x", () => { throw 0; }).onRestart(() => { throw "a hook that fails"; });
later.send("h://x");
await later.idle();
while (later.subsystem("h").status !== "stopped") await new Promise(setImmediate);

const quiet = new Kernel();
quiet.subsystem("q", { capacity: 1, overflow: "drop-oldest" }).on("x", () => {});
quiet.send("q://x", 1);
quiet.send("q://x", 2);
quiet.shutdown();
console.log("what was dropped or discarded is not printed:", quiet.stats().deadLetters.total);
