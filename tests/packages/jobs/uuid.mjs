// uuid: names, parsing, versions, random ones by their shape
import { MAX, NIL, parse, stringify, v1, v3, v4, v5, v7, validate, version } from "uuid";
import { step, thrown } from "../lib/step.cjs";

step("from names", () => [v3("krepis.example", v3.DNS), v5("krepis.example", v5.DNS), v5("x", "1b671a64-40d5-491e-99b0-da01ff1f3341")]);
step("from given bytes", () => [
  v4({ random: Uint8Array.from({ length: 16 }, (_, n) => n * 16) }),
  v7({ msecs: 1700000000000, seq: 7, random: new Uint8Array(16) }),
  v1({ node: [1, 2, 3, 4, 5, 6], clockseq: 0x1234, msecs: 1577836800000, nsecs: 10 }),
]);
step("random", () => {
  const all = new Set(Array.from({ length: 500 }, () => v4()));
  return [all.size, [...all].every((id) => validate(id) && version(id) === 4)];
});
step("parse", () => [stringify(parse(MAX)), parse(NIL), validate("nope")]);
step("errors", () => thrown(() => parse("nope")));
