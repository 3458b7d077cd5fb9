// module.registerHooks has a say in require and import alike.
const { registerHooks } = require("node:module");
const asked = [];
const hooks = registerHooks({
  resolve(specifier, context, next) {
    asked.push(`${specifier} ${context.conditions.includes("require") ? "require" : "import"}`);
    if (specifier === "app:config") return { url: "app:config", format: "module", shortCircuit: true };
    if (specifier === "app:typed") return { url: "app:typed", format: "module-typescript", shortCircuit: true };
    if (specifier === "app:cjs") return { url: "app:cjs", shortCircuit: true };
    return next(specifier, context);
  },
  load(url, context, next) {
    if (url === "app:config") return { format: "module", source: "export const x = 42;", shortCircuit: true };
    if (url === "app:typed") return { format: context.format, source: "export const t: number = 44;", shortCircuit: true };
    if (url === "app:cjs") return { format: "commonjs", source: "exports.y = 43; exports.file = __filename;", shortCircuit: true };
    const result = next(url, context);
    if (url.endsWith("plain.js")) return { ...result, source: String(result.source).replace("plain", "hooked") };
    return result;
  },
});
console.log(require("app:config").x, require("app:cjs"), require("./lib/plain.js"));
(async () => {
  console.log((await import("app:config")).x, Object.keys(await import("app:cjs")), (await import("app:typed")).t);
  console.log((await import("./lib/other.js")).default, (await import("node:path")).sep);
  console.log(asked);
  const outer = registerHooks({
    resolve: (specifier, context, next) => next(specifier === "short" ? "./lib/other.js" : specifier, context),
    load: (url, context, next) => url.endsWith("other.js") ? { format: "json", source: "[1, 2]", shortCircuit: true } : next(url, context),
  });
  delete require.cache[require.resolve("./lib/other.js")];
  console.log(require("short"));
  outer.deregister();
  hooks.deregister();
  for (const hook of [
    { resolve: () => ({ url: "x:y" }) },
    { resolve: () => ({ url: "no url", shortCircuit: true }) },
    { resolve: () => "text" },
    { resolve: () => ({ url: "x:y", shortCircuit: true }), load: () => ({ format: "module", source: 5, shortCircuit: true }) },
    { resolve: () => ({ url: "x:y", shortCircuit: true }), load: () => ({ format: "odd", source: "", shortCircuit: true }) },
    { resolve: () => { throw new Error("from the hook"); } },
  ]) {
    const wrong = registerHooks(hook);
    try { require("anything"); } catch (error) { console.log(error.code ?? error.message); }
    await import("anything").catch((error) => console.log(error.code ?? error.message));
    wrong.deregister();
  }
  try { registerHooks({ load: 5 }); } catch (error) { console.log(error.code); }
})();
