// krepis:modules: require, the cache, the graph of a program, loading ahead, figures.
import { basename } from "node:path";
import { require, cache, graph, preload, loaded, statistics } from "krepis:modules";

globalThis.loads = 0;
const id = require.resolve("./lib/counted.cjs");
console.log(require("./lib/counted.cjs"), cache.has(id), cache.get(import.meta.resolve("./lib/counted.cjs")), cache.size);
console.log(cache.delete(id).map((file) => basename(file)), cache.has(id), require("./lib/counted.cjs"));
require("./lib/requires_counted.cjs");
console.log(cache.delete(new URL(import.meta.resolve("./lib/counted.cjs")), { dependents: true }).map((file) => basename(file)).sort(), [...cache.keys()].length);
require("./lib/requires_counted.cjs");
console.log([...cache].map(([file]) => basename(file)).sort());
cache.clear();
console.log(cache.size, require.from(import.meta.url)("./lib/counted.cjs").load);

const { modules, imports, cycles, totals } = await graph("tools.mjs".replace("tools", "cycle_esm"));
console.log(modules.map(({ name, kind, format }) => [name, kind, format]), imports.length, totals.files);
console.log(cycles.map((cycle) => cycle.modules.map((at) => modules[at].name)));
console.log((await graph(new URL("./tools.mjs", import.meta.url))).modules.some(({ name }) => name === "krepis:modules"));
await graph("./missing.mjs").catch(({ code }) => console.log(code));

const before = loaded().length;
console.log(await preload("./lib/lazy.mjs"), loaded().length - before);
console.log((await import("./lib/lazy.mjs")).value);
await preload("./lib/nothing.mjs").catch(({ code }) => console.log(code));
await preload(5).catch(({ code }) => console.log(code));
const { compileCache, resolutions, ...rest } = statistics();
console.log(rest.modules.esm > 1, rest.modules.builtin, rest.modules.commonjs, resolutions.remembered > 0, resolutions.invalidations);
console.log(compileCache === null || Object.keys(compileCache));
