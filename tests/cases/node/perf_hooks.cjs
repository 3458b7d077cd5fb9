// node:perf_hooks: observers, histograms, timerify.
const { PerformanceObserver, createHistogram, monitorEventLoopDelay, performance, timerify, constants } = require("node:perf_hooks");
const h = createHistogram();
console.log(h.count, h.min, h.max, h.mean, h.stddev, h.exceeds, h.minBigInt, h.percentile(50));
for (const value of [1, 2, 3, 4, 5, 100, 1000, 1000, 5000, 123456, 9999999]) h.record(value);
h.record(7n);
console.log(h.count, h.min, h.max, h.exceeds, h.countBigInt, h.maxBigInt);
console.log(h.mean, h.stddev);
console.log([1, 10, 25, 50, 75, 90, 99, 100].map((p) => h.percentile(p)).join(), h.percentileBigInt(50));
console.log(h.percentiles);
{
  const { count, max, mean, min, percentiles } = h.toJSON();
  console.log(JSON.stringify({ count, max, mean, min, percentiles }));
}
const other = createHistogram({ lowest: 1, highest: 1000, figures: 2 });
other.record(5);
other.record(5000);
console.log(other.count, other.exceeds, other.max);
other.record(777);
console.log(other.max, other.percentile(100));
h.add(other);
console.log(h.count, h.exceeds);
h.reset();
console.log(h.count, h.max);
for (const act of [() => h.record(0), () => h.record(-1), () => h.record(1.5), () => h.record("1"), () => h.percentile(0), () => h.percentile("a"), () => createHistogram({ figures: 9 }), () => h.add({}), () => createHistogram({ lowest: 0 })]) {
  try { act(); console.log("fine"); } catch (error) { console.log(error.name, error.code, error.message); }
}
const delay = monitorEventLoopDelay({ resolution: 1 });
console.log(delay.enable(), delay.enable(), delay.disable(), delay.disable());
console.log(constants.NODE_PERFORMANCE_GC_MAJOR);

const seen = [];
const observer = new PerformanceObserver((list, self) => {
  console.log(list.getEntries().map((entry) => `${entry.entryType} ${entry.name}`).sort().join(), self === observer);
  console.log(list.getEntriesByType("mark").length, list.getEntriesByName("b").length, list.getEntriesByName("b", "measure").length);
  observer.disconnect();
  performance.mark("unseen");
});
performance.mark("early");
observer.observe({ entryTypes: ["mark", "measure", "function", "unknown"] });
performance.mark("a");
performance.mark("b");
performance.measure("between", "a", "b");
const timed = timerify(function sum(a, b) { return a + b; });
console.log(timed(1, 2), timed.name, timed.length);
console.log(new (timerify(class K { constructor(x) { this.x = x; } }))(4).x);
const buffered = new PerformanceObserver((list) => {
  console.log("buffered", list.getEntries().map((entry) => entry.name).join());
  buffered.disconnect();
});
buffered.observe({ type: "mark", buffered: true });
const kept = new PerformanceObserver(() => console.log("never"));
kept.observe({ type: "mark" });
performance.mark("kept");
console.log(kept.takeRecords().map((entry) => entry.name), kept.takeRecords());
kept.disconnect();
for (const act of [() => new PerformanceObserver(), () => kept.observe(), () => kept.observe({ type: "mark", entryTypes: ["mark"] }), () => timerify(1)]) {
  try { act(); console.log("fine"); } catch (error) { console.log(error.name, error.code, error.message); }
}
