// memoirist: the radix tree of Elysia.

import { Memoirist } from "memoirist";

import { figuresOf, withColons } from "./tables.mjs";

export const figures = figuresOf((patterns) => {
  const router = new Memoirist();
  for (const pattern of patterns) router.add("GET", withColons(pattern, "*"), pattern);
  return {
    find: (path) => router.find("GET", path),
    patternOf: (found) => found?.store,
    read: (found, name) => found.params[name === "path" ? "*" : name],
  };
});
