// yaml: required
const YAML = require("yaml");
const { step } = require("../lib/step.cjs");

step("round trip", () => YAML.stringify(YAML.parse("a:\n- 1\n- {b: ~}")));
