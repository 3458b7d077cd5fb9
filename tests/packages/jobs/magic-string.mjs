// magic-string: edits text and keeps a source map
import MagicString, { Bundle } from "magic-string";
import { step } from "../lib/step.cjs";

step("edit", () => { const text = new MagicString("var a = 1;\nvar b = 2;"); text.overwrite(0, 3, "const").append("\n// end").remove(10, 11).prependLeft(14, "/* x */"); return [text.toString(), text.generateMap({ source: "a.js", hires: true }).mappings]; });
step("bundle", () => { const bundle = new Bundle({ separator: "\n--\n" }); bundle.addSource({ filename: "a", content: new MagicString("a") }).addSource({ filename: "b", content: new MagicString("b") }); return bundle.indent("  ").toString(); });
