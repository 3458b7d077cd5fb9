// Targets: addresses that are looked up once, and anew when the table has changed.
import { Kernel } from "krepis:mycelia";

const kernel = new Kernel({ onDeadLetter: ({ error }) => console.log(error.name, error.message) });
const seen: unknown[] = [];
kernel.on("orders://{id}/paid", ({ params, body, address }) => seen.push([params.id, body, address]));
const target = kernel.target("orders://7/paid");
for (let n = 0; n < 3; n++) target.send(n);
target.send(3, { priority: "urgent" });
console.log(target.sendBatch([4, 5]), await target.sendAsync(6) === undefined);
await kernel.idle();
console.log(seen);

// Its messages share their parameters: nobody can change another one's.
kernel.off("orders://{id}/paid");
try {
  target.send(7);
} catch (error) {
  console.log(error.code);
}
kernel.on("orders://{number}/paid", ({ params }) => {
  params.number = "8";
});
target.send(8);
await kernel.idle();
kernel.off("orders://{number}/paid");
kernel.on("orders://7/paid", ({ route }) => route);
console.log(await target.ask());
try {
  kernel.target("orders://7/refunded");
} catch (error) {
  console.log(error.code);
}
await kernel.drain();
try {
  target.send(10);
} catch (error) {
  console.log(error.code);
}
