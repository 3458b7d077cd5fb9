// node:vm: scripts, contexts, functions from text.
const vm = require("node:vm");
const attempt = (what, act) => {
  try { console.log(what, act()); } catch (error) { console.log(what, error.name, error.code, error.message); }
};
console.log(Object.keys(vm).sort().join());
globalThis.shared = 1;
console.log(vm.runInThisContext("shared += 1; var made = shared * 2; made"), shared, made);
attempt("local", () => vm.runInThisContext("attempt"));

const sandbox = { x: 1, console, nested: { y: 2 }, get computed() { return this.x * 10; } };
const context = vm.createContext(sandbox);
console.log(context === sandbox, vm.isContext(sandbox), vm.isContext({}));
console.log(vm.runInContext("x += 40; var z = x; globalThis.w = 'w'; function f() { return typeof x; } z", context));
console.log(sandbox.x, sandbox.z, sandbox.w, sandbox.f(), Object.keys(sandbox));
console.log(vm.runInContext("computed + nested.y", context), vm.runInContext("globalThis === this", context));
console.log(vm.runInContext("[typeof process, typeof require, typeof setTimeout, typeof Array, typeof console]", context).join());
console.log(vm.runInContext("Array", context) === Array, vm.runInContext("[]", context) instanceof Array, Array.isArray(vm.runInContext("[]", context)));
console.log(vm.runInContext("Object.getOwnPropertyNames(globalThis).filter((n) => ['x', 'z', 'Array'].includes(n)).sort().join()", context));
console.log(vm.runInContext("delete w; [typeof w, 'w' in globalThis, delete globalThis.Math, typeof Math]", context).join(), "w" in sandbox);
console.log(vm.runInContext("Object.defineProperty(globalThis, 'fixed', { value: 7, enumerable: true }); fixed = 8; fixed", context), sandbox.fixed);
console.log(JSON.stringify(Object.getOwnPropertyDescriptor(sandbox, "fixed")));
console.log(vm.runInContext("JSON.stringify(Object.getOwnPropertyDescriptor(globalThis, 'x'))", context));
vm.runInContext("let lexical = 5; const also = 6; class K {}", context);
console.log(vm.runInContext("lexical + also", context), sandbox.lexical, vm.runInContext("typeof K", context));
attempt("strict", () => vm.runInContext("'use strict'; undeclared = 1", vm.createContext({})));
attempt("strict this", () => { const box = vm.createContext({}); vm.runInContext("'use strict'; this.x = 1; globalThis.y = 2", box); return JSON.stringify(box); });
attempt("const", () => vm.runInContext("also = 1", context));
vm.runInContext("this[0] = 'zero'; this[5] = 'five'", context);
console.log(sandbox[0], sandbox[5], vm.runInContext("0 in this && this[5]", context), vm.runInContext("delete this[0]; 0 in this", context));
console.log(vm.runInContext("var o = []; for (const key in globalThis) o.push(key); o.join()", vm.createContext({ a: 1, b: 2 })));
const setter = vm.createContext({ log: [], set prop(value) { this.log.push(value); } });
vm.runInContext("prop = 1; this.prop = 2", setter);
console.log(setter.log);
console.log(vm.runInNewContext("a + b", { a: 1, b: 2 }), vm.runInNewContext("this.constructor.name"));
attempt("frozen", () => vm.runInNewContext("a = 2; a", Object.freeze({ a: 1 })));

// --- errors ---
for (const code of ["foo bar", "throw new TypeError('t')", "undefinedName", "null.x"]) {
  try { vm.runInNewContext(code, {}, "file.vm"); } catch (error) {
    console.log(error.name, error.message, error instanceof Error, error.stack.includes("file.vm:1") || error.name === "SyntaxError");
  }
}
try { new vm.Script("\n\nthrow new Error('at')", { filename: "offset.vm", lineOffset: 10, columnOffset: 5 }).runInThisContext(); } catch (error) {
  console.log(error.stack.split("\n").find((line) => line.includes("    at")).trim());
}
attempt("timeout", () => vm.runInNewContext("for (;;);", {}, { timeout: 20 }));
console.log(vm.runInNewContext("'alive'", {}, { timeout: 1000 }));
attempt("timeout throws", () => vm.runInNewContext("throw new RangeError('own')", {}, { timeout: 1000 }));

// --- scripts ---
const script = new vm.Script("n = (globalThis.n ?? 0) + 1", { filename: "count.js" });
const one = vm.createContext({ n: 10 });
console.log(script.runInContext(one), script.runInContext(one), script.runInNewContext({}), one.n, script instanceof vm.Script);
const cache = script.createCachedData();
const again = new vm.Script("n = (globalThis.n ?? 0) + 1", { filename: "count.js", cachedData: cache });
console.log(Buffer.isBuffer(cache), again.cachedDataRejected, again.runInNewContext({ n: 1 }));
console.log(new vm.Script("1", { cachedData: Buffer.from("nonsense") }).cachedDataRejected);
console.log(new vm.Script("1", { produceCachedData: true }).cachedDataProduced, new vm.Script("1\n//# sourceMappingURL=a.map").sourceMapURL);

// --- functions ---
const add = vm.compileFunction("return a + b + (typeof c === 'undefined' ? 0 : c)", ["a", "b"]);
console.log(add(1, 2), add.length, vm.compileFunction("return c", [], { contextExtensions: [{ c: 9 }] })());
console.log(vm.compileFunction("return x", [], { parsingContext: context })());
attempt("bad", () => vm.compileFunction("return (", []));

// --- contexts ---
const bare = vm.createContext(vm.constants.DONT_CONTEXTIFY);
console.log(vm.isContext(bare), vm.runInContext("globalThis.q = 3; this", bare) === bare, bare.q);
attempt("no eval", () => vm.runInContext("eval('1')", vm.createContext({}, { codeGeneration: { strings: false } })));
console.log(vm.runInNewContext("eval('2')"), vm.runInNewContext("new Function('return 3')()"));
console.log(vm.runInNewContext("Promise.resolve(1)") instanceof Promise);
vm.runInNewContext("Promise.resolve(4).then(show)", { show: (value) => console.log("then", value) });
for (const act of [() => vm.runInContext("1", {}), () => vm.createContext(1), () => vm.isContext(1), () => new vm.Script("1", 1), () => vm.runInThisContext("1", { timeout: -1 }), () => vm.compileFunction(1), () => vm.runInThisContext("1", { filename: 1 }), () => vm.runInThisContext("1", { lineOffset: "a" })]) attempt("wrong:", act);
