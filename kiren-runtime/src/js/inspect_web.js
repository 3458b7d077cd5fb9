"use strict";
// What inspect() shows of the web platform's objects: their state is behind accessors of the prototype, so that
// they have no properties of their own to show.

// Symbol.toStringTag of a class: the internal module that defines it, and the accessors to show.
const ACCESSORS = {
  __proto__: null,
  URL: ["url", [
    "href", "origin", "protocol", "username", "password", "host", "hostname", "port", "pathname", "search",
    "searchParams", "hash",
  ]],
  Request: ["request", [
    "method", "url", "headers", "body", "bodyUsed", "redirect", "credentials", "mode", "cache", "referrer",
    "integrity", "keepalive", "signal",
  ]],
  Response: ["response", [
    "status", "statusText", "headers", "body", "bodyUsed", "ok", "redirected", "type", "url",
  ]],
  Blob: ["blob", ["size", "type"]],
  File: ["blob", ["size", "type", "name", "lastModified"]],
  AbortController: ["abort", ["signal"]],
  AbortSignal: ["abort", ["aborted", "reason"]],
  Event: ["events", ["type", "defaultPrevented", "cancelable", "timeStamp"]],
  CustomEvent: ["events", ["type", "defaultPrevented", "cancelable", "timeStamp", "detail"]],
  ErrorEvent: ["events", ["type", "defaultPrevented", "cancelable", "timeStamp", "message", "error"]],
  MessageEvent: ["events", ["type", "defaultPrevented", "cancelable", "timeStamp", "data", "origin"]],
  TextEncoder: ["encoding", ["encoding"]],
  TextDecoder: ["encoding", ["encoding", "fatal", "ignoreBOM"]],
  ReadableStream: ["streams", ["locked"]],
  WritableStream: ["streams", ["locked"]],
  TransformStream: ["streams", ["readable", "writable"]],
  PerformanceEntry: ["performance", ["name", "entryType", "startTime", "duration"]],
  PerformanceMark: ["performance", ["name", "entryType", "startTime", "duration", "detail"]],
  PerformanceMeasure: ["performance", ["name", "entryType", "startTime", "duration", "detail"]],
  PerformanceResourceTiming: ["performance_resource", [
    "name", "entryType", "startTime", "duration", "initiatorType", "nextHopProtocol", "workerStart", "redirectStart", "redirectEnd",
    "fetchStart", "domainLookupStart", "domainLookupEnd", "connectStart", "connectEnd", "secureConnectionStart", "requestStart",
    "finalResponseHeadersStart", "firstInterimResponseStart", "responseStart", "responseEnd", "transferSize", "encodedBodySize",
    "decodedBodySize", "deliveryType", "responseStatus", "renderBlockingStatus", "contentType", "contentEncoding",
  ]],
};

// Classes that are lists of pairs: the module, and what stands between a key and its value.
const PAIRS = {
  __proto__: null,
  Headers: ["headers", ": "],
  FormData: ["form_data", ": "],
  URLSearchParams: ["url", " => "],
};

/** `{ separator, pairs }` for an instance of such a class with this tag, else undefined. */
function webView(value, tag) {
  const accessors = ACCESSORS[tag];
  if (accessors !== undefined) {
    const [module, keys] = accessors;
    if (!isInstance(value, module, tag)) return undefined;
    const pairs = keys.map((key) => [key, value[key]]);
    return { separator: ": ", pairs: pairs.filter(([, content]) => content !== undefined) };
  }
  const list = PAIRS[tag];
  if (list === undefined || !isInstance(value, list[0], tag)) return undefined;
  return { separator: list[1], pairs: [...value] };
}

/** A tag can be claimed by anyone; the module that has made an instance is loaded, and knows its own. */
function isInstance(value, module, tag) {
  const constructor = load.loaded(module)?.[tag];
  if (typeof constructor !== "function" || constructor.prototype === value) return false;
  return constructor.prototype.isPrototypeOf(value);
}

return { webView };
