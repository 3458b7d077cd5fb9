"use strict";
// node:dgram: not there yet.

return load("node/absent").moduleOf("dgram");
