// commander: required
const { program, InvalidArgumentError } = require("commander");
const { step } = require("../lib/step.cjs");

step("options", () => {
  program.option("-p, --port <n>", "port", (value) => {
    if (Number.isNaN(Number(value))) throw new InvalidArgumentError("not a number");
    return Number(value);
  });
  return program.parse(["--port", "80"], { from: "user" }).opts();
});
