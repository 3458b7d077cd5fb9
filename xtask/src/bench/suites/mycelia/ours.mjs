// krepis:mycelia.

import { Router } from "krepis:mycelia";

import { figuresOf } from "./tables.mjs";

export const figures = figuresOf((patterns) => {
  const router = new Router();
  for (const pattern of patterns) router.insert(pattern, pattern);
  return {
    find: (path) => router.at(path),
    patternOf: (found) => found?.value,
    read: (found, name) => found.params[name],
  };
});
