"use strict";
// node:wasi: not there yet.

return load("node/absent").moduleOf("wasi");
