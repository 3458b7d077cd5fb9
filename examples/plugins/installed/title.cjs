// Title Case, with the help of a module that other plugins may share, and of what the host offers.
const { capital } = require("./lib/capital.cjs");
const { separator } = require("host:options");

exports.run = (text) => text.split(separator).map(capital).join(" ");
