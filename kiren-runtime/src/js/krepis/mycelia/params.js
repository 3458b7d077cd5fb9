"use strict";
// Objects for what was captured: the names of a route that were, in order, and nothing else, not even a prototype with
// properties, so that `params.constructor` is a parameter or undefined.

/** What they inherit from. */
const NOTHING = Object.freeze(Object.create(null));

function Params() {}
Params.prototype = NOTHING;

/** What a route without parameters gives. */
const EMPTY = Object.freeze(new Params());

/** The object for texts, some of which have no name. */
function paramsOf(names, texts) {
  const params = new Params();
  for (let at = 0; at < texts.length; at++) {
    if (names[at] !== "") params[names[at]] = texts[at];
  }
  return params;
}

return { EMPTY, NOTHING, paramsOf };
