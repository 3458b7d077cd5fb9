// Intl.Segmenter.

import { figuresOf } from "./functions.mjs";

const words = new Intl.Segmenter("en", { granularity: "word" });
const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

function count(segments) {
  let count = 0;
  for (const segment of segments) count += segment.segment.length > 0 ? 1 : 0;
  return count;
}

export const figures = figuresOf({
  unicodeWords(text) {
    let count = 0;
    for (const segment of words.segment(text)) if (segment.isWordLike) count++;
    return count;
  },
  truncate(text, limit) {
    let left = limit;
    for (const { index } of graphemes.segment(text)) if (left-- === 0) return text.slice(0, index);
    return text;
  },
  tokens: (text) => count(words.segment(text)),
  clusters: (text) => count(graphemes.segment(text)),
});
