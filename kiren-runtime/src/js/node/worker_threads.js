"use strict";
// node:worker_threads: the main thread and its message ports. Workers are those of krepis:mycelia for now.

const { MessageChannel, MessagePort } = load("message_channel");
const { missing } = load("node/absent");
const { coded, invalidArgType } = load("node/errors");

// What workers would be given.
const environment = new Map();

function getEnvironmentData(key) {
  return environment.get(key);
}

function setEnvironmentData(key, value) {
  if (value === undefined) environment.delete(key);
  else environment.set(key, value);
}

function receiveMessageOnPort(port) {
  if (!(port instanceof MessagePort)) {
    const error = invalidArgType("port", "a MessagePort instance", port);
    error.message = 'The "port" argument must be a MessagePort instance';
    throw error;
  }
  return load("message_channel").takeMessage(port);
}

const isObject = (value) => typeof value === "object" && value !== null || typeof value === "function";

function markAsUntransferable(object) {
  if (isObject(object)) load("structured_clone").untransferable.add(object);
}

function isMarkedAsUntransferable(object) {
  return isObject(object) && load("structured_clone").untransferable.has(object);
}

// As in Node, buffers can be cloned all the same.
function markAsUncloneable(object) {
  if (!isObject(object) || ArrayBuffer.isView(object) || load("blob").isArrayBuffer(object)) return;
  const prototype = Object.getPrototypeOf(object);
  if (prototype === null || prototype === Object.prototype) {
    // The serializer walks these by itself and asks nobody.
    throw coded(Error, "ERR_NOT_SUPPORTED",
      "node:worker_threads.markAsUncloneable of an object that has no class is not supported by Krepis yet");
  }
  load("structured_clone").uncloneable.add(object);
}

// Here a port is an emitter too: its listeners get the message itself, and listening starts it.
const wrappers = new WeakMap();

function addTo(port, type, listener, once) {
  load("node/errors").checkFunction(listener, "listener");
  const wrapper = (event) => listener.call(port, type === "message" || type === "messageerror" ? event.data : event);
  const known = wrappers.get(listener) ?? new Map();
  wrappers.set(listener, known.set(type, wrapper));
  port.addEventListener(type, wrapper, { once });
  if (type === "message") port.start();
  return port;
}

function removeFrom(port, type, listener) {
  const wrapper = wrappers.get(listener)?.get(type);
  if (wrapper !== undefined) port.removeEventListener(type, wrapper);
  return port;
}

const emitting = {
  on(type, listener) {
    return addTo(this, type, listener, false);
  },
  once(type, listener) {
    return addTo(this, type, listener, true);
  },
  off(type, listener) {
    return removeFrom(this, type, listener);
  },
  // Waiting messages keep the program alive, an idle port does not: there is nothing to choose.
  ref() {},
  unref() {},
};
emitting.addListener = emitting.on;
emitting.removeListener = emitting.off;
for (const [name, value] of Object.entries(emitting)) {
  Object.defineProperty(MessagePort.prototype, name, { value, writable: true, configurable: true, enumerable: false });
}

return {
  ...missing("worker_threads",
    "Worker*EventEmitter BroadcastChannel*EventTarget moveMessagePortToContext postMessageToThread"),
  MessageChannel, MessagePort, SHARE_ENV: Symbol.for("nodejs.worker_threads.SHARE_ENV"), getEnvironmentData,
  isInternalThread: false, isMainThread: true, isMarkedAsUntransferable,
  locks: missing("worker_threads.locks", "request query"), markAsUncloneable, markAsUntransferable, parentPort: null,
  receiveMessageOnPort, resourceLimits: {}, setEnvironmentData, threadId: 0, threadName: "", workerData: null,
};
