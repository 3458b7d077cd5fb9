// The tidier bag: a Map in an AsyncLocalStorage, copied for a child, and a structured clone at the border.

import { AsyncLocalStorage } from "node:async_hooks";

import { burst, garbage, growth, peak } from "./measures.mjs";
import { ATTEMPT, HUNDRED, RECORD, ROUTE, expect } from "./record.mjs";

const storage = new AsyncLocalStorage();

function withRecord() {
  const bag = new Map();
  for (let i = 0; i < RECORD.length; i++) bag.set(RECORD[i][0], RECORD[i][1]);
  return bag;
}

function withId() {
  const bag = new Map();
  bag.set("request.id", "7b1c9d00-55aa");
  return bag;
}

const nothing = () => {};

export let lastRead;

/** Returns the bag: one that goes nowhere would not be made at all. */
function request() {
  const bag = withRecord();
  for (let i = 0; i < RECORD.length; i++) lastRead = bag.get(RECORD[i][0]);
  return bag;
}

async function carried() {
  await null;
  return storage.getStore().get(ROUTE);
}

export const figures = {
  create: () => () => new Map(),
  child() {
    const parent = withRecord();
    return () => new Map(parent).set(ATTEMPT, 2);
  },
  request: () => request,
  lifecycle() {
    return () => {
      const bag = new Map();
      for (let i = 0; i < HUNDRED.length; i++) bag.set(HUNDRED[i], i);
      let sum = 0;
      for (let i = 0; i < HUNDRED.length; i++) sum += bag.get(HUNDRED[i]);
      expect(sum, 4950, "the sum of a hundred fields");
      return structuredClone(bag);
    };
  },
  async carried() {
    const promised = () => {
      const bag = withId();
      bag.set(ROUTE, "/orders/:id");
      return storage.run(bag, carried);
    };
    expect(await promised(), "/orders/:id", "a field after an await");
    return { promised };
  },
  read() {
    const bag = withRecord();
    return () => bag.get(ROUTE);
  },
  set() {
    const bag = new Map();
    let count = 0;
    return () => bag.set("price", ++count);
  },
  encode() {
    const bag = withRecord();
    expect(structuredClone(bag).get(ROUTE), "/orders/:id", "a field through a clone");
    return () => structuredClone(bag);
  },
  burst: () => burst(withId, nothing, 0.5),
  "burst-p99": () => burst(withId, nothing, 0.99),
  garbage: () => garbage(request),
  peak: ({ requests }) => peak(request, requests),
  kept: ({ requests }) => growth(request, requests),
};
