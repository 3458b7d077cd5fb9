"use strict";
// node:sys: the old name of node:util.

return load("node/util");
