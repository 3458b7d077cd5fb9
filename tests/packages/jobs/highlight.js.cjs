// highlight.js: colours code, guesses its language
const hljs = require("highlight.js");
const { step } = require("../lib/step.cjs");

step("languages", () => [["ts", "const f = <T,>(x: T): x is T => `a${x}`; // c"], ["rust", "fn main() -> Result<(), E> { let x = 'a'; }"], ["sql", "SELECT * FROM t WHERE a = 'b'"]].map(([language, code]) => hljs.highlight(code, { language }).value));
step("guess", () => hljs.highlightAuto("<?php echo $x; ?>", ["php", "python"]).language);
