"use strict";
// node:perf_hooks: the global performance and its classes, observers, histograms.

const { Performance, PerformanceEntry, PerformanceMark, PerformanceMeasure, performance } = load("performance");
const { createHistogram, monitorEventLoopDelay } = load("node/perf_hooks/histogram");
const { PerformanceObserver, PerformanceObserverEntryList, timerify } = load("node/perf_hooks/observer");
const { PerformanceResourceTiming } = load("performance_resource");
const { missing } = load("node/absent");

// Numbers of garbage collections and HTTP/2, which observers are not told of here.
const constants = Object.freeze({
  NODE_PERFORMANCE_GC_MAJOR: 4,
  NODE_PERFORMANCE_GC_MINOR: 1,
  NODE_PERFORMANCE_GC_INCREMENTAL: 8,
  NODE_PERFORMANCE_GC_WEAKCB: 16,
  NODE_PERFORMANCE_GC_FLAGS_NO: 0,
  NODE_PERFORMANCE_GC_FLAGS_CONSTRUCT_RETAINED: 2,
  NODE_PERFORMANCE_GC_FLAGS_FORCED: 4,
  NODE_PERFORMANCE_GC_FLAGS_SYNCHRONOUS_PHANTOM_PROCESSING: 8,
  NODE_PERFORMANCE_GC_FLAGS_ALL_AVAILABLE_GARBAGE: 16,
  NODE_PERFORMANCE_GC_FLAGS_ALL_EXTERNAL_MEMORY: 32,
  NODE_PERFORMANCE_GC_FLAGS_SCHEDULE_IDLE: 64,
});

// What Node adds to the web's performance.
for (const [name, value] of Object.entries({ timerify })) {
  if (!(name in performance)) Object.defineProperty(performance, name, { value, writable: true, configurable: true });
}

return {
  ...missing("perf_hooks", "eventLoopUtilization createSlidingWindowHistogram importHistogram"),
  Performance, PerformanceEntry, PerformanceMark, PerformanceMeasure, PerformanceObserver,
  PerformanceObserverEntryList, PerformanceResourceTiming, constants, createHistogram, monitorEventLoopDelay, performance, timerify,
};
