// ramda: composition, lenses, transducers
import * as R from "ramda";
import { step } from "../lib/step.cjs";

step("compose", () => R.pipe(R.groupBy(R.prop("kind")), R.map(R.pluck("n")), R.map(R.sum))([{ kind: "a", n: 1 }, { kind: "b", n: 2 }, { kind: "a", n: 3 }]));
step("lenses", () => R.over(R.lensPath(["a", 0, "b"]), R.inc, { a: [{ b: 1 }] }));
step("transducers", () => R.into([], R.compose(R.filter((n) => n % 2 === 1), R.map((n) => n * 10), R.take(2)), R.range(0, 10)));
step("placeholder", () => [R.subtract(R.__, 3)(10), R.curry((a, b, c) => [a, b, c])(1)(2, 3), R.equals({ a: new Set([1]) }, { a: new Set([1]) }), R.toString([1, { a: new Date(0) }])]);
