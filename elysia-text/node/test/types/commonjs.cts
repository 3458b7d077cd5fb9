// Checked by `cargo xtask addon --test`: the types as `require` sees them.
import text = require("elysia-text");

const words: number = text.wordCount(text.normalize("text"), "unicode");
words.toFixed();
// @ts-expect-error: there is no such function
text.count("text");
