import { registerHooks, type ModuleHooks } from "node:module";
import { cache, graph, loaded, preload, require, statistics, type ModuleGraph } from "krepis:modules";
import plugin, { greet } from "./plugin.lua";
import { add } from "./add.wasm";
import terms from "./terms.txt" with { type: "text" };
import image from "./image.bin" with { type: "bytes" };
import defer * as globals from "./globals.ts";

console.log(greet("Ada"), plugin.settings, add(1, 2), terms.trim(), image.buffer, globals);

const file: string = require.resolve("./plugin.cjs", { paths: ["/srv"] });
require.from(import.meta.url).cache[file]?.exports;
const gone: string[] = cache.delete(file, { dependents: true });
for (const [id, exports] of cache) console.log(id.length, exports, cache.has(id), gone);
// @ts-expect-error: files are named by their paths
cache.get(7);
// @ts-expect-error: a function that is called once, with a specifier
require();

const { modules, imports, cycles }: ModuleGraph = await graph(new URL("./modules.ts", import.meta.url), { dependencies: false });
for (const { from, to, kind, line } of imports) if (kind === "dynamic") console.log(modules[from]?.name, modules[to]?.format, line);
console.log(cycles.filter((cycle) => cycle.atLoad).map((cycle) => cycle.modules.length));
// @ts-expect-error: what was found does not change
modules.push(modules[0]);

const fresh: number = (await preload(["./a.ts"], { from: import.meta.url })).modules;
const hits: number | undefined = statistics().compileCache?.hits;
console.log(fresh, hits, loaded().includes(import.meta.url));

const hooks: ModuleHooks = {
  resolve: (specifier, context, next) =>
    specifier === "app:now" ? { url: specifier, shortCircuit: true } : next(specifier, { ...context, conditions: ["app"] }),
  load: (url, { format }, next) => (format === "json" ? next(url) : { format: "module", source: "", shortCircuit: true }),
};
registerHooks(hooks).deregister();
// @ts-expect-error: hooks answer at once
registerHooks({ load: async () => ({ format: "module", source: "" }) });
