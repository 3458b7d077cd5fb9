// Hono's SmartRouter with what Hono gives it.

import { RegExpRouter } from "hono/router/reg-exp-router";
import { SmartRouter } from "hono/router/smart-router";
import { TrieRouter } from "hono/router/trie-router";

import { honoFigures } from "./hono.mjs";

export const figures = honoFigures(() => new SmartRouter({ routers: [new RegExpRouter(), new TrieRouter()] }));
