// prettier: required
const prettier = require("prettier");
const { step } = require("../lib/step.cjs");

step("format", () => prettier.format("a   =>a", { parser: "babel" }));
