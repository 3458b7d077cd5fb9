/** The version of Unicode that all of this follows: `"18.0.0"`. */
export declare const unicodeVersion: string;

/** A Unicode normalization form (UAX #15). */
export type NormalizationForm = "NFC" | "NFD" | "NFKC" | "NFKD";

/** The steps are taken in the order in which they stand here. */
export interface NormalizeOptions {
  /** Takes out control characters (`Cc`) that are no white space. */
  stripControls?: boolean;
  /** Full case folding, for comparing: "Straße" and "STRASSE" become the same. */
  caseFold?: boolean;
  /** `null` leaves the form as it is. @default "NFC" */
  form?: NormalizationForm | null;
  /** One space for every run of white space (`White_Space`, line ends included). */
  collapseWhitespace?: boolean;
  /** Takes white space from both ends. */
  trim?: boolean;
}

/**
 * `text` in a normalization form, cleaned up as asked. Where nothing changes, it is the same string.
 * @throws RangeError for a form that there is not, as `String.prototype.normalize` does.
 */
export declare function normalize(text: string, form?: NormalizationForm | NormalizeOptions): string;

/** Words between white space, as `wc -w` counts, or those of UAX #29 that have a letter or number in them. */
export type WordMode = "whitespace" | "unicode";

/** How many words `text` has. @param mode "whitespace" unless told otherwise */
export declare function wordCount(text: string, mode?: WordMode): number;

/**
 * What a limit counts: grapheme clusters (what readers take for one character), bytes in UTF-8, code points, words between
 * white space, or columns of a terminal (UAX #11).
 */
export type TruncateUnit = "graphemes" | "bytes" | "characters" | "words" | "columns";

export interface TruncateOptions {
  /**
   * Shown where something was cut off. The limit includes it, except for words; it is left out where it alone would be
   * longer.
   */
  ellipsis?: string;
}

/**
 * The longest beginning of `text` that is no longer than `limit`, and ends with a whole grapheme cluster, whatever the
 * unit. The time it takes depends on the limit, not on the length of the text.
 * @param limit an integer of at least 0, or `Infinity`
 * @param unit "graphemes" unless told otherwise
 */
export declare function truncate(text: string, limit: number, unit?: TruncateUnit, options?: TruncateOptions): string;
export declare function truncate(
  text: string,
  limit: number,
  options: TruncateOptions & { unit?: TruncateUnit },
): string;

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

export interface Token {
  /** `input.slice(start, end)`. */
  text: string;
  kind: TokenKind;
  start: number;
  end: number;
}

export interface TokenizeOptions {
  /** Gives tokens of these kinds only. @default all but "space" and "other" */
  kinds?: readonly TokenKind[];
  /** Whether URLs and e-mail addresses are tokens, or the words they consist of. @default true */
  addresses?: boolean;
  /** Longer tokens are cut, in code units. @default 65_536 */
  longest?: number;
}

/** The tokens of `text`, found while they are asked for. */
export declare function tokenize(text: string, options?: TokenizeOptions): IteratorObject<Token, undefined>;
