// What Hono's routers have in common: handlers in the order in which they were added, each with where its parameters are.
// The rest of a path has no name there: it is cut off behind what the pattern says, as applications do.

import { figuresOf, withColons } from "./tables.mjs";

export function honoFigures(create) {
  return figuresOf((patterns) => {
    const router = create();
    for (const pattern of patterns) {
      const written = pattern.replace("*path", "{path}");
      router.add("GET", withColons(written, "").replace(":path", ":path{.+}"), pattern);
    }
    return {
      find: (path) => router.match("GET", path),
      patternOf: ([handlers]) => handlers[0]?.[0],
      read: ([[[, where]], texts], name) => (texts === undefined ? where[name] : texts[where[name]]),
    };
  });
}
