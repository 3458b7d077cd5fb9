// import defer and import source, static and dynamic; instances of WebAssembly.
import defer * as lazy from "./lib/lazy.mjs";
import source wasm from "./lib/add.wasm";
import { add } from "./lib/add.wasm";
console.log("main");
console.log(lazy.value);
console.log(wasm instanceof WebAssembly.Module, add(2, 3), add === (await import("./lib/add.wasm")).add);
const deferred = await import.defer("./lib/lazy_too.mjs");
console.log("deferred");
console.log(deferred.value);
console.log(await import.source("./lib/add.wasm") === wasm);
for (const [what, load] of [
  ["a module's source", () => import.source("./lib/lazy.mjs")],
  ["bytes that are no module", () => import("./lib/broken.wasm")],
]) await load().catch(({ name, code }) => console.log(what, name, code));
