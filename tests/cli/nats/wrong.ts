// What cannot be mounted.
import { Kernel } from "krepis:mycelia";

const kernel = new Kernel();
const url = process.argv[2];
const wrong: [unknown, unknown?, object?][] = [
  ["orders"],
  ["orders://7", url],
  ["orders://", 5],
  ["orders://", "http://ada:s3cret@host"],
  ["orders://", url, { queu: "shop" }],
  ["orders://", url, { queue: 5 }],
  ["orders://", url, { overflow: "lose" }],
  ["orders://", url, { inFlight: 0 }],
  ["orders://", url, { timeout: -1 }],
  ["orders://", url, { timeout: Infinity }],
  ["orders://", url, { prefix: "a b" }],
  ["orders://", url, { user: "ada" }],
  ["orders://", url, { key: "key.pem" }],
  ["orders://", url, { jetstream: {} }],
  ["orders://", url, { jetstream: { stream: "ORDERS", retention: "ever" } }],
  ["orders://", url, { jetstream: { stream: "a.b" } }],
  ["orders://", url, { jetstream: { stream: "ORDERS", create: false } }],
  ["orders://", "nats://127.0.0.1:1"],
  ["orders://", url, { user: "ada", password: "wr0ng" }],
  ["orders://", url.replace("://", "://ada:wr0ng@")],
];
const login = { user: "ada", password: "s3cret" };
for (const [address, to, options] of wrong) {
  const needsLogin = options !== undefined && ("jetstream" in options || "prefix" in options);
  const given = needsLogin ? { ...login, ...options } : options;
  const error = await kernel.mount(address, to, given).catch((error) => error);
  console.log(error.name, error.code, error.message.replace(url, "URL").replace(/error \d+/, "error"));
}

const mount = await kernel.mount("orders://", url, login);
for (const attempt of [
  () => kernel.mount("orders://", url, login),
  () => kernel.on("orders://{id}", () => {}),
  () => kernel.subsystem("orders"),
  () => kernel.ask("orders://7"),
]) {
  const error = await (async () => attempt())().catch((error) => error);
  console.log(error.name, error.code, error.message);
}
await mount.close();
console.log(mount.status, await kernel.ask("orders://7").catch(({ code }) => code));
await kernel.drain();
console.log(await kernel.mount("orders://", url, login).catch(({ code }) => code));
