// esbuild-wasm: its browser build transforms and bundles, without a child process
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import * as esbuild from "esbuild-wasm/esm/browser.js";
import { step } from "../lib/step.cjs";

globalThis.self ??= globalThis; // what a browser build expects, and Node has not
const folder = path.dirname(createRequire(import.meta.url).resolve("esbuild-wasm/package.json"));
await esbuild.initialize({ wasmModule: await WebAssembly.compile(fs.readFileSync(path.join(folder, "esbuild.wasm"))), worker: false });

const root = path.join(import.meta.dirname, "../fixtures/app");
const files = {
  name: "files",
  setup(build) {
    build.onResolve({ filter: /^virtual:/ }, ({ path: id }) => ({ path: id, namespace: "virtual" }));
    build.onResolve({ filter: /.*/ }, ({ path: id, kind }) => ({ path: kind === "entry-point" ? id : `/${path.basename(id)}`, namespace: "app" }));
    build.onLoad({ filter: /.*/, namespace: "virtual" }, () => ({ contents: "export const mode = 'test'" }));
    build.onLoad({ filter: /.*/, namespace: "app" }, ({ path: id }) => ({ contents: fs.readFileSync(path.join(root, id)), loader: path.extname(id).slice(1) }));
  },
};
step("transform", async () => (await esbuild.transform("enum E { A }\nexport const f = async <T,>(x?: T) => x?.y ?? E.A;", { loader: "ts", target: "es2018" })).code);
step("minify", async () => (await esbuild.transform("function long(name) { if (name) { return name + 1 } else { return 2 } }\nlong(3)", { minify: true })).code);
step("bundle", async () => {
  const { outputFiles } = await esbuild.build({ entryPoints: ["/main.js"], bundle: true, write: false, format: "esm", plugins: [files], sourcemap: "inline" });
  console.log(outputFiles[0].text.split("\n").slice(0, -2).join("\n"));
});
step("jsx", async () => (await esbuild.transform("<A b={1}>c</A>", { loader: "jsx", jsx: "automatic" })).code);
step("errors", async () => (await esbuild.transform("let = ;", { logLevel: "silent" }).catch((error) => error)).message);
step("stop", () => esbuild.stop());
