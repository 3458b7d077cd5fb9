"use strict";
// Entries for what was fetched: https://w3c.github.io/resource-timing/
// Implementations of fetch that packages bring call performance.markResourceTiming, as they do on Node.

const { PerformanceEntry } = load("performance");
const { describe } = load("webidl");

// Where each attribute is found in the timing info of the Fetch standard.
const TIMES = {
  workerStart: "finalServiceWorkerStartTime",
  redirectStart: "redirectStartTime",
  redirectEnd: "redirectEndTime",
  fetchStart: "postRedirectStartTime",
  requestStart: "finalNetworkRequestStartTime",
  finalResponseHeadersStart: "finalNetworkResponseStartTime",
  responseStart: "finalNetworkResponseStartTime",
  responseEnd: "endTime",
  encodedBodySize: "encodedBodySize",
  decodedBodySize: "decodedBodySize",
};
const CONNECTION = {
  domainLookupStart: "domainLookupStartTime",
  domainLookupEnd: "domainLookupEndTime",
  connectStart: "connectionStartTime",
  connectEnd: "connectionEndTime",
  secureConnectionStart: "secureConnectionStartTime",
  nextHopProtocol: "ALPNNegotiatedProtocol",
};
const NAMES = [
  "initiatorType", "nextHopProtocol", "workerStart", "redirectStart", "redirectEnd", "fetchStart", "domainLookupStart",
  "domainLookupEnd", "connectStart", "connectEnd", "secureConnectionStart", "requestStart", "finalResponseHeadersStart",
  "firstInterimResponseStart", "responseStart", "responseEnd", "transferSize", "encodedBodySize", "decodedBodySize",
  "deliveryType", "responseStatus", "renderBlockingStatus", "contentType", "contentEncoding",
];
// What headers are taken to weigh where the body came over the network.
const HEADER_BYTES = 300;

class PerformanceResourceTiming extends PerformanceEntry {
  #values;

  constructor(token = undefined, url = "", start = 0, duration = 0, values = undefined) {
    super(token, url, "resource", start, duration);
    this.#values = values;
  }

  static value(entry, name) {
    return entry.#values[name];
  }

  toJSON() {
    const json = super.toJSON();
    for (const name of NAMES) json[name] = this.#values[name];
    return json;
  }
}

const { value } = PerformanceResourceTiming;
delete PerformanceResourceTiming.value;
Object.defineProperty(PerformanceResourceTiming, "length", { value: 0, configurable: true });
for (const name of NAMES) {
  Object.defineProperty(PerformanceResourceTiming.prototype, name, {
    get() {
      return value(this, name);
    },
    enumerable: true,
    configurable: true,
  });
}
describe(PerformanceResourceTiming);

// `token` is what performance.js makes its entries with.
function resourceTiming(token, timing, url, initiatorType, cacheMode, status, deliveryType) {
  const values = {
    initiatorType, responseStatus: status, deliveryType, firstInterimResponseStart: 0, renderBlockingStatus: "non-blocking",
    contentType: "", contentEncoding: "",
  };
  for (const [name, from] of Object.entries(TIMES)) values[name] = timing[from];
  for (const [name, from] of Object.entries(CONNECTION)) values[name] = timing.finalConnectionTimingInfo?.[from];
  values.transferSize = cacheMode === "local" ? 0 : timing.encodedBodySize + HEADER_BYTES;
  return new PerformanceResourceTiming(token, url, timing.startTime, timing.endTime - timing.startTime, values);
}

return { PerformanceResourceTiming, resourceTiming };
