// rou3: the tree of h3 and Nitro.

import { addRoute, createRouter, findRoute } from "rou3";

import { figuresOf, withColons } from "./tables.mjs";

export const figures = figuresOf((patterns) => {
  const router = createRouter();
  for (const pattern of patterns) addRoute(router, "GET", withColons(pattern, "**:path"), pattern);
  return {
    find: (path) => findRoute(router, "GET", path),
    patternOf: (found) => found?.data,
    read: (found, name) => found.params[name],
  };
});
