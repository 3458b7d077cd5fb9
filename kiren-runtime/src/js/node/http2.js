"use strict";
// node:http2: its constants. Servers and clients are not there yet; fetch() speaks HTTP/2.

return load("node/absent").moduleOf("http2", {
  ...load("node/http2_constants"),
  sensitiveHeaders: Symbol("sensitiveHeaders"),
});
