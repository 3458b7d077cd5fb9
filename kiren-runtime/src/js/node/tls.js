"use strict";
// node:tls: its defaults. Connections are not there yet; fetch() and krepis:http speak TLS by themselves.

return load("node/absent").moduleOf("tls", {
  CLIENT_RENEG_LIMIT: 3,
  CLIENT_RENEG_WINDOW: 600,
  DEFAULT_CIPHERS: load("node/crypto/constants").constants.defaultCipherList,
  DEFAULT_ECDH_CURVE: "auto",
  DEFAULT_MIN_VERSION: "TLSv1.2",
  DEFAULT_MAX_VERSION: "TLSv1.3",
  rootCertificates: Object.freeze([]),
});
