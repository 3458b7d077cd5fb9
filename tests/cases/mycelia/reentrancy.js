// Handlers that use the kernel that calls them.
import { Kernel } from "krepis:mycelia";

const kernel = new Kernel();
const log = [];

kernel.on("count://down", ({ body }) => { log.push(body); if (body > 0) kernel.send("count://down", body - 1); log.push(`after ${body}`); });
kernel.send("count://down", 2);
await kernel.idle();
console.log(log.splice(0));

kernel.on("a://{n}", async ({ body }) => (body === 0 ? ["a"] : [...(await kernel.ask("b://n", body - 1)), "a"]));
kernel.on("b://{n}", async ({ body }) => (body === 0 ? ["b"] : [...(await kernel.ask("a://n", body - 1)), "b"]));
console.log((await kernel.ask("a://n", 1)).join(""));
kernel.subsystem("deep", { concurrency: Infinity }).on("{n}", async ({ body }) => (body === 0 ? 0 : 1 + (await kernel.ask("deep://n", body - 1))));
console.log(await kernel.ask("deep://n", 500));
const stuck = await kernel.ask("a://n", 3, { timeout: 200 }).catch((error) => error.code);
console.log("a question to who is waiting for the answer needs a timeout:", stuck, kernel.subsystem("a").stats().waiting);

const fresh = new Kernel();
fresh.on("make://{name}", ({ params }) => { fresh.on(`${params.name}://x`, () => `made for ${params.name}`); fresh.off("make://{name}"); });
await fresh.ask("make://thing");
console.log(await fresh.ask("thing://x"), await fresh.ask("make://again").catch((error) => error.code));

fresh.on("pause://{x}", ({ body }) => { log.push(body); if (body === 2) fresh.subsystem("pause").pause(); });
fresh.sendBatch("pause://x", [1, 2, 3, 4]);
while (fresh.subsystem("pause").status === "active") await null;
console.log(log.splice(0), fresh.subsystem("pause").stats().waiting);
fresh.subsystem("pause").resume();
await fresh.idle();
console.log(log.splice(0));

fresh.on("late://x", () => { fresh.subsystem("late").intercept({ before: () => void log.push("intercepted") }); });
fresh.sendBatch("late://x", [1, 2]);
await fresh.idle();
console.log(log.splice(0));

const two = new Kernel();
two.on("other://x", ({ body }) => kernel.ask("count://down", body).then(() => `through two kernels ${body}`));
console.log(await two.ask("other://x", 0), log.splice(0));
