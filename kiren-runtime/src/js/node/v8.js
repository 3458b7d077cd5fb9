"use strict";
// node:v8: what the engine says of itself, and values as bytes.

const { checkString } = load("node/errors");
const { missing } = load("node/absent");
const engine = native("engine");

// What code caches depend on: the engine's version.
function cachedDataVersionTag() {
  return load("node/zlib").crc32(load("process").process.versions.v8);
}

function isStringOneByteRepresentation(content) {
  checkString(content, "content");
  return !/[^\x00-\xff]/.test(content);
}

// Programs run from no start-up snapshot of their own.
const startupSnapshot = {
  ...missing("v8.startupSnapshot", "addDeserializeCallback addSerializeCallback setDeserializeMainFunction"),
  isBuildingSnapshot: () => false,
};

const { onAfter, onBefore, onInit, onSettled, createHook } = load("node/v8/promise_hooks");

return {
  ...missing("v8",
    "getHeapSnapshot writeHeapSnapshot getCppHeapStatistics takeCoverage stopCoverage queryObjects " +
    "GCProfiler* setHeapSnapshotNearHeapLimit setHeapProfileNearHeapLimit startCpuProfile " +
    "startHeapProfile setFlagsFromString"),
  ...load("node/v8/serializer"),
  cachedDataVersionTag,
  getHeapCodeStatistics: () => engine.heap_code_statistics(),
  getHeapSpaceStatistics: () => engine.heap_space_statistics(),
  getHeapStatistics: () => engine.heap_statistics(),
  isStringOneByteRepresentation,
  promiseHooks: { createHook, onAfter, onBefore, onInit, onSettled },
  startupSnapshot,
};
