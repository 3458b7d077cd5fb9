// Where lines break: up to 72 columns of entries share a line, and at most three levels.
for (const size of [18, 19, 20, 21, 22]) console.log({ a: "x".repeat(40), b: "y".repeat(size) });
console.log({ a: 1, b: { c: 2, d: { e: 3 } } }, { a: [{ b: [{ c: 1 }] }] });
console.log({ a: { b: { c: 1 } }, d: { e: { f: [1, 2, 3] } } });
console.log(Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`key${i}`, i])));
console.log([[1, 2, [3, 4, [5, [6]]], { a: 1, b: { c: {} } }], [3, 4]]);
console.log({ users: [{ id: 1, name: "Ada", tags: ["a", "b"] }, { id: 2, name: "Grace", tags: [] }], total: 2 });
console.log({ ["k".repeat(60)]: "v".repeat(60), list: Array.from({ length: 12 }, (_, i) => `item ${i}`) });
