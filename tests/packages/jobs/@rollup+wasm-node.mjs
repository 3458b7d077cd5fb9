// @rollup/wasm-node: bundles an application with tree shaking, a plugin, chunks, source map
import { rollup, VERSION } from "@rollup/wasm-node";
import path from "node:path";
import { step } from "../lib/step.cjs";

const entry = path.join(import.meta.dirname, "../fixtures/app/main.js");
const json = { name: "json", transform: (code, id) => (id.endsWith(".json") ? { code: `export default ${code}`, map: null } : null) };
const virtual = { name: "virtual", resolveId: (id) => (id === "virtual:env" ? `\0${id}` : null), load: (id) => (id === "\0virtual:env" ? "export const mode = 'test';" : null) };

step("version", () => VERSION);
step("bundle", async () => {
  const bundle = await rollup({ input: entry, plugins: [json, virtual] });
  const { output } = await bundle.generate({ format: "es", sourcemap: true });
  for (const chunk of output) if (chunk.type === "chunk") console.log(`--- ${chunk.fileName}\n${chunk.code}`);
  const map = JSON.parse(output.find((file) => file.fileName.endsWith("main.js.map")).source);
  return [map.sources, map.mappings.length > 0, bundle.watchFiles.map((file) => path.basename(file)).sort()];
});
step("formats", async () => {
  const bundle = await rollup({ input: entry, plugins: [json, virtual] });
  for (const format of ["cjs", "iife", "umd", "system"]) {
    const { output } = await bundle.generate({ format, name: "app", inlineDynamicImports: true });
    console.log(output[0].code.length, output[0].code.split("\n")[0]);
  }
  await bundle.close();
});
step("run it", async () => {
  const bundle = await rollup({ input: entry, plugins: [json, virtual] });
  const { output } = await bundle.generate({ format: "cjs", inlineDynamicImports: true });
  const module = { exports: {} };
  new Function("module", "exports", output[0].code)(module, module.exports);
  return module.exports.main();
});
step("errors", async () => {
  const load = (code) => rollup({ input: "x", plugins: [{ resolveId: (id) => (id === "x" ? id : null), load: () => code }], onwarn() {} });
  for (const code of ["let a = ;", "import { nope } from 'x'; nope"]) await load(code).then(() => console.log("bundled"), (error) => console.log(error.code, error.message));
});
