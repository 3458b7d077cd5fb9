// postcss, autoprefixer: parses and transforms CSS with plugins, source map, prefixes for old browsers
import autoprefixer from "autoprefixer";
import postcss from "postcss";
import { step } from "../lib/step.cjs";

const css = "a { color: red; &:hover { display: flex } }\n@media print { .b { user-select: none; transition: mask 1s } }";
const upper = { postcssPlugin: "upper", Declaration(declaration) { declaration.value = declaration.value.toUpperCase(); }, OnceExit(root, { result }) { result.warn("seen", { node: root.first }); } };
step("plugin", async () => { const result = await postcss([upper]).process(css, { from: "a.css", map: { inline: false } }); return [result.css, result.warnings().map(String), result.map.toJSON().mappings]; });
step("autoprefixer", async () => (await postcss([autoprefixer({ overrideBrowserslist: ["chrome 50", "firefox 40", "safari 9"] })]).process(css, { from: undefined })).css);
step("walk", () => { const names = []; postcss.parse(css).walk((node) => names.push(`${node.type} ${node.selector ?? node.prop ?? node.name}`)); return names; });
step("syntax error", () => { try { postcss.parse("a {", { from: "b.css" }); } catch (error) { return [error.name, error.message.replace(process.cwd(), ""), error.line, error.column]; } });
