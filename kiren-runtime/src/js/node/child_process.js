"use strict";
// node:child_process: not there yet.

return load("node/absent").moduleOf("child_process");
