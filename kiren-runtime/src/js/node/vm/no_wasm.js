"use strict";
// What `codeGeneration: { wasm: false }` does to a context of node:vm: its WebAssembly compiles nothing. V8 would ask a
// callback of the isolate; here the functions that compile are replaced by ones that refuse, with V8's own message.

// Runs in the context itself, so that its errors are the context's.
function refuseIn(WebAssembly) {
  const { CompileError, Module, instantiate } = WebAssembly;
  const { exports } = Module;
  const refusal = (name) => new CompileError(`WebAssembly.${name}(): Wasm code generation disallowed by embedder`);
  const refusing = (name) => ({ [name]: async () => { throw refusal(name); } })[name];
  const isModule = (value) => {
    try {
      return exports(value) !== undefined;
    } catch {
      return false;
    }
  };
  const define = (object, name, value) => Object.defineProperty(object, name, { value });

  const Refused = new Proxy(Module, { construct() { throw refusal("Module"); } });
  define(WebAssembly, "Module", Refused);
  define(Module.prototype, "constructor", Refused);
  for (const name of ["compile", "compileStreaming", "instantiateStreaming"]) define(WebAssembly, name, refusing(name));
  define(WebAssembly, "instantiate", async function (source, imports) {
    // A module that was compiled elsewhere is welcome, also one of another context.
    if (!isModule(source)) throw refusal("instantiate");
    return instantiate(source, imports);
  });
}

const source = `(${refuseIn})(WebAssembly)`;

return { source };
