// For browsers, and bundlers, which take the file along for this form of its address.

import { instantiate } from "./core.js";

const response = await fetch(new URL("./elysia_text.wasm", import.meta.url));
if (!response.ok) throw new Error(`cannot load ${response.url}: status ${response.status}`);

// Compiled while it comes, unless the server does not say what it is.
const isWasm = response.headers.get("content-type")?.startsWith("application/wasm");
const { module, instance } = isWasm
  ? await WebAssembly.instantiateStreaming(response)
  : await WebAssembly.instantiate(await response.arrayBuffer());

export const { normalize, wordCount, truncate, tokenize, unicodeVersion } = instantiate(module, instance);
