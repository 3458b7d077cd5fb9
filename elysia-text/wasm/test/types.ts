// Programs that the declarations allow, and some that they do not.

import { normalize, tokenize, truncate, unicodeVersion, wordCount } from "elysia-text-wasm";
import type { NormalizationForm, Token, TokenKind } from "elysia-text-wasm";
import { instantiate } from "elysia-text-wasm/core";

const texts: string[] = [
  normalize("a"),
  normalize("a", "NFKD"),
  normalize("a", { form: null, stripControls: true, caseFold: true, collapseWhitespace: true, trim: true }),
  truncate("a", 1),
  truncate("a", Infinity, "columns"),
  truncate("a", 1, "words", { ellipsis: "..." }),
  truncate("a", 1, { unit: "bytes", ellipsis: "..." }),
  unicodeVersion,
];
const counts: number[] = [wordCount("a"), wordCount("a", "unicode")];

const kinds: TokenKind[] = ["word", "number", "punctuation", "symbol", "emoji", "url", "email", "space", "other"];
for (const token of tokenize("a", { kinds, addresses: false, longest: 10 })) {
  const { text, kind, start, end }: Token = token;
  texts.push(text, kind);
  counts.push(start, end);
}

const first: string[] = tokenize("a").map(({ text }) => text).take(1).toArray();
const forms: NormalizationForm[] = ["NFC", "NFD", "NFKC", "NFKD"];
texts.push(...first, ...forms.map((form) => normalize("a", { form })));

declare const module: object;
const own = instantiate(module);
texts.push(own.normalize("a"), own.unicodeVersion);

// @ts-expect-error: a form that is none
normalize("a", "NFX");
// @ts-expect-error: a mode that is none
wordCount("a", "lines");
// @ts-expect-error: the limit is missing
truncate("a");
// @ts-expect-error: a kind that is none
tokenize("a", { kinds: ["verb"] });
