// require() of ES modules: the namespace, "module.exports", and what cannot be.
const esm = require("./lib/counter.mjs");
esm.increment();
console.log(esm.count, Object.prototype.toString.call(esm));
console.log(require("./lib/as_module_exports.mjs")("x"));
try {
  require("./lib/awaits.mjs");
} catch (error) {
  console.log(error.code);
}
import("./lib/counter.mjs").then((namespace) => console.log(namespace.count, namespace === esm));
console.log(require("./lib/typed.ts").typed);
