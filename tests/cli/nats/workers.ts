// Workers serve what comes by NATS, behind one connection; and end with all that they have begun.
import { Kernel } from "krepis:mycelia";

const url = process.argv[2];
const kernel = new Kernel();
let begun = 0;
const allBegan = Promise.withResolvers<void>();
kernel.on("main://begun", () => {
  if (++begun === 50) allBegan.resolve();
});
const workers = await kernel.workers(2, new URL("worker.ts", import.meta.url), { data: { url } });
console.log(workers.subsystems, kernel.routes().length);
const answers = await Promise.all(Array.from({ length: 40 }, (_, id) => kernel.ask(`orders://${id}/worker`, { id })));
console.log(answers.every(({ id }, index) => id === index), [...new Set(answers.map(({ worker }) => worker))].sort());

const asking = Array.from({ length: 10 }, (_, id) => kernel.ask(`orders://${id}/worker`, { id }));
await allBegan.promise;
await workers.stop();
console.log((await Promise.all(asking)).length, await kernel.ask("orders://1/worker").catch(({ code }) => code));
await kernel.drain();
