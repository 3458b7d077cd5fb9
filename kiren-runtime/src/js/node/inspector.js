"use strict";
// node:inspector: there is no debugger to connect to, and none is listening.

const { missingFunction, moduleOf } = load("node/absent");

function group(name, functions) {
  return Object.fromEntries(functions.split(" ").map((fn) => [fn, missingFunction(`inspector.${name}`, fn)]));
}

return moduleOf("inspector", {
  console: load("console").console,
  url() {},
  Network: group("Network",
    "requestWillBeSent responseReceived loadingFinished loadingFailed dataSent dataReceived " +
    "webSocketCreated webSocketClosed webSocketHandshakeResponseReceived"),
  NetworkResources: group("NetworkResources", "put"),
  DOMStorage: group("DOMStorage",
    "domStorageItemAdded domStorageItemRemoved domStorageItemUpdated domStorageItemsCleared registerStorage"),
});
