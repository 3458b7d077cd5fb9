// bignumber.js: exact arithmetic, formatting, rounding
import BigNumber from "bignumber.js";
import { step } from "../lib/step.cjs";

step("arithmetic", () => [BigNumber(0.1).plus(0.2).toString(), BigNumber(2).pow(200).toFixed(), BigNumber(10).div(3).toString(), BigNumber("1e30").sqrt().toString()]);
step("format", () => [BigNumber("1234567.891").toFormat(2), BigNumber(255).toString(16), BigNumber("0.000000123").toExponential(), new BigNumber(3.5).integerValue(BigNumber.ROUND_HALF_EVEN).toNumber()]);
step("inspect", () => BigNumber(7));
