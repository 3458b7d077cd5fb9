exports.early = 1;
const d = require("./cycle_d.cjs");
exports.seen = d.seen;
exports.late = 2;
