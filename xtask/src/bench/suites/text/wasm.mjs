// The package in WebAssembly.

import * as text from "elysia-text-wasm";

import { figuresOfPackage } from "./package.mjs";

export const figures = figuresOfPackage(text);
