// Every name that node 26 exports from its modules is here too: as the thing itself, or as what says that it is missing.
const names = require("./data/exports.json");

// Names that are left out on purpose, or to come.
const LATER = {
  constants: "RTLD_DEEPBIND SIGIOT SIGSTKFLT SIGPOLL SIGPWR UV_FS_O_TEMPORARY UV_FS_O_SHORT_LIVED UV_FS_O_SEQUENTIAL UV_FS_O_RANDOM O_NOATIME O_DIRECT",
  crypto: "subtle",
  fs: "glob globSync lchmod lchmodSync openAsBlobSync unwatchFile watch watchFile Utf8Stream _toUnixTimestamp",
  "fs/promises": "glob lchmod watch",
  module:
    "_pathCache globalPaths _findPath _resolveLookupPaths _initPaths _preloadModules syncBuiltinESMExports registerHooks runMain " +
    "register constants enableCompileCache findPackageJSON flushCompileCache getCompileCacheDir stripTypeScriptTypes " +
    "findSourceMap SourceMap getSourceMapsSupport setSourceMapsSupport",
  process: "moduleLoadList _exiting mainModule",
  "stream/web": "ReadableStreamTee",
};

let count = 0;
for (const [module, text] of Object.entries(names)) {
  const exports = require(`node:${module}`);
  const later = new Set((LATER[module] ?? "").split(" "));
  const lacking = text.split(" ").filter((name) => !(name in exports) && !later.has(name));
  if (lacking.length > 0) console.log(`node:${module} lacks ${lacking.join(", ")}`);
  count += text.split(" ").length - lacking.length;
}
console.log(Object.keys(names).length, "modules,", count, "names");
