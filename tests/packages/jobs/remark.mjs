// remark, remark-html: Markdown as a tree, plugins, HTML
import { remark } from "remark";
import html from "remark-html";
import { step } from "../lib/step.cjs";

const louder = () => (tree) => { for (const node of tree.children) if (node.type === "heading") node.depth = 1; };
step("format", async () => String(await remark().use(louder).process("### a\n* b\n* *c*\n")));
step("html", async () => String(await remark().use(html).process("# a\n\n<script>x</script>\n\n[l](javascript:y) `c`\n")));
step("tree", () => JSON.stringify(remark().parse("a **b**")));
