"use strict";
// Objects for what was captured: the names of a route that were, in order. In code they are object literals, which have a
// shape for each list of names.

/** What a route without parameters gives. */
const EMPTY = Object.freeze({});

/** The object for texts, some of which have no name. */
function paramsOf(names, texts) {
  const named = texts.map((text, at) => [names[at], text]).filter(([name]) => name !== "");
  // Not by assignment: a parameter can be called __proto__.
  return named.length === 0 ? EMPTY : Object.fromEntries(named);
}

return { EMPTY, paramsOf };
