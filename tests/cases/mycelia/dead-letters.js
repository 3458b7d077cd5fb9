// Messages that nobody handled, or whose handlers failed.
import { Kernel } from "krepis:mycelia";

const shown = (letters) => letters.map(({ body, reason }) => `${body} ${reason}`);

console.log("--- what is in one");
{
  const kernel = new Kernel({ onDeadLetter: () => {} });
  kernel.on("a://{x}/b", () => { throw new TypeError("of the handler"); });
  const id = kernel.send("a://7/b", { n: 1 }, { key: "k", priority: "low" });
  await kernel.idle();
  const [letter] = kernel.takeDeadLetters();
  const { time, error, ...rest } = letter;
  console.log({ ...rest, id: rest.id === id }, time instanceof Date, error.message, kernel.takeDeadLetters());
}

console.log("--- every reason");
{
  const letters = [];
  const kernel = new Kernel({ onDeadLetter: (letter) => letters.push(letter) });
  const desk = kernel.subsystem("d", { capacity: 2, overflow: "drop-oldest" });
  desk.on("{x}", ({ body }) => { if (body === "bad") throw new Error("bad"); });
  kernel.send("d://x", "bad");
  await kernel.idle();
  desk.pause();
  kernel.send("d://x", "late", { timeout: 0 });
  desk.resume();
  await kernel.idle();
  desk.pause();
  kernel.sendBatch("d://x", [1, 2, 3]);
  desk.off("{x}");
  desk.on("{x}", () => {});
  kernel.send("d://x", 4);
  desk.stop();
  desk.restart();
  kernel.send("d://x", 5);
  desk.pause();
  kernel.send("d://x", 6);
  kernel.shutdown();
  console.log(shown(letters));
  console.log(kernel.stats().deadLetters, kernel.takeDeadLetters().length);
}

console.log("--- only so many are kept");
{
  const kernel = new Kernel({ deadLetters: 3, onDeadLetter: () => {} });
  kernel.on("d://x", ({ body }) => { throw body; });
  kernel.sendBatch("d://x", [1, 2, 3, 4, 5]);
  await kernel.idle();
  console.log(kernel.stats().deadLetters, shown(kernel.takeDeadLetters()), kernel.stats().deadLetters.kept);
  const none = new Kernel({ deadLetters: 0, onDeadLetter: () => {} });
  none.on("d://x", ({ body }) => { throw body; });
  none.send("d://x", 1);
  await none.idle();
  console.log(none.stats().deadLetters);
}

console.log("--- replay");
{
  const kernel = new Kernel({ onDeadLetter: () => {} });
  let isBroken = true;
  const handled = [];
  kernel.on("d://{x}", ({ body, key, priority }) => { if (isBroken) throw new Error("broken"); handled.push(`${body} ${key} ${priority}`); });
  kernel.send("d://1", 1, { key: "k", priority: "high" });
  kernel.sendBatch("d://2", [2, 3, 4]);
  await kernel.idle();
  isBroken = false;
  console.log(kernel.replayDeadLetters(({ body }) => body % 2 === 1), shown(kernel.takeDeadLetters()));
  await kernel.idle();
  console.log(handled.splice(0));
  isBroken = true;
  kernel.send("d://5", 5);
  await kernel.idle();
  const [letter] = kernel.takeDeadLetters();
  isBroken = false;
  console.log(typeof kernel.replay(letter), kernel.stats().deadLetters);
  await kernel.idle();
  console.log(handled.splice(0));

  isBroken = true;
  kernel.sendBatch("d://6", [6, 7]);
  await kernel.idle();
  kernel.off("d://{x}");
  console.log("nobody to take them:", kernel.replayDeadLetters(), shown(kernel.takeDeadLetters()));
  try { kernel.replay(letter); } catch (error) { console.log(error.code); }
  let failure;
  kernel.on("d://{x}", () => { throw new Error("again"); });
  kernel.send("d://8", 8);
  kernel.send("d://9", 9);
  await kernel.idle();
  try { kernel.replayDeadLetters(() => { throw new RangeError("of choose"); }); } catch (error) { failure = error; }
  console.log(failure.message, "and nothing is lost:", shown(kernel.takeDeadLetters()));
}

console.log("--- listeners that do things");
{
  const told = [];
  const kernel = new Kernel({
    onDeadLetter(letter) {
      told.push(`${letter.body} ${letter.reason}`);
      kernel.cancel(letter.id);
      if (letter.body === "stops it") desk.stop();
      if (letter.body === "closes it") kernel.shutdown();
      if (letter.reason === "dropped" && told.length < 10) kernel.replay(letter);
    },
  });
  const desk = kernel.subsystem("d", { capacity: 2, overflow: "drop-oldest" });
  const handled = [];
  desk.on("{x}", ({ body }) => { if (typeof body === "string") throw new Error(body); handled.push(body); });
  desk.pause();
  let refused = 0;
  for (let n = 1; n <= 5; n++) {
    try { kernel.send("d://x", n); } catch (error) { refused += error.code === "ERR_QUEUE_FULL" ? 1 : 0; }
  }
  for (let turns = 0; turns < 20; turns++) await new Promise(setImmediate);
  const { waiting, accepted, dropped } = desk.stats();
  console.log({ waiting, refused, balance: accepted - dropped, told: told.length });
  desk.resume();
  await kernel.idle();
  told.length = 0;
  kernel.sendBatch("d://x", ["stops it", 7]);
  await kernel.idle();
  console.log(told.splice(0), desk.status, desk.stats().present);
  desk.restart();
  kernel.sendBatch("d://x", ["closes it", 8]);
  await kernel.idle();
  await new Promise(setImmediate);
  const stats = desk.stats();
  console.log(told.splice(0), desk.status, stats.present, stats.accepted === stats.handled + stats.failed + stats.dropped + stats.discarded);
}
