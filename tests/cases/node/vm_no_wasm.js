// A context that may not compile WebAssembly.
import vm from "node:vm";

const context = vm.createContext(undefined, { codeGeneration: { strings: false, wasm: false } });
const run = (code) => vm.runInContext(code, context);
const bytes = "new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])";
const attempt = async (code) => {
  try {
    return await run(code);
  } catch (error) {
    return [error.name, error.message, error instanceof Error];
  }
};

for (const code of [`new WebAssembly.Module(${bytes})`, `WebAssembly.compile(${bytes})`, `WebAssembly.instantiate(${bytes})`, "eval('1')"]) {
  console.log(await attempt(code));
}
console.log(run(`WebAssembly.validate(${bytes})`), run("({ a: [1, /x/g] })"), run("typeof WebAssembly.Module.exports"));
// What was compiled elsewhere can be instantiated.
const module = new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));
context.module = module;
console.log(run("WebAssembly.Module.exports(module)"), String(await run("WebAssembly.instantiate(module)")));
// Other contexts are as they were.
console.log(vm.runInNewContext(`new WebAssembly.Module(${bytes}) instanceof WebAssembly.Module`), new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])) instanceof WebAssembly.Module);
