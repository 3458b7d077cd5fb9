// The tests on a host with a file system; prints the outcome.

import { readFileSync } from "node:fs";
import { outcome } from "./outcome.js";

const read = (path) => readFileSync(new URL(path, import.meta.url));
const rows = JSON.parse(new TextDecoder().decode(read("./rows.json")));
const module = new WebAssembly.Module(read("../node_modules/elysia-text-wasm/elysia_text.wasm"));

console.log(JSON.stringify(outcome(rows, module)));
