"use strict";
// process.hrtime, memoryUsage, cpuUsage, resourceUsage, uptime: figures of the process, spread over `process`.

const { invalidArgType, invalidArgValue } = load("node/errors");
const host = native("process");

function hrtime(before) {
  const now = [0, 0];
  host.hrtime(now);
  if (before === undefined) return now;
  if (!Array.isArray(before)) throw invalidArgType("time", "an instance of Array", before);
  if (before.length !== 2) {
    const { outOfRange } = load("node/errors");
    throw outOfRange("time", "2", before.length);
  }
  const seconds = now[0] - before[0];
  const nanoseconds = now[1] - before[1];
  return nanoseconds < 0 ? [seconds - 1, nanoseconds + 1e9] : [seconds, nanoseconds];
}

hrtime.bigint = function bigint() {
  return host.hrtime();
};

function memoryUsage() {
  const [rss, heapTotal, heapUsed, external] = host.memory_usage(false);
  // Here all array buffers are allocated outside the heap, and are what is outside.
  return { rss, heapTotal, heapUsed, external, arrayBuffers: external };
}

memoryUsage.rss = function rss() {
  return host.memory_usage(true);
};

function cpuUsageOf(thread, before) {
  const [user, system] = host.cpu_usage(thread);
  if (before === undefined || before === null) return { user, system };
  if (typeof before !== "object") throw invalidArgType("prevValue", "of type object", before);
  for (const name of ["user", "system"]) {
    const value = before[name];
    if (typeof value !== "number") throw invalidArgType(`prevValue.${name}`, "of type number", value);
    if (!(value >= 0)) throw invalidArgValue(`prevValue.${name}`, value);
  }
  return { user: user - before.user, system: system - before.system };
}

function cpuUsage(previous) {
  return cpuUsageOf(false, previous);
}

function threadCpuUsage(previous) {
  return cpuUsageOf(true, previous);
}

const RESOURCES = [
  "userCPUTime", "systemCPUTime", "maxRSS", "sharedMemorySize", "unsharedDataSize", "unsharedStackSize",
  "minorPageFault", "majorPageFault", "swappedOut", "fsRead", "fsWrite", "ipcSent", "ipcReceived", "signalsCount",
  "voluntaryContextSwitches", "involuntaryContextSwitches",
];

function resourceUsage() {
  const figures = host.resource_usage();
  return Object.fromEntries(RESOURCES.map((name, at) => [name, figures[at]]));
}

function uptime() {
  return host.uptime();
}

function availableMemory() {
  return host.system_memory()[0];
}

function constrainedMemory() {
  return host.system_memory()[1];
}

return {
  availableMemory, constrainedMemory, cpuUsage, hrtime, memoryUsage, resourceUsage, threadCpuUsage, uptime,
};
