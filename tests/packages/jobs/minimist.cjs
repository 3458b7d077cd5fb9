// minimist: options, aliases, defaults
const minimist = require("minimist");
const { step } = require("../lib/step.cjs");

step("parse", () => minimist(["--a=1", "-xyz", "--no-b", "--c.d", "2", "e", "--", "-f"], { alias: { a: "all" }, default: { g: 7 }, boolean: ["x"], "--": true }));
