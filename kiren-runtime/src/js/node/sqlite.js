"use strict";
// node:sqlite: not there yet.

return load("node/absent").moduleOf("sqlite", { constants: {} });
