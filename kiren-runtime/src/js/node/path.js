"use strict";
// node:path: the rules of this platform, with both sets of rules beside them.

return load("node/path/posix");
