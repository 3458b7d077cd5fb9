// CommonJS from an ES module: default, named exports, live through one cache.
import cjs, { named, viaDefine } from "./lib/common.cjs";
import * as all from "./lib/common.cjs";
import esModule from "./lib/transpiled.cjs";
import { createRequire, builtinModules, isBuiltin } from "node:module";
const require = createRequire(import.meta.url);
console.log(named, viaDefine, cjs.named, Object.keys(all).sort().join());
console.log(require("./lib/common.cjs") === cjs, typeof esModule);
console.log(builtinModules.includes("events"), isBuiltin("node:events"), isBuiltin("fs-nope"));
console.log(require.resolve("./lib/common.cjs").endsWith("/lib/common.cjs"), typeof require.cache);
