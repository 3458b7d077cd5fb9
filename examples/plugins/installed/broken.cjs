// A plugin that cannot be loaded does not take the others along.
require("./lib/capitol.cjs");
