// tailwindcss: compiles class names to CSS
import fs from "node:fs";
import { createRequire } from "node:module";
import { compile } from "tailwindcss";
import { step } from "../lib/step.cjs";

const require = createRequire(import.meta.url);
const loadStylesheet = async (id, base) => ({ path: id, base, content: fs.readFileSync(require.resolve(`${id}/index.css`), "utf8") });
step("compile", async () => {
  const { build } = await compile("@import \"tailwindcss/theme\" layer(theme);\n@theme { --color-brand: #f00; }\n@utility tab-4 { tab-size: 4; }\n@tailwind utilities;", { base: ".", loadStylesheet: async () => ({ path: "", base: "", content: fs.readFileSync(require.resolve("tailwindcss/theme.css"), "utf8") }) });
  return build(["p-4", "md:hover:bg-brand/50", "grid-cols-[1fr_2fr]", "tab-4", "nothing-like-this", "text-red-500"]);
});
step("everything", async () => (await compile("@import \"tailwindcss\";", { base: ".", loadStylesheet })).build(["flex"]).length);
