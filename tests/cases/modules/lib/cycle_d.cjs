const c = require("./cycle_c.cjs");
exports.seen = Object.keys(c).join();
