// minimatch: parsed globs, braces, negation
import { braceExpand, Minimatch, minimatch } from "minimatch";
import { step } from "../lib/step.cjs";

step("match", () => ["a/b.js", "a/b/c.ts", ".x/y.js", "d.md"].map((path) => ["**/*.js", "a/**", "!*.md", "*.{md,ts}", "+(a|d)*"].map((glob) => minimatch(path, glob))));
step("filter", () => ["a.js", "b.ts"].filter(minimatch.filter("*.ts")));
step("parse", () => [[...new Minimatch("src/[a-c]?/**/*.{js,jsx}").set.flat().map(String)].join(" "), braceExpand("x{1..3}y")]);
