// Checked by `cargo xtask addon --test`: the types as a module sees them.
import { normalize, tokenize, truncate, unicodeVersion, wordCount } from "elysia-text";
import type { NormalizeOptions, Token, TokenKind, TruncateUnit, WordMode } from "elysia-text";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const exactly = <A, B>(_: Equal<A, B>): void => {};

const normal = normalize("text");
exactly<typeof normal, string>(true);
const options: NormalizeOptions = { form: null, stripControls: true, caseFold: true, collapseWhitespace: true, trim: false };
normalize(normalize("text", "NFKD"), options);
// @ts-expect-error: a form that there is not
normalize("text", "NFX");
// @ts-expect-error: a clean-up that there is not
normalize("text", { strip: true });
// @ts-expect-error: texts are strings
normalize(1);

const mode: WordMode = "unicode";
const words = wordCount("text", mode) + wordCount("text");
exactly<typeof words, number>(true);
// @ts-expect-error: a mode that there is not
wordCount("text", "words");

const unit: TruncateUnit = "columns";
const short = truncate("text", 3, unit, { ellipsis: "..." }) + truncate("text", Infinity) + truncate("text", 3, { unit });
exactly<typeof short, string>(true);
truncate("text", 3, { unit: "bytes", ellipsis: "..." });
// @ts-expect-error: the limit is missing
truncate("text");
// @ts-expect-error: a unit that there is not
truncate("text", 3, "chars");

for (const token of tokenize("text", { kinds: ["word", "url"], addresses: false, longest: 100 })) {
  exactly<typeof token, Token>(true);
  const kind: TokenKind = token.kind;
  exactly<typeof token.start, number>(true);
  kind.concat(token.text);
}
const all: Token[] = [...tokenize("text")];
all.at(0)?.end.toFixed();
const texts: string[] = tokenize("text").map((token) => token.text).toArray();
texts.pop();
// @ts-expect-error: a kind that there is not
tokenize("text", { kinds: ["verb"] });

exactly<typeof unicodeVersion, string>(true);
