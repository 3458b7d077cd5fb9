// find-my-way: a radix tree, compiled in part.

import createRouter from "find-my-way";

import { figuresOf, withColons } from "./tables.mjs";

export const figures = figuresOf((patterns) => {
  const router = createRouter();
  for (const pattern of patterns) router.on("GET", withColons(pattern, "*"), () => pattern, pattern);
  return {
    find: (path) => router.find("GET", path),
    patternOf: (found) => found?.store,
    read: (found, name) => found.params[name === "path" ? "*" : name],
  };
});
