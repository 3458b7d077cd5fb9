// The package of native code, by N-API.

import * as text from "elysia-text-node";

import { figuresOfPackage } from "./package.mjs";

export const figures = figuresOfPackage(text.default ?? text);
