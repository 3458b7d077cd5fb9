// js-yaml: loads, dumps, errors with a snippet
import * as yaml from "js-yaml";
import { step, thrown } from "../lib/step.cjs";

step("load", () => yaml.load("a: 1\nb: [x, y]\nc: |\n  text\n"));
step("dump", () => yaml.dump({ a: [1, { b: "c: d" }], e: null, t: "x\ny" }, { indent: 4, sortKeys: true }));
step("error", () => thrown(() => yaml.load("a: [1")));
