"use strict";
// node:dns/promises: its tables.

return load("node/absent").moduleOf("dns", load("node/dns/codes"));
