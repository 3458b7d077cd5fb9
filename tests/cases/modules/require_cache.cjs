// require.cache: as in Node, what is deleted is loaded again, what is replaced is used.
const id = require.resolve("./lib/counted.cjs");
globalThis.loads = 0;
console.log(require("./lib/counted.cjs").load, require("./lib/../lib/counted.cjs").load, require("./lib/counted.cjs").load);
console.log(id in require.cache, require.cache[id].exports === require("./lib/counted.cjs"), require.cache[id].loaded);
console.log(delete require.cache[id], id in require.cache, require("./lib/counted.cjs").load);
require.cache[id] = { exports: "replaced", loaded: true };
console.log(require("./lib/counted.cjs"), require("./lib/counted.cjs"));
require.cache[id] = { exports: "without loaded" };
console.log(require("./lib/counted.cjs"));
Object.defineProperty(require.cache, id, { value: { exports: "defined", loaded: true }, configurable: true, enumerable: true, writable: true });
console.log(require("./lib/counted.cjs"));
for (const key of Object.keys(require.cache)) delete require.cache[key];
console.log(Object.keys(require.cache), require("./lib/counted.cjs").load);
// A built-in by its bare name can be replaced, by its full name it cannot.
require.cache.path = { exports: "my path", loaded: true };
console.log(require("path"), typeof require("node:path").join);
delete require.cache.path;
console.log(typeof require("path").join, require("path") === require("node:path"));
console.log(require.cache === module.constructor._cache, Object.getPrototypeOf(require.cache));
console.log(module.children.filter(({ id }) => id).map(({ id }) => id.split("/").pop()));
