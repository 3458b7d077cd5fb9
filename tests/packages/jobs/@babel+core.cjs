// @babel/core, @babel/preset-env, @babel/preset-typescript: compiles new syntax to old, TypeScript, a plugin of one's own
const babel = require("@babel/core");
const { step, thrown } = require("../lib/step.cjs");

const transform = (code, options) => babel.transformSync(code, { configFile: false, babelrc: false, filename: "a.ts", ...options }).code;
step("preset-env", () => transform("class A { #x = 1; static async *m(a = 1, ...b) { yield a ?? b?.c ** 2; } }", { filename: "a.js", presets: [["@babel/preset-env", { targets: "ie 11" }]] }));
step("typescript", () => transform("enum E { A, B } const x: E = E.A as E; export type T = string; export { x };", { presets: ["@babel/preset-typescript"] }));
step("commonjs", () => transform("import a, { b as c } from 'x'; export default a(c);", { filename: "a.js", plugins: ["@babel/plugin-transform-modules-commonjs"] }));
step("plugin", () => {
  const rename = ({ types: t }) => ({ visitor: { Identifier(path) { if (path.node.name === "foo") path.replaceWith(t.identifier("bar")); } } });
  const { code, map } = babel.transformSync("foo(foo.foo)", { configFile: false, plugins: [rename], sourceMaps: true });
  return [code, map.mappings];
});
step("async", async () => (await babel.transformAsync("const {a, ...b} = c", { configFile: false, presets: [["@babel/preset-env", { targets: { chrome: 50 } }]] })).code);
step("syntax error", () => thrown(() => babel.parseSync("let a = ;", { configFile: false })));
