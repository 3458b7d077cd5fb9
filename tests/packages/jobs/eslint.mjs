// eslint: lints with a flat config, a plugin of one's own, fixes, formats the report
import { ESLint, Linter, RuleTester } from "eslint";
import path from "node:path";
import { step } from "../lib/step.cjs";

const rules = { "no-unused-vars": "error", "prefer-const": "warn", eqeqeq: "error", "no-undef": "error", semi: ["error", "always"], "no-debugger": "error" };
const noFoo = {
  meta: { type: "problem", fixable: "code", messages: { foo: "no {{name}} here" }, schema: [] },
  create: (context) => ({ Identifier(node) { if (node.name === "foo") context.report({ node, messageId: "foo", data: { name: node.name }, fix: (fixer) => fixer.replaceText(node, "bar") }); } }),
};
const config = [{ files: ["**/*.js"], plugins: { own: { rules: { "no-foo": noFoo } } }, languageOptions: { ecmaVersion: 2024, sourceType: "module" }, rules: { ...rules, "own/no-foo": "error" } }];
const root = path.join(import.meta.dirname, "../fixtures/lint");

step("linter", () => new Linter().verify("var foo = 1\nif (foo == x) { debugger }", config, { filename: "a.js" }).map((m) => `${m.line}:${m.column} ${m.ruleId} ${m.message}`));
step("fix", () => new Linter().verifyAndFix("let a = 1\nexport { a, foo }", config, { filename: "a.js" }));
step("syntax error", () => new Linter().verify("let let = ;", config, { filename: "a.js" }).map((m) => [m.fatal, m.line, m.column, m.message]));
step("files", async () => {
  const eslint = new ESLint({ cwd: root, overrideConfigFile: true, overrideConfig: config });
  const results = await eslint.lintFiles(["."]);
  const formatter = await eslint.loadFormatter("stylish");
  return (await formatter.format(results)).replaceAll(root, "").replaceAll(/\x1b\[\d+m/g, "");
});
step("config file", async () => {
  const eslint = new ESLint({ cwd: root });
  const [result] = await eslint.lintText("const unused = 1; console.log(later);", { filePath: path.join(root, "x.js") });
  return [await eslint.isPathIgnored("dist/x.js"), (await eslint.calculateConfigForFile("x.js")).rules, result.messages.map((m) => m.message)];
});
step("rule tester", () => {
  RuleTester.describe = RuleTester.it = (name, run) => run();
  new RuleTester().run("no-foo", noFoo, { valid: ["bar"], invalid: [{ code: "foo", output: "bar", errors: [{ messageId: "foo" }] }] });
});
