const c = require("./lib/cycle_c.cjs");
console.log(c.seen, Object.keys(c).join());
