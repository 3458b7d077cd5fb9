module.exports = require("./counted.cjs");
