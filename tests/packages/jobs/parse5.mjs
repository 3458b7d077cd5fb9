// parse5: HTML as browsers read it
import { parse, parseFragment, serialize } from "parse5";
import { step } from "../lib/step.cjs";

step("document", () => serialize(parse("<title>a</title><p>b<table><tr>c<td>d")));
step("fragment", () => { const { childNodes } = parseFragment("<b a=1>x</b><svg viewbox=0 />", { sourceCodeLocationInfo: true }); return childNodes.map((node) => [node.nodeName, node.attrs, node.sourceCodeLocation.endOffset]); });
