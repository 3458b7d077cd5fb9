"use strict";
// node:assert/strict.

return load("node/assert").strict;
