"use strict";
// Error.prototype.stack: V8's frames with positions in the files that people wrote (source maps are applied), and
// without the runtime's own frames. Error.prepareStackTrace works as in Node.

function format(error, sites) {
  const custom = globalThis.Error.prepareStackTrace;
  if (typeof custom === "function") return custom(error, sites);
  let text = heading(error);
  for (let i = 0; i < sites.length; i++) {
    const line = describe(sites[i]);
    if (line !== "") text += `\n    at ${line}`;
  }
  return text;
}

function heading(error) {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "Error";
  }
}

// One frame as V8 writes it, or "" for a frame that is hidden.
function describe(site) {
  // A script that an evaluation names has no file name, but a source URL.
  const file = site.getFileName() || site.getScriptNameOrSourceURL?.();
  if (typeof file === "string" && file.startsWith("kiren:")) return "";
  const where = position(site, file);
  const what = callee(site);
  return what === "" ? where : `${what} (${where})`;
}

function position(site, file) {
  if (site.isNative()) return "native";
  if (typeof file !== "string" || file === "") {
    return site.isEval() ? `${site.getEvalOrigin() ?? "eval"}, <anonymous>` : "<anonymous>";
  }
  const line = site.getLineNumber();
  if (line === null) return file;
  const column = site.getColumnNumber() ?? 1;
  const mapped = native("stack").map_position(file, line, column);
  return mapped === undefined ? `${file}:${line}:${column}` : mapped;
}

function callee(site) {
  if (site.isPromiseAll?.()) return `async Promise.all (index ${site.getPromiseIndex()})`;
  const name = site.getFunctionName();
  const prefix = site.isAsync?.() ? "async " : "";
  if (site.isConstructor()) return `${prefix}new ${name ?? "<anonymous>"}`;
  if (site.isToplevel() || site.getTypeName() === null) return name === null || name === "" ? "" : prefix + name;
  const type = site.getTypeName();
  const method = site.getMethodName();
  if (name === null || name === "") return `${prefix}${type}.${method ?? "<anonymous>"}`;
  const full = name.startsWith(type) || name.includes(".") ? name : `${type}.${name}`;
  return method !== null && method !== "" && !name.endsWith(method) ? `${prefix}${full} [as ${method}]` : prefix + full;
}

return { format };
