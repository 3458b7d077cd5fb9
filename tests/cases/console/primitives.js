// Primitive values, alone and inside an array (where strings are quoted).
const values = [
  undefined, null, true, false, 0, -0, 1.5, NaN, Infinity, -Infinity, 1e21, 1e-7, 10n, -5n,
  "text", "", Symbol("s"), Symbol(), Symbol.iterator,
];
for (const value of values) console.log(value);
console.log(values);
console.log(...values);
console.log();
console.log("a", 1, true, "b");
