// For runtimes with a file system: Node, Bun, Deno, Krepis.

import { readFileSync } from "node:fs";
import { instantiate } from "./core.js";

const module = new WebAssembly.Module(readFileSync(new URL("./elysia_text.wasm", import.meta.url)));

export const { normalize, wordCount, truncate, tokenize, unicodeVersion } = instantiate(module);
