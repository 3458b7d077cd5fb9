/** A Unicode normalization form (UAX #15). */
export type NormalizationForm = "NFC" | "NFD" | "NFKC" | "NFKD";

/** What `normalize` does, in the order of the members but the first, which is done after `caseFold`. */
export interface NormalizeOptions {
  /** The form, "NFC" unless told; `null` leaves it as it is. */
  form?: NormalizationForm | null;
  /** Takes out control characters (`Cc`) that are no white space. */
  stripControls?: boolean;
  /** Full case folding: for comparisons, not for display. */
  caseFold?: boolean;
  /** Makes one space (U+0020) of each run of white space. */
  collapseWhitespace?: boolean;
  /** Takes white space from both ends. */
  trim?: boolean;
}

/**
 * `text` in a normalization form, cleaned up as asked.
 *
 * The form is the work of the host's `String.prototype.normalize`, in its version of Unicode; the rest is done here.
 *
 * @throws {RangeError} of the host, for an unknown form
 */
export function normalize(text: string, form?: NormalizationForm | NormalizeOptions): string;

/** What a word is: what stands between white space, or a segment of UAX #29 that has a letter or a number in it. */
export type WordMode = "whitespace" | "unicode";

/** How many words `text` has; by white space unless told. */
export function wordCount(text: string, mode?: WordMode): number;

/** What a limit counts: extended grapheme clusters, bytes of UTF-8, code points, words between white space, columns of a terminal (UAX #11). */
export type TruncateUnit = "graphemes" | "bytes" | "characters" | "words" | "columns";

/** How to truncate. */
export interface TruncateOptions {
  /** Shows where something was cut off; the limit includes it, and it is left out where it alone is longer. */
  ellipsis?: string;
}

/**
 * The longest beginning of `text` within the limit, which is an integer from 0 on or `Infinity`; never a part of a grapheme
 * cluster. Takes as long as the limit is large, whatever the length of `text`.
 */
export function truncate(text: string, limit: number, unit?: TruncateUnit, options?: TruncateOptions): string;
export function truncate(text: string, limit: number, options: TruncateOptions & { unit?: TruncateUnit }): string;

/** What a token is. */
export type TokenKind =
  | "word"
  | "number"
  | "punctuation"
  | "symbol"
  | "emoji"
  | "url"
  | "email"
  | "space"
  | "other";

/** A part of a text. */
export interface Token {
  /** `text.slice(start, end)` of the whole text. */
  text: string;
  kind: TokenKind;
  /** In units of UTF-16, as the indices of strings are. */
  start: number;
  end: number;
}

/** What `tokenize` looks for. */
export interface TokenizeOptions {
  /** The kinds to give; all but "space" and "other" unless told. */
  kinds?: readonly TokenKind[];
  /** Whether URLs and e-mail addresses are tokens (they are unless told), or words and punctuation. */
  addresses?: boolean;
  /** The most units of a token, 65,536 unless told; a longer one is given in parts. */
  longest?: number;
}

/** The tokens of `text`, in order, each looked for when it is asked for. */
export function tokenize(text: string, options?: TokenizeOptions): IteratorObject<Token, undefined>;

/** The version of Unicode of all but the forms of `normalize`: "18.0.0". */
export const unicodeVersion: string;
