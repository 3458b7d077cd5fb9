"use strict";
// node:https: not there yet; fetch() speaks it.

const https = load("node/absent").moduleOf("https");
https.globalAgent = Object.assign(Object.create(https.Agent.prototype), {
  defaultPort: 443, protocol: "https:",
  options: { __proto__: null, keepAlive: true, timeout: 5000, noDelay: true, path: null },
  requests: {}, sockets: {}, freeSockets: {}, keepAlive: true, keepAliveMsecs: 1000, maxSockets: Infinity,
  maxFreeSockets: 256,
  maxTotalSockets: Infinity,
});

return https;
