// Hono's TrieRouter.

import { TrieRouter } from "hono/router/trie-router";

import { honoFigures } from "./hono.mjs";

export const figures = honoFigures(() => new TrieRouter());
