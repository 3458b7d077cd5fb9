// nanoid: required though it is an ES module
const { nanoid, customAlphabet } = require("nanoid");
const { step } = require("../lib/step.cjs");

step("shape", () => [nanoid().length, /^[xyz]{9}$/.test(customAlphabet("xyz", 9)())]);
