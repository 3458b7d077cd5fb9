// yaml: documents with comments, anchors, custom tags, errors
import { Document, parse, parseAllDocuments, parseDocument, stringify } from "yaml";
import { step, thrown } from "../lib/step.cjs";

const text = "# top\nbase: &b { n: 1, list: [a, 'b: c'] } # end\ncopy:\n  <<: *b\n  text: |\n    two\n    lines\n  folded: >-\n    one\n    line\ndate: 2001-12-14\nhex: 0xff\n";
step("parse", () => parse(text, { merge: true }));
step("document", () => { const doc = parseDocument(text); doc.setIn(["base", "n"], 2); doc.commentBefore = " changed"; return String(doc); });
step("stringify", () => stringify({ a: [1, { b: null }], long: "x ".repeat(60), multi: "1\n2", key: new Map([[{ k: 1 }, "v"]]) }));
step("several", () => parseAllDocuments("a: 1\n---\n- 2\n").map((doc) => doc.toJS()));
step("build", () => String(new Document({ a: 1 })));
step("errors", () => [thrown(() => parse("a: [1\nb: 2")), parseDocument("a: 1\na: 2").errors.map((error) => error.code)]);
