// lodash, lodash-es: default import of a CommonJS package, one file of it, lodash-es
import _ from "lodash";
import kebabCase from "lodash/kebabCase.js";
import { partition, sortBy } from "lodash-es";
import { step } from "../lib/step.cjs";

step("default", () => _.chunk([1, 2, 3, 4, 5], 2));
step("one file", () => kebabCase("Real Packages run"));
step("lodash-es", () => partition(sortBy([3, 1, 2]), (n) => n > 1));
step("names", async () => Object.keys(await import("lodash")));
