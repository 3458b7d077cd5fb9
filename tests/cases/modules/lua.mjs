// Modules in Lua beside those in JavaScript.
import { createRequire } from "node:module";
import plugin, { boom, double } from "./lib/plugin.lua";

const require = createRequire(import.meta.url);
console.log(plugin, double(4), require("./lib/plugin.lua") === plugin);
console.log(Object.keys(await import("./lib/plugin.lua")));

const frames = (error) => error.stack.split("\n").slice(1).map((line) => line.replace(/\(?[^ (]*\//, "(").replace(/[^)]$/, "$&)"));
try {
  boom();
} catch (error) {
  console.log(error instanceof RangeError, error.code, frames(error).slice(0, 3));
}
try {
  plugin.each([1, 2], function visit(item) {
    if (item === 2) throw new TypeError("not two");
  });
} catch (error) {
  console.log(error instanceof TypeError, frames(error).slice(0, 3));
}
await import("./lib/lua_broken.lua").catch((error) => console.log(frames(error).slice(0, 1)));
