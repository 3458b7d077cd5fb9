// Workers that are slow, fail and crash, with full lines and askers that go: every message has an end that its sender or a dead
// letter tells of, and nothing is handled twice.

import { Kernel, KernelError } from "krepis:mycelia";

const ALL = 3000;
let told = 0;
const kernel = new Kernel({ deadLetters: ALL, onDeadLetter: () => told++ });
let crashes = 0;
const workers = await kernel.workers(3, new URL("./lib/faulty.ts", import.meta.url), {
  data: { crashes: true },
  onExit: () => crashes++,
});

let seed = 7;
const random = (n: number) => ((seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) >>> 10) % n;
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const seen = new SharedArrayBuffer(4 * ALL);
const ends = new Map<string, number>();
const wrong: unknown[] = [];
const count = (how: string) => ends.set(how, (ends.get(how) ?? 0) + 1);
const questions: Promise<void>[] = [];
let sent = 0;
let refused = 0;

async function ask(n: number, kind: string) {
  const leaves = random(10) === 0;
  const options = leaves ? { signal: AbortSignal.timeout(random(5)) } : { timeout: 5000, key: random(3) === 0 ? random(4) : undefined };
  try {
    const reply = await kernel.ask(`work://${kind}`, { n, seen }, options);
    if (reply !== n) wrong.push([n, reply]);
    count("answered");
  } catch (error) {
    if (error instanceof RangeError && error.message === `bad ${n}`) count("failed");
    else if (error.name === "TimeoutError" && leaves) count("left");
    else if (error instanceof KernelError) count(error.code);
    else wrong.push([n, kind, error]);
  }
}

// Crashes are few: a worker that ends more than ten times in a minute is not started again.
const kindOf = (n: number) => (n % 400 === 399 ? (n % 800 === 399 ? "crash" : "throw") : ["fast", "fast", "slow", "bad"][random(4)]);
for (let n = 0; n < ALL; n++) {
  const kind = kindOf(n);
  if (random(2) === 0) questions.push(ask(n, kind));
  else {
    try {
      kernel.send(`work://${kind}`, { n, seen });
      sent++;
    } catch (error) {
      if (error.code === "ERR_QUEUE_FULL") refused++;
      else wrong.push([n, error]);
    }
  }
  if (random(8) === 0) await pause(random(3));
}
await Promise.all(questions);
await kernel.idle();

const { accepted, handled, failed, expired, cancelled, withdrawn, dropped, unhandled, discarded, lost, present, rejected } =
  kernel.stats().subsystems.work;
console.log("adds up:", accepted === handled + failed + expired + cancelled + withdrawn + dropped + unhandled + discarded + lost, present);
// Who had left by then was not told that the line was full.
const knew = refused + (ends.get("ERR_QUEUE_FULL") ?? 0);
console.log("refused senders knew:", knew <= rejected && rejected <= knew + (ends.get("left") ?? 0));
const dead = failed + expired + cancelled + dropped + unhandled + discarded + lost;
const letters = kernel.takeDeadLetters();
// A message is over a moment before its letter is there.
for (let waits = 0; letters.length < dead && waits < 1000; waits++) {
  await pause(1);
  letters.push(...kernel.takeDeadLetters());
}
console.log("dead letters:", letters.length === dead, "told:", told === dead);
console.log("twice:", new Int32Array(seen).filter((times) => times > 1).length, "wrong:", wrong);
console.log("questions:", questions.length === [...ends.values()].reduce((sum, times) => sum + times, 0), sent + refused + questions.length === ALL);
console.log("crashed:", crashes > 0, "lost:", lost > 0, "answered:", (ends.get("answered") ?? 0) > 100, "alive:", workers.alive > 0);
await kernel.drain();
