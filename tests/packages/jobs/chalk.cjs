// chalk: required though it is an ES module
const { default: chalk, Chalk } = require("chalk");
const { step } = require("../lib/step.cjs");

step("styles", () => JSON.stringify([chalk.red("plain"), new Chalk({ level: 1 }).red.bgWhite("x")]));
