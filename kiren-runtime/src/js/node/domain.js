"use strict";
// node:domain: not there, as it is deprecated.

return load("node/absent").moduleOf("domain", { _stack: [], active: null });
