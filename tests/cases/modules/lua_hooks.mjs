// Hooks pass Lua on, and change it.
import { createRequire, registerHooks } from "node:module";

const require = createRequire(import.meta.url);
const { deregister } = registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    if (!url.endsWith("/rates.lua")) return loaded;
    return { ...loaded, source: String(loaded.source).replace("0.19", "0.07") };
  },
});
console.log(require("./lib/rates.lua").tax(100));
deregister();
delete require.cache[require.resolve("./lib/rates.lua")];
console.log(require("./lib/rates.lua").tax(100));
