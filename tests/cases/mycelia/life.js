// The end of a kernel: idle, drain, shutdown, and what is taken meanwhile.
import { Kernel } from "krepis:mycelia";

const settled = () => new Promise(setImmediate);
const code = (fn) => { try { return typeof fn(); } catch (error) { return error.code; } };
const later = (promise) => promise.then((value) => value, (error) => `${error.code} ${error.reason ?? ""}`);

console.log("--- idle");
{
  const kernel = new Kernel();
  console.log(await kernel.idle());
  const log = [];
  kernel.on("i://{n}", async ({ body }) => { await settled(); log.push(body); if (body > 0) kernel.send("i://n", body - 1); });
  kernel.send("i://n", 3);
  const all = Promise.all([kernel.idle(), kernel.idle()]);
  await all;
  console.log(log);
  kernel.subsystem("i").pause();
  const id = kernel.send("i://n", 1);
  let isIdle = false;
  const idle = kernel.idle().then(() => (isIdle = true));
  await settled();
  console.log("not while something waits:", isIdle);
  kernel.cancel(id);
  await idle;
  console.log("but when it was taken back:", isIdle);
}

console.log("--- drain");
{
  const kernel = new Kernel();
  const log = [];
  let inner;
  kernel.on("d://first", async ({ body }) => {
    await settled();
    log.push(body);
    inner = kernel.ask("d://second", "of a handler");
    kernel.send("e://third", "sent by a handler");
  });
  kernel.on("d://second", ({ body }) => (log.push(body), "answer"));
  kernel.on("e://third", ({ body }) => void log.push(body));
  kernel.subscribe("topic://x", ({ body }) => void log.push(body));
  kernel.send("d://first", "sent before");
  kernel.publish("topic://x", "published before");
  const drained = kernel.drain();
  const refused = [later(kernel.ask("d://second")), later(kernel.sendAsync("d://second"))];
  console.log(code(() => kernel.send("d://second")), code(() => kernel.sendBatch("d://second", [1])), kernel.publish("topic://x"),
    code(() => kernel.sendSequence([["d://second", 1]])), ...(await Promise.all(refused)), kernel.isClosed);
  await drained;
  console.log(log, await inner, kernel.isClosed);
  console.log(code(() => kernel.send("d://second")), code(() => kernel.send("d://nothing")), code(() => kernel.on("d://x", () => {})),
    code(() => kernel.subsystem("new")), code(() => kernel.subsystem("d").restart()), kernel.subsystem("d").status);
  await Promise.all([kernel.drain(), kernel.idle()]);
  kernel.shutdown();
}

console.log("--- shutdown");
{
  const letters = [];
  const kernel = new Kernel({ onDeadLetter: ({ body, reason }) => letters.push(`${body} ${reason}`) });
  let aborted = false;
  let finish;
  let seen;
  kernel.on("s://{x}", (message) => {
    message.signal.addEventListener("abort", () => (aborted = true));
    return new Promise((resolve) => (finish = () => { try { message.body; } catch (error) { seen = error.code; } resolve("too late"); }));
  });
  const running = later(kernel.ask("s://x", "running"));
  const waiting = later(kernel.ask("s://x", "waiting"));
  kernel.send("s://x", "sent");
  kernel.send("s://x", "delayed", { delay: 3_600_000 });
  await settled();
  const idle = kernel.idle();
  kernel.shutdown();
  console.log(letters, aborted);
  console.log(await running, "|", await waiting);
  finish();
  await idle;
  const { accepted, handled, discarded, lost, present } = kernel.subsystem("s").stats();
  console.log({ accepted, handled, discarded, lost, present }, seen, kernel.isClosed);
}

console.log("--- shutdown by a handler, and drain that is cut short");
{
  const kernel = new Kernel({ onDeadLetter: () => {} });
  kernel.on("s://x", (message) => { kernel.shutdown(); return code(() => message.body); });
  const asked = later(kernel.ask("s://x"));
  kernel.send("s://x");
  console.log(await asked, kernel.subsystem("s").stats().present);
  const other = new Kernel({ onDeadLetter: () => {} });
  other.on("s://x", () => new Promise(() => {}));
  other.send("s://x");
  await settled();
  const drained = other.drain();
  other.shutdown();
  await drained;
  console.log(other.subsystem("s").stats().lost);
}

console.log("--- await using");
{
  const log = [];
  {
    await using kernel = new Kernel();
    kernel.on("u://x", async ({ body }) => { await settled(); log.push(body); });
    kernel.sendBatch("u://x", [1, 2]);
  }
  console.log(log);
}

console.log("--- a subsystem that stops itself");
{
  const kernel = new Kernel({ onDeadLetter: () => {} });
  const desk = kernel.subsystem("self").on("{x}", ({ body }) => { desk.stop(); return `${body} ${desk.status}`; });
  const [first, second] = [kernel.ask("self://x", 1), later(kernel.ask("self://x", 2))];
  console.log(await first, "|", await second, desk.stats().present);
  desk.restart();
  console.log(await kernel.ask("self://x", 3), desk.status);
}
