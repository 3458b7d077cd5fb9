// yargs: required, with parsing of process.argv
const yargs = require("yargs");
const { step } = require("../lib/step.cjs");

const cli = () => (yargs.default ?? yargs)(["--x", "1", "--flag", "name"]).locale("en").exitProcess(false);
step("parse", () => cli().scriptName("tool").parseSync());
step("name of the script", () => cli().parseSync().$0);
