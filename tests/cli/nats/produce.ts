// Stores numbers in a stream, and says which of them the stream has.
import { Kernel } from "krepis:mycelia";

const kernel = new Kernel();
await kernel.mount("orders://", process.argv[2], { jetstream: "ORDERS", timeout: 60_000 });
for (let first = 0; first < 300; first += 10) {
  await Promise.all(Array.from({ length: 10 }, async (_, index) => {
    await kernel.sendAsync("orders://number", first + index);
    console.log("stored", first + index);
  }));
}
await kernel.drain();
console.log("done");
