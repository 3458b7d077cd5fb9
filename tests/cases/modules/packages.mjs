// node_modules: main, exports and imports maps with conditions, patterns, self-references.
import { createRequire } from "node:module";
import plain from "plain";
import dual from "dual";
import map from "exports-map";
import feature from "exports-map/features/a";
import inner from "exports-map/inner";
import scoped, { same } from "@scope/pkg";
const require = createRequire(import.meta.url);
console.log(plain);
console.log(dual, "|", require("dual"), "|", require("dual/package.json").version);
console.log(["krepis", "node"].includes(map), feature, inner, scoped, same());
for (const specifier of ["exports-map/features/private", "exports-map/hidden.js", "dual/index.mjs", "exports-map/features/none", "#none"]) {
  try {
    await import(specifier);
    console.log("no error");
  } catch (error) {
    console.log(specifier, error.code);
  }
}
