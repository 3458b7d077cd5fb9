// Hono's RegExpRouter.

import { RegExpRouter } from "hono/router/reg-exp-router";

import { honoFigures } from "./hono.mjs";

export const figures = honoFigures(() => new RegExpRouter());
