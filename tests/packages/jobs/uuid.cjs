// uuid: required though it is an ES module
const uuid = require("uuid");
const { step } = require("../lib/step.cjs");

step("exports", () => Object.keys(uuid).sort());
step("v5", () => uuid.v5("hello", uuid.v5.URL));
step("v4", () => uuid.version(uuid.v4()));
