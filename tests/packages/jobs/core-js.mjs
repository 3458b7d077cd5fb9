// core-js: its polyfills beside what is there already
import "core-js/actual/index.js";
import { step } from "../lib/step.cjs";

step("globals", () => [[3, 1, 2].toSorted(), Object.groupBy([1, 2], (n) => (n % 2 ? "odd" : "even")), new Set([1]).union(new Set([2])), structuredClone(new Map([[1, { a: new Date(0) }]]))]);
step("after it", async () => [await Promise.try(() => 1), new URL("a?b=1#c", "http://x/").href, [..."aé".matchAll(/./gu)].length, Iterator.from([1, 2]).map((n) => n * 2).toArray()]);
