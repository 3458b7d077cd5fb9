// Options of console.dir are those of inspect().
const value = {
  text: "it's",
  list: [1, 2, 3, 4, 5],
  deep: { a: { b: { c: {} } } },
  map: new Map([["k", { v: 1 }]]),
  big: 1234567.891,
  get accessor() {
    return { x: 1 };
  },
};
console.dir(value);
console.dir(value, { depth: 0 });
console.dir(value, { depth: null, breakLength: 120 });
console.dir(value, { compact: false });
console.dir(value, { compact: true });
console.dir(value, { compact: 1, breakLength: 40 });
console.dir(value, { sorted: true, numericSeparator: true });
console.dir(value, { getters: true });
console.dir(value, { maxArrayLength: 2, maxStringLength: 2 });
console.dir(value, { colors: true });
console.dir([undefined, null, true, 1, 1n, "s", Symbol("s"), new Date(0), () => {}, Promise.resolve(1)], { colors: true });
console.dir([1, 2], { showHidden: true });
console.dir(new (class Q { get x() { return 1; } y = 2; })(), { showHidden: true });
console.dir({ [Symbol.for("nodejs.util.inspect.custom")]: () => "not called" });
