// The same for `import`.
import text from "./index.js";

export const { normalize, tokenize, truncate, unicodeVersion, wordCount } = text;
