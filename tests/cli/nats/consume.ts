// Handles what is in a stream, and says so.
import { Kernel } from "krepis:mycelia";

const kernel = new Kernel();
kernel.subsystem("orders", { concurrency: 4 });
kernel.on("orders://number", async ({ body }) => {
  await new Promise((resolve) => setTimeout(resolve, 2));
  console.log("handled", body);
});
await kernel.mount("orders://", process.argv[2], {
  inFlight: 16,
  jetstream: { stream: "ORDERS", ackWait: 2_000, retryDelay: 50 },
});
console.log("serving");
