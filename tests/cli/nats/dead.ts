// A message that no handler bears is given up, and is found in the stream of dead letters.
import { Kernel } from "krepis:mycelia";

const url = process.argv[2];
const kernel = new Kernel({ deadLetters: 10, onDeadLetter: () => {} });
let tries = 0;
kernel.on("orders://{id}", ({ body }) => {
  tries++;
  if (body !== "again" || tries < 2) throw Object.assign(new Error("no"), { code: "E_NO" });
  return tries;
});
const jetstream = { stream: "ORDERS", maxDeliveries: 3, retryDelay: 5 };
await kernel.mount("orders://", url, { jetstream });

console.log(await kernel.ask("orders://1", "again"));
tries = 0;
console.log(await kernel.ask("orders://2", "never").catch(({ code, message }) => `${code} ${message} ${tries}`));

const graveyard = new Kernel();
const { promise, resolve } = Promise.withResolvers();
graveyard.on("orders://{id}", ({ address, body, headers }) => {
  resolve([address, body, headers["mycelia-dead-reason"], headers["mycelia-dead-deliveries"]]);
});
await graveyard.mount("orders://", url, { prefix: "dead", jetstream: { stream: "ORDERS_DEAD", deadLetters: null } });
console.log(await promise);
await kernel.drain();
await graveyard.drain();
