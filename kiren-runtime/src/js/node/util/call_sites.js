"use strict";
// util.getCallSites: where the program is, from the caller outwards.

const { invalidArgType, outOfRange } = load("node/errors");

const MAX_FRAMES = 200;

function getCallSites(frameCount = 10, options = undefined) {
  if (options === undefined && frameCount !== null && typeof frameCount === "object") {
    options = frameCount;
    frameCount = options.frameCount ?? 10;
  }
  if (options !== undefined && options !== null && typeof options === "object" && options.sourceMap !== undefined) {
    if (typeof options.sourceMap !== "boolean") {
      throw invalidArgType("options.sourceMap", "of type boolean", options.sourceMap);
    }
  }
  if (typeof frameCount !== "number") throw invalidArgType("frameCount", "of type number", frameCount);
  if (!(frameCount >= 1 && frameCount <= MAX_FRAMES)) {
    throw outOfRange("frameCount", `>= 1 && <= ${MAX_FRAMES}`, frameCount);
  }
  const { prepareStackTrace, stackTraceLimit } = Error;
  try {
    Error.stackTraceLimit = frameCount + 1;
    Error.prepareStackTrace = (_, sites) => sites;
    const holder = {};
    Error.captureStackTrace(holder, getCallSites);
    const sites = holder.stack.filter((site) => !String(site.getFileName() ?? "").startsWith("kiren:"));
    return sites.slice(0, frameCount).map(factsOf);
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function factsOf(site) {
  const file = site.getFileName() ?? "";
  const line = site.getLineNumber() ?? 0;
  const column = site.getColumnNumber() ?? 0;
  const mapped = /^(.*):(\d+):(\d+)$/.exec(native("stack").map_position(file, line, column) ?? "");
  const columnNumber = Number(mapped?.[3] ?? column);
  return {
    functionName: site.getFunctionName() ?? "",
    scriptId: String(site.getScriptHash?.() ?? ""),
    scriptName: mapped?.[1] ?? file,
    lineNumber: Number(mapped?.[2] ?? line),
    columnNumber,
    column: columnNumber,
  };
}

return { getCallSites };
