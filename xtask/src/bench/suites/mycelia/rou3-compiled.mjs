// rou3 with its compiler: code for the table.

import { addRoute, createRouter } from "rou3";
import { compileRouter } from "rou3/compiler";

import { figuresOf, withColons } from "./tables.mjs";

export const figures = figuresOf((patterns) => {
  const router = createRouter();
  for (const pattern of patterns) addRoute(router, "GET", withColons(pattern, "**:path"), pattern);
  const find = compileRouter(router);
  return {
    find: (path) => find("GET", path),
    patternOf: (found) => found?.data,
    read: (found, name) => found.params[name],
  };
});
