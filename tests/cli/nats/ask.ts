// Asks another process about orders.
import { Context } from "krepis:context";
import { Kernel } from "krepis:mycelia";

const kernel = new Kernel();
await using mount = await kernel.mount("orders://", process.argv[2]);
console.log(mount.subsystem, mount.status, kernel.routes().length);

console.log(await kernel.ask("orders://7/total", { prices: [1, 2] }, { headers: { "X-Who": "ada" } }));

const bodies = ["h\u00e9", "", undefined, null, 5, true, [1, 2], new Uint8Array([1, 2]), new Uint16Array([1]), new ArrayBuffer(2)];
for (const body of bodies) console.log(await kernel.ask("orders://7/kind", body));
console.log(await kernel.ask("orders://7/bytes", new Uint8Array(5)), await kernel.ask("orders://7/nothing", 1));

for (const segment of ["a.b c*>", "%", "\u{1f600}", "x\ty"]) {
  console.log(await kernel.ask(`orders://${segment}/where`));
}

const failures: [string, unknown?, object?][] = [
  ["7/bad"],
  ["7/worse"],
  ["7/function"],
  ["7/large"],
  ["nowhere"],
  ["7/late", 1, { timeout: 200 }],
  ["7/kind", "x".repeat(5000)],
  [`${"x".repeat(3000)}/kind`],
  ["7/kind", () => 1],
  ["7/kind", 5n],
  ["7/kind", 1, { headers: { "a b": "c" } }],
  ["7/kind", 1, { headers: { a: "b\nc" } }],
];
for (const [route, body, options] of failures) {
  const error = await kernel.ask(`orders://${route}`, body, options).catch((error) => error);
  // Two clocks measure the time of a question: which is first is nobody's to say.
  console.log(error.name, error.code, error.code === "ERR_ASK_TIMEOUT" ? "" : error.message);
}
const aborted = await kernel.ask("orders://7/late", 1, { signal: AbortSignal.abort("enough") }).catch((reason) => reason);
console.log(aborted);

await Context.run({}, async () => {
  const context = Context.current()!;
  context.baggage.set("tenant", "acme");
  const [trace, tenant] = await kernel.ask("orders://7/trace");
  console.log(trace === context.traceId, tenant);
});
await Context.run({ timeout: 30_000 }, async () => {
  const left = await kernel.ask("orders://7/deadline", undefined, { timeout: 60_000 });
  console.log(left > 0 && left <= 10_000);
});
const left = await kernel.ask("orders://7/deadline", undefined, { timeout: 5_000 });
console.log(left > 0 && left <= 5_000);

await kernel.sendAsync("orders://log", { a: 1 }, { headers: { "x-who": "ada" } });
const refusal = await kernel.sendAsync("orders://log", "x".repeat(5000)).catch((error) => error);
console.log(refusal.name, refusal.code, refusal.message);
kernel.send("orders://log", "y".repeat(5000));
await kernel.idle();
const letters = kernel.takeDeadLetters().filter(({ reason }) => reason === "failed");
console.log(letters.map(({ address, reason, body }) => [address, reason, body?.length]));
const numbers = kernel.prometheus().split("\n");
console.log(numbers.filter((line) => /nats_(connected|published)/.test(line) && !line.startsWith("#")).join("\n"));
