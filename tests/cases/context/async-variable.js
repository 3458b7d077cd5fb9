// Variable and Snapshot, as the proposal for AsyncContext has them: every check is made from no frame, from one with another
// variable, and after a snapshot was taken there.
import assert from "node:assert/strict";
import { Snapshot, Variable } from "krepis:context";

let checks = 0;
async function test(name, fn) {
  const throwaway = new Variable();
  for (const within of [(fn) => fn(), (fn) => throwaway.run(null, fn), (fn) => throwaway.run(1, () => (new Snapshot(), fn()))]) {
    await within(fn);
    checks++;
  }
  console.log(`ok ${name}`);
}
const turn = () => new Promise((resolve) => setTimeout(resolve));

await test("a variable has no value, or its default", () => {
  assert.equal(new Variable().get(), undefined);
  assert.equal(new Variable({}).get(), undefined);
  assert.equal(new Variable({ defaultValue: 5 }).get(), 5);
  assert.equal(new Variable({ defaultValue: null }).get(), null);
});
await test("a name", () => {
  assert.equal(new Variable().name, "");
  assert.equal(new Variable({ name: "user" }).name, "user");
  assert.equal(new Variable({ name: 5 }).name, "5");
  assert.throws(() => new Variable({ name: Symbol() }), TypeError);
  assert.equal(String(new Variable()), "[object AsyncContext.Variable]");
  assert.equal(String(new Snapshot()), "[object AsyncContext.Snapshot]");
});
await test("run returns what the function does, and passes arguments and no this", () => {
  const variable = new Variable();
  assert.equal(variable.run(1, (a, b) => a + b, 2, 3), 5);
  assert.equal(variable.run(1, function () {
    return this;
  }), undefined);
  assert.deepEqual(variable.run(1, (...args) => args), []);
  assert.throws(() => variable.run(1), TypeError);
  assert.throws(() => variable.run(1, {}), TypeError);
  assert.equal(variable.get(), undefined);
});
await test("any value is one, also undefined", () => {
  const variable = new Variable({ defaultValue: "default" });
  for (const value of [undefined, null, 0, -0, NaN, "", Symbol.iterator, 1n, () => {}, {}]) {
    variable.run(value, () => assert.ok(Object.is(variable.get(), value)));
  }
});
await test("runs within runs", () => {
  const a = new Variable();
  const b = new Variable();
  const seen = [];
  const see = () => seen.push(`${a.get()}${b.get()}`);
  a.run(1, () => {
    see();
    b.run(2, () => {
      see();
      a.run(3, see);
      b.run(undefined, see);
      see();
    });
    see();
  });
  see();
  assert.deepEqual(seen, ["1undefined", "12", "32", "1undefined", "12", "1undefined", "undefinedundefined"]);
});
await test("a run that throws is left", () => {
  const variable = new Variable();
  variable.run(1, () => {
    assert.throws(() => variable.run(2, () => {
      throw new Error("thrown");
    }), /thrown/);
    assert.equal(variable.get(), 1);
  });
  assert.equal(variable.get(), undefined);
});
await test("wrap keeps the values of its making, however often and in whichever order", () => {
  const variable = new Variable();
  const nobody = Snapshot.wrap(() => variable.get());
  const wraps = [1, 2].map((value) => variable.run(value, () => Snapshot.wrap(() => variable.get())));
  assert.equal(nobody(), undefined);
  for (const i of [0, 1, 1, 0]) assert.equal(wraps[i](), i + 1);
  variable.run(3, () => {
    assert.equal(nobody(), undefined);
    assert.equal(wraps[0](), 1);
    assert.equal(variable.get(), 3);
  });
});
await test("a wrapped function passes this, arguments and its result; it can run and throw", () => {
  const variable = new Variable();
  const wrapped = variable.run(1, () => Snapshot.wrap(function sum(a, b) {
    return [this.name, a + b, variable.run(2, () => variable.get()), variable.get()];
  }));
  assert.deepEqual(wrapped.call({ name: "this" }, 1, 2), ["this", 3, 2, 1]);
  assert.equal(wrapped.name, "wrapped sum");
  assert.equal(wrapped.length, 2);
  assert.throws(variable.run(1, () => Snapshot.wrap(() => {
    throw new Error(`in ${variable.get()}`);
  })), /in 1/);
  assert.equal(variable.get(), undefined);
  assert.throws(() => Snapshot.wrap({}), TypeError);
  assert.throws(() => Snapshot.wrap(), TypeError);
});
await test("wraps within wraps, of three variables", () => {
  const [a, b, c] = [new Variable(), new Variable(), new Variable()];
  const all = () => [a.get(), b.get(), c.get()];
  const wraps = a.run(1, () => {
    const first = Snapshot.wrap(all);
    const third = b.run(2, () => {
      new Snapshot();
      return c.run(3, () => Snapshot.wrap(() => [all(), first(), all()]));
    });
    return { first, third };
  });
  assert.deepEqual(wraps.third(), [[1, 2, 3], [1, undefined, undefined], [1, 2, 3]]);
  assert.deepEqual(c.run(9, () => [wraps.first(), all()]), [[1, undefined, undefined], [undefined, undefined, 9]]);
});
await test("a snapshot runs any function, later too", async () => {
  const variable = new Variable();
  const empty = new Snapshot();
  const snapshot = variable.run(1, () => new Snapshot());
  assert.equal(variable.run(2, () => snapshot.run((a) => variable.get() + a, 1)), 2);
  assert.equal(variable.run(2, () => empty.run(() => variable.get())), undefined);
  assert.equal(snapshot.run(function () {
    return this;
  }), undefined);
  assert.throws(() => snapshot.run(), TypeError);
  await turn();
  assert.equal(await snapshot.run(async () => (await turn(), variable.get())), 1);
  assert.equal(variable.get(), undefined);
});
await test("many variables", () => {
  const variables = Array.from({ length: 50 }, (_, i) => new Variable({ defaultValue: -i }));
  const nest = (i) => i === variables.length
    ? variables.map((variable) => variable.get())
    : i % 2 === 0 ? variables[i].run(i, nest, i + 1) : nest(i + 1);
  assert.deepEqual(nest(0), variables.map((_, i) => (i % 2 === 0 ? i : -i)));
});
await test("across awaits", async () => {
  const variable = new Variable();
  const result = variable.run(1, async () => {
    await null;
    assert.equal(variable.get(), 1);
    await variable.run(2, async () => {
      await turn();
      assert.equal(variable.get(), 2);
    });
    assert.equal(variable.get(), 1);
    await { then: (resolve) => (assert.equal(variable.get(), 1), variable.run(3, resolve)) };
    assert.equal(variable.get(), 1);
    return "result";
  });
  assert.equal(variable.get(), undefined);
  assert.equal(await result, "result");
  assert.equal(variable.get(), undefined);
});
await test("reactions have the values of their registering", async () => {
  const variable = new Variable();
  const { promise, resolve, reject } = Promise.withResolvers();
  const seen = [1, 2, undefined].map((value) => variable.run(value, () => promise.then(() => variable.get())));
  variable.run(4, resolve);
  reject();
  assert.deepEqual(await Promise.all(seen), [1, 2, undefined]);
});
await test("generators have the values of who asks for the next", async () => {
  const variable = new Variable();
  function* numbers() {
    for (;;) yield variable.get();
  }
  const generator = variable.run(1, numbers);
  assert.equal(variable.run(2, () => generator.next().value), 2);
  assert.equal(generator.next().value, undefined);
  const iterator = variable.run(3, () => numbers().map((value) => [value, variable.get()]));
  assert.deepEqual(variable.run(4, () => iterator.next().value), [4, 4]);
  async function* later() {
    for (;;) {
      await turn();
      yield variable.get();
    }
  }
  const asynchronous = variable.run(5, later);
  assert.equal((await variable.run(6, () => asynchronous.next())).value, 6);
  assert.equal((await variable.run(7, () => asynchronous.next())).value, 7);
});
await test("timers, microtasks, events", async () => {
  const variable = new Variable();
  const { promise, resolve } = Promise.withResolvers();
  const seen = [];
  const see = (what) => () => seen.push(`${what} ${variable.get()}`);
  variable.run(1, () => {
    queueMicrotask(see("microtask"));
    setTimeout(() => (see("timeout")(), setImmediate(() => (see("immediate")(), resolve()))));
  });
  const target = new EventTarget();
  variable.run(2, () => target.addEventListener("event", see("event")));
  variable.run(3, () => target.dispatchEvent(new Event("event")));
  await promise;
  assert.deepEqual(seen, ["event 3", "microtask 1", "timeout 1", "immediate 1"]);
});
await test("what is held is let go", async () => {
  const variable = new Variable();
  const weak = variable.run({ big: true }, () => new WeakRef(variable.get()));
  await turn();
  gc();
  await turn();
  gc();
  assert.equal(weak.deref(), undefined);
});
console.log(`${checks} checks`);
