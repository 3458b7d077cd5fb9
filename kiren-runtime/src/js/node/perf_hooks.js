"use strict";
// node:perf_hooks: the global performance and its classes.

const { Performance, PerformanceEntry, PerformanceMark, PerformanceMeasure, performance } = load("performance");

return { Performance, PerformanceEntry, PerformanceMark, PerformanceMeasure, performance };
