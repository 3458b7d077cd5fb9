"use strict";
// node:process: the global `process`.

return load("process").process;
