// mathjs: expressions, matrices, units, fractions, symbolic derivatives
import { all, create, derivative, evaluate, fraction, inv, matrix, multiply, parse, simplify, unit } from "mathjs";
import { step, thrown } from "../lib/step.cjs";

step("expressions", () => [evaluate("sqrt(3^2 + 4^2)"), String(evaluate("[1, 2; 3, 4] * 2")), evaluate("f(x) = x^2 + 1; f(3)").toString(), evaluate("5 cm in inch").toString()]);
step("symbols", () => [derivative("x^3 + 2 x", "x").toString(), simplify("2 x + 3 x").toString(), parse("a / b").toTex()]);
step("numbers", () => { const big = create(all, { number: "BigNumber", precision: 40 }); return [big.evaluate("1/3").toString(), fraction(1, 3).add(fraction(1, 6)).toFraction(), unit(3, "km").toNumber("m")]; });
step("matrices", () => [inv([[2, 0], [0, 4]]), multiply(matrix([[1, 2]]), matrix([[3], [4]])).toArray()]);
step("errors", () => thrown(() => evaluate("1 +")));
