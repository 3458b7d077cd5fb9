// What the packages of ours and krepis:text are asked: the same, since they have the same surface.

import { figuresOf } from "./functions.mjs";

export function figuresOfPackage({ normalize, wordCount, truncate, tokenize }) {
  return figuresOf({
    normalize: (text) => normalize(text),
    words: (text) => wordCount(text),
    unicodeWords: (text) => wordCount(text, "unicode"),
    truncate,
    tokens(text) {
      let length = 0;
      let count = 0;
      for (const token of tokenize(text)) {
        length += token.end - token.start;
        count++;
      }
      return length > 0 ? count : 0;
    },
    // No text is shorter than the limit, so that all of it is looked at.
    clusters: (text) => truncate(text, text.length - 1).length,
  });
}
