// For runtimes with a file system: Node, Bun, Deno, Krepis.

import { readFileSync } from "node:fs";
import { instantiate } from "./core.js";

const module = new WebAssembly.Module(read(new URL("./elysia_text.wasm", import.meta.url)));

export const { normalize, wordCount, truncate, tokenize, unicodeVersion } = instantiate(module);

function read(url) {
  try {
    return readFileSync(url);
  } catch (cause) {
    if (cause.code !== "ENOENT") throw cause;
    const advice = "In a clone, build it: cargo xtask wasm. Beside a bundle, copy it there";
    const message = `elysia-text-wasm does not find its module, ${url.pathname}. ${advice}`;
    throw Object.assign(new Error(message, { cause }), { code: cause.code });
  }
}
