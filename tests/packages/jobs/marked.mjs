// marked: Markdown to HTML, tables, a renderer and an extension of one's own
import { Lexer, Marked, marked } from "marked";
import { step } from "../lib/step.cjs";

const text = `# Title *here*\n\nA [link](https://example.com "t") and \`code\`.\n\n| a | b |\n|---|:-:|\n| 1 | ~~2~~ |\n\n1. one\n   - [x] done\n   - [ ] open\n\n> quote\n\n\`\`\`js\nlet x = "<a>";\n\`\`\`\n\n<b>html</b> https://example.com\n`;
step("html", () => marked.parse(text));
step("tokens", () => new Lexer().lex(text).map((token) => token.type));
step("renderer", () => new Marked({ renderer: { heading({ tokens, depth }) { return `<h${depth} class="x">${this.parser.parseInline(tokens)}</h${depth}>\n`; } } }).parse("## a *b*"));
step("extension", async () => {
  const mention = {
    name: "mention", level: "inline", start: (source) => source.indexOf("@"),
    tokenizer(source) { const match = /^@(\w+)/.exec(source); return match ? { type: "mention", raw: match[0], name: match[1] } : undefined; },
    renderer: (token) => `<i>${token.name}</i>`,
  };
  return new Marked({ async: true, extensions: [mention] }).parse("hi @ada");
});
