// A WebAssembly module imports from JavaScript modules, and exports to them.
import { run, limit } from "./lib/imports.wasm";
console.log(run(20), limit);
