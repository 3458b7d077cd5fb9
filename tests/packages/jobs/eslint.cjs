// eslint: required
const { Linter } = require("eslint");
const { step } = require("../lib/step.cjs");

step("verify", () => new Linter().verify("a = 1;", { rules: { "no-undef": "error" } }).map((message) => message.message));
step("scopes", () => new Linter().verify("function f(x) { return () => x + y }", [{ rules: { "no-shadow": 2, "no-undef": 2, "func-names": 2 } }]).length);
