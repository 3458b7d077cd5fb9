import type * as text from "./index.js";

export type * from "./index.js";

/** The functions of the package. */
export interface Text {
  normalize: typeof text.normalize;
  wordCount: typeof text.wordCount;
  truncate: typeof text.truncate;
  tokenize: typeof text.tokenize;
  unicodeVersion: string;
}

/**
 * The functions over a compiled module: a `WebAssembly.Module` of `elysia-text-wasm/elysia_text.wasm`. `instance` is an
 * instance of it, if there is one already.
 */
export function instantiate(module: object, instance?: object): Text;
