// p-limit: no more than two at a time, results in their order
import { setTimeout as sleep } from "node:timers/promises";
import pLimit from "p-limit";
import { step } from "../lib/step.cjs";

step("limit", async () => {
  const limit = pLimit(2);
  let active = 0, most = 0;
  const results = await Promise.all([4, 1, 3, 2].map((n) => limit(async () => { most = Math.max(most, ++active); await sleep(n); active--; return n; })));
  return [results, most, limit.pendingCount];
});
