// Handles orders for other processes, until SIGTERM. Its first argument names it.
import { Kernel } from "krepis:mycelia";

const [, , name, url] = process.argv;
const kernel = new Kernel();
let handled = 0;
kernel.subsystem("orders", { concurrency: 32 });
kernel.on("orders://{id}/total", ({ params, body, headers }) => {
  const sum = body.prices.reduce((one: number, other: number) => one + other, 0);
  return { id: params.id, sum, type: headers["content-type"], who: headers["x-who"] };
});
kernel.on("orders://{id}/kind", ({ body }) => `${Object.prototype.toString.call(body).slice(8, -1)}: ${body}`);
kernel.on("orders://{id}/bytes", ({ body }) => new Uint8Array([body.length, 255]));
kernel.on("orders://{id}/nothing", () => {});
kernel.on("orders://{id}/bad", () => {
  throw Object.assign(new RangeError("too bad"), { code: "E_BAD" });
});
kernel.on("orders://{id}/worse", () => {
  throw new RangeError("no code");
});
kernel.on("orders://{id}/function", () => () => 1);
kernel.on("orders://{id}/large", () => "x".repeat(5000));
kernel.on("orders://{id}/where", ({ address, params }) => [address, params.id]);
kernel.on("orders://{id}/trace", ({ context }) => [context?.traceId, context?.baggage.get("tenant")]);
kernel.on("orders://{id}/deadline", ({ deadline }) => deadline === undefined ? "none" : deadline.getTime() - Date.now());
kernel.on("orders://{id}/late", () => new Promise((resolve) => setTimeout(resolve, 1_000)));
kernel.on("orders://{id}/slow", async () => {
  await new Promise((resolve) => setTimeout(resolve, 10));
  handled++;
  return name;
});
kernel.on("orders://log", ({ body, headers }) => console.log("logged", body, headers));

const mount = await kernel.mount("orders://", url, { queue: "shop", name });
console.log("serving", mount.subsystem, mount.status);
process.on("SIGTERM", async () => {
  await kernel.drain();
  console.log("drained", handled, mount.status);
});
