"use strict";
// node:dns: its tables.

return load("node/absent").moduleOf("dns", {
  ...load("node/dns/codes"), ADDRCONFIG: 32, ALL: 16, V4MAPPED: 8, promises: load("node/dns/promises"),
});
