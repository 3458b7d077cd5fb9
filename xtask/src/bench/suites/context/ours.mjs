// krepis:context.

import { Context, pool } from "krepis:context";

import { burst, garbage, growth, peak } from "./measures.mjs";
import { ATTEMPT, HUNDRED, RECORD, ROUTE, expect } from "./record.mjs";

function withRecord() {
  const context = Context.create();
  for (let i = 0; i < RECORD.length; i++) context.set(RECORD[i][0], RECORD[i][1]);
  return context;
}

function withId() {
  const context = Context.create();
  context.set("request.id", "7b1c9d00-55aa");
  return context;
}

const dispose = (context) => context.dispose();

export let lastRead;

function request() {
  const context = withRecord();
  for (let i = 0; i < RECORD.length; i++) lastRead = context.get(RECORD[i][0]);
  context.dispose();
  return context;
}

/** Runs it often, and looks whether it has left a context behind. */
function checked(work) {
  const before = pool.statistics().inUse;
  for (let i = 0; i < 500; i++) work();
  expect(pool.statistics().inUse, before, "contexts in use");
  return work;
}

const current = () => Context.current();
async function carried() {
  await null;
  return Context.current().get(ROUTE);
}

function encode(format) {
  const context = withRecord();
  const copy = Context.decode(context.encode(format), format);
  expect(copy.get(ROUTE), "/orders/:id", `a field through ${format}`);
  copy.dispose();
  return () => context.encode(format);
}

/** The same into bytes that are used again. */
function encodeInto(format) {
  const context = withRecord();
  const message = new Uint8Array(1024);
  expect(context.encodeInto(message, format), encode(format)().length, `bytes in ${format}`);
  return () => context.encodeInto(message, format);
}

function decode(format) {
  const bytes = encode(format)();
  return checked(() => {
    const context = Context.decode(bytes, format);
    context.dispose();
    return context;
  });
}

export const figures = {
  create() {
    return checked(() => {
      const context = Context.create();
      context.dispose();
      return context;
    });
  },
  batch() {
    const SIZE = 64;
    const one = checked(() => {
      const contexts = Context.batch(SIZE);
      contexts.dispose();
      return contexts;
    });
    let last;
    return {
      batch(times) {
        const started = performance.now();
        for (let done = 0; done < times; done += SIZE) last = one();
        const elapsed = performance.now() - started;
        expect(last.length, SIZE, "contexts in a batch");
        return elapsed;
      },
    };
  },
  child() {
    const parent = withRecord();
    return checked(() => {
      const child = parent.child();
      child.set(ATTEMPT, 2);
      child.dispose();
      return child;
    });
  },
  request() {
    return checked(request);
  },
  crossing() {
    return checked(() => {
      const context = Context.create();
      context.set(ROUTE, "/orders/:id");
      const route = context.get(ROUTE);
      context.dispose();
      return route;
    });
  },
  lifecycle() {
    const message = new Uint8Array(8192);
    return checked(() => {
      const context = Context.create();
      for (let i = 0; i < HUNDRED.length; i++) context.set(HUNDRED[i], i);
      let sum = 0;
      for (let i = 0; i < HUNDRED.length; i++) sum += context.get(HUNDRED[i]);
      expect(sum, 4950, "the sum of a hundred fields");
      const length = context.encodeInto(message, "protobuf");
      context.dispose();
      return length;
    });
  },
  async carried() {
    const promised = async () => {
      const context = withId();
      context.set(ROUTE, "/orders/:id");
      const route = await context.run(carried);
      context.dispose();
      return route;
    };
    expect(await promised(), "/orders/:id", "a field after an await");
    return { promised };
  },
  read() {
    const context = withRecord();
    expect(context.get(ROUTE), "/orders/:id", "a field");
    return () => context.get(ROUTE);
  },
  "read-first"() {
    const context = withRecord();
    expect(context.clone().get(ROUTE), "/orders/:id", "a field");
    return checked(() => {
      const handle = context.clone();
      const route = handle.get(ROUTE);
      handle.dispose();
      return route;
    });
  },
  set() {
    // Entries are appended: a context takes so many of them, and another one's turn comes.
    let context = Context.create();
    let count = 0;
    return () => {
      if ((++count & 15) === 0) {
        context.dispose();
        context = Context.create();
      }
      context.set("price", count);
      return count;
    };
  },
  run() {
    const context = withRecord();
    expect(context.run(current)?.get(ROUTE), "/orders/:id", "a field of the current context");
    return () => context.run(current);
  },
  get() {
    const context = withRecord();
    const time = (times) => {
      const started = performance.now();
      let last;
      for (let i = 0; i < times; i++) last = Context.current();
      const elapsed = performance.now() - started;
      expect(last.get(ROUTE), "/orders/:id", "a field of the current context");
      return elapsed;
    };
    return { batch: (times) => context.run(time, times) };
  },
  encode() {
    return encodeInto("protobuf");
  },
  "encode-new"() {
    return encode("protobuf");
  },
  "encode-flatbuffers"() {
    return encodeInto("flatbuffers");
  },
  decode() {
    return decode("protobuf");
  },
  "decode-flatbuffers"() {
    return decode("flatbuffers");
  },
  burst() {
    return burst(withId, dispose, 0.5);
  },
  "burst-p99"() {
    return burst(withId, dispose, 0.99);
  },
  garbage() {
    return garbage(checked(request));
  },
  peak({ requests }) {
    return peak(checked(request), requests);
  },
  kept({ requests }) {
    return growth(checked(request), requests);
  },
};
