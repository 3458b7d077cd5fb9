// Arrays: holes, extra properties, columns, limits.
console.log([], [1, 2, 3], ["a", ["b", ["c", ["d", ["e"]]]]]);
console.log([, 1, , , 2, ,], new Array(5), [undefined, , null]);
const extra = [1, 2];
extra.name = "extra";
extra["a b"] = 1;
extra[-1] = "negative";
console.log(extra);
console.log(Array.from({ length: 30 }, (_, i) => i * i));
console.log(Array.from({ length: 130 }, (_, i) => i));
console.log(Array.from({ length: 20 }, (_, i) => "s".repeat((i % 9) + 1)));
console.log(Array.from({ length: 9 }, (_, i) => ({ id: i, text: "x".repeat(i) })));
console.log([-1.5, 2, 300, 4e21, 5, 6, 7, 8], [1n, 22n, 333n, 4n, 5n, 6n, 7n]);
console.log(Array(8).fill("a string that is too long to stand in columns"));
console.log(["\u4e2d\u6587", "\u65e5\u672c\u8a9e", "a", "bb", "ccc", "dddd", "e", "f"]);
class Stack extends Array {}
console.log(Stack.from([1, 2]), new Stack());
console.log(Object.assign([1, 2, 3, 4, 5, 6, 7], { label: "seven" }));
const sparse = [];
sparse[3] = "three";
sparse[1e6] = "million";
console.log(sparse);
const matrix = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
console.log(matrix);
