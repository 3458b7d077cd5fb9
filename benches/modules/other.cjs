exports.other = require("./small.cjs").value + 1;
