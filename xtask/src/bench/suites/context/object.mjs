// The usual bag: a plain object in an AsyncLocalStorage, copied for a child, and JSON at the border.

import { AsyncLocalStorage } from "node:async_hooks";

import { burst, garbage, growth, peak } from "./measures.mjs";
import { ATTEMPT, HUNDRED, RECORD, ROUTE, expect } from "./record.mjs";

const storage = new AsyncLocalStorage();
const encoder = new TextEncoder();
const decoder = new TextDecoder();

// JSON has no bytes; base64 is how they usually go.
const encode = (bag) => encoder.encode(JSON.stringify(bag));
const decode = (bytes) => JSON.parse(decoder.decode(bytes));
const inText = (value) => (value instanceof Uint8Array ? btoa(String.fromCharCode(...value)) : value);

function withRecord() {
  const bag = {};
  for (let i = 0; i < RECORD.length; i++) bag[RECORD[i][0]] = RECORD[i][1];
  return bag;
}

const textual = () => Object.fromEntries(RECORD.map(([key, value]) => [key, inText(value)]));
const withId = () => ({ "request.id": "7b1c9d00-55aa" });
const nothing = () => {};

export let lastRead;

/** Returns the bag: one that goes nowhere would not be made at all. */
function request() {
  const bag = withRecord();
  for (let i = 0; i < RECORD.length; i++) lastRead = bag[RECORD[i][0]];
  return bag;
}

async function carried() {
  await null;
  return storage.getStore()[ROUTE];
}

export const figures = {
  create: () => () => ({}),
  child() {
    const parent = withRecord();
    return () => ({ ...parent, [ATTEMPT]: 2 });
  },
  request: () => request,
  lifecycle() {
    return () => {
      const bag = {};
      for (let i = 0; i < HUNDRED.length; i++) bag[HUNDRED[i]] = i;
      let sum = 0;
      for (let i = 0; i < HUNDRED.length; i++) sum += bag[HUNDRED[i]];
      expect(sum, 4950, "the sum of a hundred fields");
      return encode(bag);
    };
  },
  async carried() {
    const promised = () => {
      const bag = withId();
      bag[ROUTE] = "/orders/:id";
      return storage.run(bag, carried);
    };
    expect(await promised(), "/orders/:id", "a field after an await");
    return { promised };
  },
  read() {
    const bag = withRecord();
    return () => bag[ROUTE];
  },
  set() {
    const bag = {};
    let count = 0;
    return () => (bag.price = ++count);
  },
  encode() {
    const bag = textual();
    return () => encode(bag);
  },
  decode() {
    const bytes = encode(textual());
    expect(decode(bytes)[ROUTE], "/orders/:id", "a field through JSON");
    return () => decode(bytes);
  },
  burst: () => burst(withId, nothing, 0.5),
  "burst-p99": () => burst(withId, nothing, 0.99),
  garbage: () => garbage(request),
  peak: ({ requests }) => peak(request, requests),
  kept: ({ requests }) => growth(request, requests),
};
