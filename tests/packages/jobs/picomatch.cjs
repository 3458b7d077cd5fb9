// picomatch: matchers, scanning, regular expressions
const picomatch = require("picomatch");
const { step } = require("../lib/step.cjs");

step("match", () => ["a/b.js", "a.ts", "b/.c.js"].map(picomatch(["**/*.js", "!a.ts"], { dot: true })));
step("scan", () => picomatch.scan("!./foo/*.{js,ts}", { tokens: true }));
step("expression", () => picomatch.makeRe("foo/!(bar)/**/*.md").source);
