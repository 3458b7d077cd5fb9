// Asks again and again, so that there is always something on its way, and tells who answered.
import { Kernel } from "krepis:mycelia";

const kernel = new Kernel();
await kernel.mount("orders://", process.argv[2], { timeout: 60_000 });
const answered: Record<string, number> = { one: 0, other: 0 };
const failed: string[] = [];
let left = 600;
await Promise.all(Array.from({ length: 10 }, async () => {
  while (left-- > 0) {
    try {
      const name = await kernel.ask("orders://7/slow");
      answered[name]++;
    } catch (error) {
      failed.push(error.code);
    }
    if (answered.one >= 20 && answered.other >= 20) console.log("both");
  }
}));
await kernel.drain();
console.log(JSON.stringify({ answered, failed }));
