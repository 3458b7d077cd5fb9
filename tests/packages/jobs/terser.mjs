// terser: minifies, mangles, maps, reports errors
import { minify } from "terser";
import { step } from "../lib/step.cjs";

const code = "function compute(first, second) { const unused = 1; if (first === true) { return first ? second * 2 : 0; } else { return [..._items].map(function (entry) { return entry + second; }); } } var _items = [1, 2]; console.log(compute(!0, 21), 60 * 60);";
step("minify", async () => (await minify(code, { toplevel: true, compress: { passes: 2 } })).code);
step("run it", async () => new Function((await minify(code)).code)());
step("map", async () => { const { map } = await minify({ "a.js": "let  a = 1;\nexport  { a }" }, { module: true, sourceMap: { filename: "o.js" } }); return map; });
step("comments", async () => (await minify("/*! keep */ /* drop */ f(/* @__PURE__ */ g())", { format: { comments: "some" } })).code);
step("error", async () => { const error = await minify("let a = ;").catch((e) => e); return [error.name, error.message, error.line, error.col]; });
