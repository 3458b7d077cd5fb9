// AsyncLocalStorage, and what an await costs beside it. It is imported by the figures that need it: an await in a program
// without it is one of them.

import { expect } from "./record.mjs";

const STORE = { user: "u-1234567" };

async function storage() {
  const { AsyncLocalStorage } = await import("node:async_hooks");
  return new AsyncLocalStorage();
}

async function awaits(times) {
  const started = performance.now();
  for (let i = 0; i < times; i++) await undefined;
  return performance.now() - started;
}

export const figures = {
  async run() {
    const storage_ = await storage();
    const get = () => storage_.getStore();
    expect(storage_.run(STORE, get), STORE, "the store");
    return () => storage_.run(STORE, get);
  },
  async get() {
    const storage_ = await storage();
    const time = (times) => {
      const started = performance.now();
      let last;
      for (let i = 0; i < times; i++) last = storage_.getStore();
      const elapsed = performance.now() - started;
      expect(last, STORE, "the store");
      return elapsed;
    };
    return { batch: (times) => storage_.run(STORE, time, times) };
  },
  "await"() {
    return { batch: awaits };
  },
  async "await-loaded"() {
    const storage_ = await storage();
    expect(storage_.run(STORE, () => storage_.getStore()), STORE, "the store");
    expect(storage_.getStore(), undefined, "the store outside");
    return { batch: awaits };
  },
  async "await-in-a-run"() {
    const storage_ = await storage();
    const inside = async (times) => {
      const elapsed = await awaits(times);
      expect(storage_.getStore(), STORE, "the store after awaits");
      return elapsed;
    };
    return { batch: (times) => storage_.run(STORE, inside, times) };
  },
};
