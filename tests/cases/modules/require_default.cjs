// `require` of an ES module with a default export: marked as transpiled CommonJS expects it.
const required = require("./lib/with_default.mjs");
console.log(required, required.__esModule, Object.keys(required), required === require("./lib/with_default.mjs"));
import("./lib/with_default.mjs").then((namespace) => {
  console.log(namespace, "__esModule" in namespace, namespace.default === required.default);
  namespace.inc();
  console.log(namespace.count, required.count);
});
