// dotenv: imported by name
import { parse, populate } from "dotenv";
import { step } from "../lib/step.cjs";

step("populate", () => {
  const target = { A: "1" };
  populate(target, parse("A=2\nB=3"));
  return target;
});
