// Map, Set, their iterators, weak collections, typed arrays, buffers.
console.log(new Map(), new Map([["a", 1], [{ b: 1 }, [2]]]), new Set(), new Set([1, "a", {}]));
class Registry extends Map {}
console.log(new Registry([[1, 2]]), Object.assign(new Set([1]), { extra: true }));
console.log(new Map([[1, 2], [3, 4]]).entries(), new Map([[1, 2]]).keys(), new Set([1, 2]).values(), new Set([1]).entries());
console.log([1][Symbol.iterator](), "s"[Symbol.iterator](), (function* () {})());
console.log(new WeakMap(), new WeakSet(), new WeakRef({}));
console.dir(new Map(Array.from({ length: 5 }, (_, i) => [i, i])), { maxArrayLength: 2 });
const self = new Map();
self.set("self", self);
console.log(self);
console.log(new Uint8Array([1, 2, 255]), new Float64Array([1.5, -0, NaN]), new BigInt64Array([1n]), new Uint8Array(0));
console.log(new Uint8Array(200));
console.log(new ArrayBuffer(3), new Uint8Array([1, 2, 254]).buffer, new ArrayBuffer(60));
console.log(new DataView(new ArrayBuffer(4), 1), new SharedArrayBuffer(2));
class Bytes extends Uint8Array {}
console.log(new Bytes(2));
