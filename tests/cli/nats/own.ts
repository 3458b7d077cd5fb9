// Two subsystems with handlers, in one process and by one server; what is sent to them goes there.
import { Kernel } from "krepis:mycelia";

const url = process.argv[2];
const kernel = new Kernel();
kernel.on("orders://{id}", async ({ params, headers }) => {
  const bill = await kernel.ask(`bills://${params.id}`);
  return `${bill} ${headers["grpc-timeout"] !== undefined}`;
});
kernel.on("bills://{id}", ({ params }) => `bill ${params.id}`);
console.log(await kernel.ask("orders://1"));
const mounts = await Promise.all(["orders://", "bills://"].map((address) => kernel.mount(address, url)));
console.log(await kernel.ask("orders://2"));
kernel.on("orders://late/{id}", ({ params }) => `late ${params.id}`);
console.log(await kernel.ask("orders://late/3"));
console.log(mounts.map(({ subsystem, status }) => `${subsystem} ${status}`));

// It can be mounted again.
await mounts[0].close();
await kernel.mount("orders://", url);
console.log(await kernel.ask("orders://4"));

await kernel.drain();
console.log(mounts[1].status, kernel.takeDeadLetters());
