// The class behind `module`, and the steps of loading that packages replace.
const Module = require("node:module");
const path = require("node:path");
console.log(module instanceof Module, Module === module.constructor, Module.Module === Module, require.main === module);
console.log(module.id, path.basename(module.filename), module.loaded, module.parent, path.basename(module.path));
console.log(module.paths.length > 0, module.paths[0].endsWith("/modules/node_modules"));
console.log(Object.keys(Module._extensions).slice(0, 3), require.extensions === Module._extensions);
console.log(Module.builtinModules.includes("fs"), Module.builtinModules.includes("node:test"), Module.isBuiltin("fs"), Module.isBuiltin("node:fs"), Module.isBuiltin("nothing"));
console.log(Module.wrap("x"));
console.log(require.resolve.paths("x")[0].endsWith("/modules/node_modules"), require.resolve.paths("./x").length, require.resolve.paths("fs"));
console.log(path.basename(require.resolve("./lib/counted.cjs", { paths: [__dirname] })));

// A loader for an extension of one's own, which may be left out.
Module._extensions[".upper"] = (module, filename) => {
  module._compile(`module.exports = ${JSON.stringify(require("fs").readFileSync(filename, "utf8").trim().toUpperCase())}`, filename);
};
console.log(require("./lib/shout.upper"), require("./lib/shout"));

// A hook around `_compile`, as require hooks do it.
const original = Module._extensions[".js"];
Module._extensions[".js"] = function hooked(module, filename) {
  const compile = module._compile;
  module._compile = function changed(code, name) {
    module._compile = compile;
    return module._compile(code.replace("plain", "changed"), name);
  };
  return original(module, filename);
};
console.log(require("./lib/plain.js"));
Module._extensions[".js"] = original;

// Resolution and loading, replaced.
const resolveFilename = Module._resolveFilename;
Module._resolveFilename = function aliased(request, ...rest) {
  return resolveFilename.call(this, request === "alias" ? "./lib/other.js" : request, ...rest);
};
console.log(require("alias"), path.basename(require.resolve("alias")));
Module._resolveFilename = resolveFilename;
const load = Module._load;
Module._load = function mocked(request, parent, isMain) {
  return request === "mocked" ? "a mock" : load.call(this, request, parent, isMain);
};
console.log(require("mocked"), module.require("mocked"));
Module._load = load;
try { require("alias"); } catch (error) { console.log(error.code, error.requireStack.map((file) => path.basename(file))); }

// Modules that are made by hand.
const made = new Module("/virtual/made.js", module);
made.filename = "/virtual/made.js";
made.paths = Module._nodeModulePaths("/virtual");
made._compile("exports.here = [__filename, __dirname, require('path') === module.require('path')]", "/virtual/made.js");
console.log(made.exports, made.paths);
const required = Module.createRequire(__dirname + "/lib/");
console.log(required("./other.js"), path.basename(required.resolve("./plain.js")));
for (const wrong of ["relative.js", 5]) {
  try { Module.createRequire(wrong); } catch (error) { console.log(error.code); }
}
for (const wrong of ["", 5, undefined]) {
  try { require(wrong); } catch (error) { console.log(error.code, error.message); }
}
console.log(Module.findPackageJSON("..", __filename)?.endsWith("package.json"), typeof Module.syncBuiltinESMExports);
