const a = require("./circular_a.cjs");
exports.seen = [a.early, a.late, a.toString === Object.prototype.toString];
console.log(a);
