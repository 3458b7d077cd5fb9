// console.table over everything it draws.
console.table([{ a: 1, b: "x" }, { a: 22, c: true }]);
console.table([[1, 2], [3, 4, 5]]);
console.table([1, "two", { three: 3 }, null, undefined]);
console.table({ first: { v: 1 }, second: { v: 2 } });
console.table(new Map([["a", 1], ["b", { c: 1 }]]));
console.table(new Set([1, "x"]));
console.table(new Map([["k", "v"]]).keys());
console.table([{ a: 1, b: 2 }, { a: 3, b: 4 }], ["b"]);
console.table([{ a: 1 }], ["missing"]);
console.table([]);
console.table([{ long: { a: 1, b: 2, c: 3 }, list: [1, 2, 3, 4, 5] }]);
console.table(["\u4e2d\u6587", "e\u0301", "abc"]);
console.table("not tabular");
console.table(5);
console.table(null);
try {
  console.table([1], 5);
} catch (error) {
  console.log(error.code, error.message);
}
