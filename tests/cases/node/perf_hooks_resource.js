// What implementations of fetch report at their end, the buffer of such entries, and its end.
import { performance, PerformanceObserver, PerformanceResourceTiming } from "node:perf_hooks";

const connection = {
  domainLookupStartTime: 1, domainLookupEndTime: 2, connectionStartTime: 3, connectionEndTime: 4, secureConnectionStartTime: 5,
  ALPNNegotiatedProtocol: "h2",
};
const timing = {
  startTime: 10, redirectStartTime: 0, redirectEndTime: 0, postRedirectStartTime: 11, finalServiceWorkerStartTime: 0,
  finalNetworkRequestStartTime: 12, finalNetworkResponseStartTime: 13, endTime: 15, encodedBodySize: 100, decodedBodySize: 200,
  finalConnectionTimingInfo: connection,
};
const { markResourceTiming } = performance;
const mark = (url, more) => markResourceTiming({ ...timing, ...more }, url, "fetch", globalThis, "", {}, 200);
const kept = () => performance.getEntriesByType("resource").map((entry) => entry.name);

new PerformanceObserver((list) => console.log("observed", list.getEntries().length)).observe({ entryTypes: ["resource"] });
const entry = mark("http://x/a");
console.log(entry instanceof PerformanceResourceTiming, entry, entry.toJSON().duration);
const local = performance.markResourceTiming(timing, "http://x/b", "fetch", globalThis, "local", {}, 304, "cache");
console.log(local.transferSize, local.responseStatus, local.deliveryType);
console.log(mark("http://x/c", { finalConnectionTimingInfo: null }).nextHopProtocol, kept());
performance.clearResourceTimings();
console.log(kept(), PerformanceObserver.supportedEntryTypes.includes("resource"));

performance.setResourceTimingBufferSize(1);
performance.addEventListener("resourcetimingbufferfull", () => {
  console.log("full", kept());
  performance.setResourceTimingBufferSize(2);
});
for (const url of ["1", "2", "3"]) mark(url);
console.log(kept());
setTimeout(() => console.log(kept()), 20);
