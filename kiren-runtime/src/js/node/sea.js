"use strict";
// node:sea: this is no single executable application.

return load("node/absent").moduleOf("sea", { isSea: () => false });
