import {
  normalize, Normalizer, tokenize, Tokenizer, truncate, Truncator, unicodeVersion, wordCount, WordCounter,
  type NormalizeOptions, type Token, type TokenKind,
} from "krepis:text";

const options: NormalizeOptions = { form: null, caseFold: true, collapseWhitespace: true, stripControls: true, trim: true };
const text: string = normalize(normalize("a", "NFKD"), options);
const count: number = wordCount(text, "unicode") + wordCount(unicodeVersion);
const short: string = truncate(text, count, "columns", { ellipsis: "…" }) + truncate(text, 3, { unit: "words" });
const kinds: TokenKind[] = [...tokenize(short, { kinds: ["url", "email"], longest: 100 })].map((token: Token) => token.kind);
const first: Token | undefined = tokenize(text).filter(({ kind }) => kind === "word").take(1).toArray()[0];

const normalizer = new Normalizer({ form: "NFC" });
const counter = new WordCounter("whitespace");
const truncator = new Truncator(10, { unit: "bytes", ellipsis: "..." });
const tokenizer = new Tokenizer({ addresses: false });
counter.push(normalizer.push(text) + normalizer.finish());
const tokens: Token[] = tokenizer.push(truncator.isFull ? "" : truncator.push("x")).concat(tokenizer.finish());
console.log(kinds, first?.start, tokens.length, counter.count, counter.finish(), new Truncator(1, "words"));

// @ts-expect-error: there is no such form
normalize("a", "NFX");
// @ts-expect-error: a limit is needed
truncate("a");
// @ts-expect-error: there is no such kind
tokenize("a", { kinds: ["verb"] });
