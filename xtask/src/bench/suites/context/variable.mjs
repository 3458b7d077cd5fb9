// Variable of krepis:context, for what AsyncLocalStorage is used for.

import { Variable } from "krepis:context";

import { expect } from "./record.mjs";

const STORE = { user: "u-1234567" };
const variable = new Variable();
const get = () => variable.get();

export const figures = {
  run() {
    expect(variable.run(STORE, get), STORE, "the value of the variable");
    return () => variable.run(STORE, get);
  },
  get() {
    const time = (times) => {
      const started = performance.now();
      let last;
      for (let i = 0; i < times; i++) last = variable.get();
      const elapsed = performance.now() - started;
      expect(last, STORE, "the value of the variable");
      return elapsed;
    };
    return { batch: (times) => variable.run(STORE, time, times) };
  },
};
