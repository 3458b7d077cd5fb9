// prettier: formats TypeScript, CSS, Markdown and more, with options, reports syntax errors
import * as prettier from "prettier";
import { step } from "../lib/step.cjs";

const format = (parser, text, options) => prettier.format(text, { parser, ...options });
step("typescript", () => format("typescript", `export   abstract class A<T extends {a:1}>{ private readonly x:Map<string,number>=new Map( );@dec() m<K>(a?:K,...b:T[]):asserts a is K{ if(a) return; else {throw new Error(\`\${ b }\`)} } }\ntype U = | "a" | "b"; const f = async(x)=>await x.then((y)=>y.aaaaaaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbbbbbb.cccccccccccccccccc.ddddddddddddd)`));
step("jsx", () => format("babel", `const a = <div className='x' onClick={()=>go( 1 )}>{items.map(i=><Item key={i} {...i}/>)} text</div>`, { semi: false, singleQuote: true }));
step("css", () => format("css", `a{color:RED;background:URL(x.png)}@media (max-width:100px){.b>.c,.d~e{margin:0 0 0 0!important}}`));
step("scss", () => format("scss", `$a:1px;@mixin x($b:2){width:$b+$a;&:hover{color:red}}.c{@include x(3)}`));
step("markdown", () => format("markdown", `Title\n===\n* a\n* b\n    * c\n\n| a | bbbb |\n|--|:-:|\n| 1 | 2 |\n\n\`\`\`js\nlet   x=1\n\`\`\`\n`));
step("html", () => format("html", `<!doctype html><body><p>some <b>text</b></p><script>let a=1</script><style>a{b:c}</style>`));
step("json and yaml", async () => [await format("json", `{"a":[1,2,{"b":null}],}`), await format("yaml", `a:   1\nb:\n    - x\n    -   y: {z: 1}\n`)]);
step("graphql", () => format("graphql", `query Q($a:Int=1){f(x:$a){...on T{id}}}`));
step("config", async () => [await prettier.resolveConfig(new URL("../fixtures/format/a.ts", import.meta.url)), (await prettier.getFileInfo("x.mts")).inferredParser]);
step("check", async () => [await prettier.check("a;\n", { parser: "babel" }), await prettier.check("a", { parser: "babel" })]);
step("syntax error", async () => (await format("babel", "let let = 1").catch((error) => error)).message);
