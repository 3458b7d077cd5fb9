// debug: namespaces, formatters, a log function of one's own
const debug = require("debug");
const { step } = require("../lib/step.cjs");

step("namespaces", () => {
  debug.enable("app:*,-app:quiet");
  return ["app:http", "app:quiet", "other"].map((name) => debug.enabled(name));
});
step("log", () => {
  const lines = [];
  const log = debug("app:http");
  log.useColors = false;
  log.log = (...args) => lines.push(require("node:util").format(...args).replace(/^\S+ /, ""));
  log("%s took %d ms %o %%", "x", 5, { a: 1 });
  log.extend("sub").namespace;
  return lines;
});
