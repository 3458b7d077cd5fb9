// Texts made at random, the same on every host, whose results are condensed to one number for comparison.

const PIECES = [
  ..."ab Zz09 .,'\"-_@:/?!#\n\t",
  ..."éßÀfiıİΣς",
  ..."\u0301\u0308\u200d\u200b\ufe0f\ufe0e\u00ad\u2060\u0000\u0085\u00a0\u3000\u2028",
  ..."привЕТאבג״مرحبا",
  ..."한글각각日本カタひらสวัสดี",
  ..."क्षिটা",
  ..."👨👩👧👍🏽🇰🇷🇫😀❤€+",
  "\ud83d", "\ude00", "\ud800", "\r\n", "https://", "www.", ".com", "a@b.", "1,000.5", "1\ufe0f\u20e3",
];

const OPTIONS = [
  { form: null, stripControls: true },
  { form: null, caseFold: true },
  { form: null, collapseWhitespace: true, trim: true },
  { form: "NFC", caseFold: true, stripControls: true, collapseWhitespace: true, trim: true },
  { form: "NFD" },
];

export function digest(text) {
  const random = generator(0x5EED);
  let hash = 0;
  const add = (value) => {
    for (const char of `${value}|`) hash = (Math.imul(hash, 31) + char.codePointAt(0)) | 0;
  };
  for (let index = 0; index < 3000; index++) {
    const made = Array.from({ length: random() % 60 }, () => PIECES[random() % PIECES.length]).join("");
    add(text.wordCount(made));
    add(text.wordCount(made, "unicode"));
    for (const unit of ["graphemes", "bytes", "characters", "words", "columns"]) {
      add(text.truncate(made, random() % 20, unit, { ellipsis: index % 2 ? "…" : "" }));
    }
    for (const { kind, start, end } of text.tokenize(made, { kinds: ["word", "number", "emoji", "url", "space"] })) {
      add(`${kind} ${start} ${end}`);
    }
    add(text.normalize(made, OPTIONS[index % OPTIONS.length]));
  }
  return hash >>> 0;
}

/** Marsaglia's xorshift32. */
function generator(state) {
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}
