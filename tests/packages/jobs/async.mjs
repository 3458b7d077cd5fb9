// async: queues, limits, auto, retries
import async, { mapLimit, queue } from "async";
import { step } from "../lib/step.cjs";

const later = (value, callback) => setTimeout(() => callback(null, value * 2), value % 3);
step("mapLimit", () => mapLimit([5, 4, 3, 2, 1], 2, later));
step("auto", () => async.auto({ a: (cb) => cb(null, 1), b: ["a", (so, cb) => setImmediate(cb, null, so.a + 1)], c: ["a", "b", ({ a, b }, cb) => process.nextTick(cb, null, a + b)] }));
step("queue", async () => {
  const seen = [];
  const line = queue(async (n) => { await null; seen.push(n); }, 2);
  line.push([1, 2, 3]); line.unshift(0);
  await line.drain();
  return seen;
});
step("retry", async () => { let n = 0; return async.retry({ times: 4, interval: 1 }, async () => { if (++n < 3) throw new Error("no"); return n; }); });
step("errors", () => async.parallel([(cb) => cb(new Error("first")), (cb) => cb(null, 1)]).catch((error) => error.message));
