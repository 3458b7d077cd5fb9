exports.early = 1;
const b = require("./circular_b.cjs");
exports.late = 2;
console.log(b, Object.getPrototypeOf(exports) === Object.prototype);
