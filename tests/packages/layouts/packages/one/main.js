// CommonJS, in the workspace: an old version of a package, and a neighbour that imports this one.
"use strict";
const ms = require("ms");

exports.name = "one";
exports.old = () => `${require("ms/package.json").version} ${ms("2 days")}`;
exports.neighbour = () => require("@layouts/two").name;
exports.self = __filename;
exports.ms = require.resolve("ms");
