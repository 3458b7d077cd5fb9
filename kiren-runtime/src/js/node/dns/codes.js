"use strict";
// The error codes of node:dns.

const NAMES = [
  "NODATA", "FORMERR", "SERVFAIL", "NOTFOUND", "NOTIMP", "REFUSED", "BADQUERY", "BADNAME", "BADFAMILY", "BADRESP",
  "CONNREFUSED", "TIMEOUT", "EOF", "FILE", "NOMEM", "DESTRUCTION", "BADSTR", "BADFLAGS", "NONAME", "BADHINTS",
  "NOTINITIALIZED", "LOADIPHLPAPI", "ADDRGETNETWORKPARAMS", "CANCELLED",
];

function getDefaultResultOrder() {
  return "verbatim";
}

return { getDefaultResultOrder, ...Object.fromEntries(NAMES.map((name) => [name, `E${name}`])) };
