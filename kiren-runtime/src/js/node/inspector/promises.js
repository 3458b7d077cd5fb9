"use strict";
// node:inspector/promises.

return load("node/inspector");
