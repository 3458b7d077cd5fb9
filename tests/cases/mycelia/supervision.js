// What follows failures.
import { Kernel } from "krepis:mycelia";

const until = async (condition) => { while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1)); };
const letters = [];
const kernel = new Kernel({ onDeadLetter: ({ body, reason }) => letters.push(`${body} ${reason}`) });

console.log("--- resume");
{
  const desk = kernel.subsystem("resume").on("{x}", ({ body }) => { if (body % 2) throw new Error("odd"); });
  kernel.sendBatch("resume://x", [1, 2, 3, 4]);
  await kernel.idle();
  console.log(desk.status, desk.stats().handled, desk.stats().failed, letters.splice(0));
}

console.log("--- stop");
{
  const desk = kernel.subsystem("stop", { supervision: { onError: "stop" } }).on("{x}", ({ body }) => { if (body === 2) throw new Error("two"); });
  kernel.sendBatch("stop://x", [1, 2, 3, 4]);
  await kernel.idle();
  console.log(desk.status, letters.splice(0));
  try { kernel.send("stop://x", 5); } catch (error) { console.log(error.code, error.message); }
  desk.restart();
  kernel.send("stop://x", 6);
  await kernel.idle();
  console.log(desk.status, desk.stats().handled, desk.stats().restarts);
}

console.log("--- restart, with hooks");
{
  const log = [];
  const desk = kernel.subsystem("restart", { supervision: { onError: "restart", backoff: 1, maxRestarts: 3 } });
  desk.on("{x}", ({ body }) => { log.push(body); if (body === "bad") throw new Error("bad"); });
  desk.onRestart(() => void log.push("hook")).onRestart(async () => { log.push(`async hook while ${desk.status}`); await null; log.push("done"); });
  kernel.sendBatch("restart://x", ["good", "bad", "next"]);
  await null;
  console.log(desk.status, desk.stats().waiting);
  await kernel.idle();
  console.log(desk.status, desk.stats().restarts, log, letters.splice(0));
}

console.log("--- it gives up");
{
  const desk = kernel.subsystem("give-up", { supervision: { onError: "restart", backoff: 0, maxRestarts: 2 } });
  let calls = 0;
  desk.on("{x}", () => { calls++; throw new Error("always"); });
  const asked = kernel.ask("give-up://x", "question").catch((error) => error.message);
  kernel.sendBatch("give-up://x", [1, 2, 3, 4]);
  const last = kernel.ask("give-up://x", "last question").catch((error) => `${error.code} ${error.reason}`);
  console.log(await asked, "|", await last);
  console.log(desk.status, calls, desk.stats().restarts, letters.splice(0));
  desk.restart();
  kernel.send("give-up://x", 5);
  await kernel.idle();
  console.log("after restart() it counts anew:", desk.status, desk.stats().restarts);
  await until(() => desk.status === "active");
  letters.length = 0;
}

console.log("--- hooks that fail");
{
  const desk = kernel.subsystem("hooks", { supervision: { onError: "restart", backoff: 1, maxRestarts: 3 } });
  let fails = 2;
  desk.on("{x}", ({ body }) => { if (body === "bad") throw new Error("bad"); });
  desk.onRestart(() => { if (fails-- > 0) throw new Error("not yet"); });
  kernel.sendBatch("hooks://x", ["bad", "good"]);
  await kernel.idle();
  console.log(desk.status, desk.stats().restarts, desk.stats().handled, fails);
}
{
  const desk = kernel.subsystem("hooks.give-up", { supervision: { onError: "restart", backoff: 0, maxRestarts: 3 } });
  let calls = 0;
  desk.on("{x}", () => { throw new Error("bad"); });
  desk.onRestart(async () => { calls++; throw new Error("never"); });
  kernel.sendBatch("hooks.give-up://x", ["bad", "good"]);
  await until(() => desk.status === "stopped");
  console.log(desk.status, calls, desk.stats().restarts, desk.stats().discarded);
}
letters.length = 0;

console.log("--- hands off while it rests");
{
  const long = { onError: "restart", backoff: 60_000, maxBackoff: 60_000 };
  const desk = kernel.subsystem("hands", { supervision: long }).on("{x}", ({ body }) => { if (body === "bad") throw new Error("bad"); });
  kernel.sendBatch("hands://x", ["bad", "good"]);
  await until(() => desk.status === "resting");
  desk.resume();
  await kernel.idle();
  console.log("resume ends it:", desk.status, desk.stats().handled);
  kernel.sendBatch("hands://x", ["bad", "good"]);
  await until(() => desk.status === "resting");
  desk.pause();
  console.log(desk.status, desk.stats().waiting);
  desk.resume();
  await kernel.idle();
  kernel.send("hands://x", "bad");
  await until(() => desk.status === "resting");
  desk.restart();
  console.log("restart ends it:", desk.status);
  kernel.sendBatch("hands://x", ["bad", "good"]);
  await until(() => desk.status === "resting");
  desk.stop();
  desk.pause();
  desk.resume();
  console.log("only restart undoes stop:", desk.status, letters.splice(0).at(-1));
}

console.log("--- several at once fail");
{
  const desk = kernel.subsystem("several", { concurrency: 4, supervision: { onError: "restart", backoff: 1, maxRestarts: 2 } });
  desk.on("{x}", async () => { await null; throw new Error("all"); });
  kernel.sendBatch("several://x", [1, 2, 3, 4]);
  await until(() => desk.stats().failed === 4 && desk.status === "active");
  console.log("one rest for all of them:", desk.stats().restarts);
}
// What is left of a minute of rest does not keep the program alive.
