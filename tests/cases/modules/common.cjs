// What a CommonJS file has: its own variables, `this`, require's parts, one cache, errors that are not cached.
console.log(this === module.exports, exports === module.exports, require.main === module, module.id, module.loaded);
console.log(__filename === module.filename, __filename === `${__dirname}/common.cjs`, module.parent ?? "no parent");
const one = require("./lib/state.cjs");
one.value++;
console.log(require("./lib/state.cjs").value, require("./lib/state").value, require.cache[require.resolve("./lib/state")].loaded);
delete require.cache[require.resolve("./lib/state")];
console.log(require("./lib/state.cjs").value, module.children.length > 0);
for (let i = 0; i < 2; i++) {
  try {
    require("./lib/throws.cjs");
  } catch (error) {
    console.log(error.message);
  }
}
console.log(typeof require("module").createRequire, module.paths[0] === `${__dirname}/node_modules`);
if (true) return;
console.log("never: a return at the top ends the module");
