// The figures of every program, made of what it has of the four functions. The texts are the files that Rust's program
// would make, too.

import { readFileSync } from "node:fs";

import { samples } from "./harness.mjs";

const SCRIPTS = ["ascii", "latin1", "cyrillic", "cjk", "emoji"];
const SIZES = Array.from({ length: 11 }, (_, index) => 16 * 4 ** index);

/** One call may take so long, or what it is called with is left out. */
const PATIENCE_NS = 300e6;

export const text = (name) => readFileSync(new URL(`../inputs/${name}.txt`, import.meta.url), "utf8");

export function expect(found, expected) {
  if (found !== expected) throw new Error(`expected ${brief(expected)}, found ${brief(found)}`);
}

function brief(value) {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}... (${text.length})` : text;
}

/**
 * The figures of a program, from functions of a text: normalize, words, unicodeWords, truncate (of a text, a limit and a
 * unit), tokens and clusters (how many there are). What a program has not is nobody's figure.
 */
export function figuresOf(does) {
  return {
    "normalize-small": () => normalized(does, "small"),
    "normalize-10k": () => normalized(does, "10k"),
    "normalize-100k": () => normalized(does, "100k"),
    "normalize-mixed": () => normalized(does, "mixed"),
    "words-small": () => same(does.words, "small", 6),
    "words": () => same(does.words, "words", 10_000),
    "unicode-words": () => same(does.unicodeWords, "words", 10_000),
    "ten-graphemes-small": () => cut(does, "small", 10, "graphemes"),
    "graphemes-1m": () => cut(does, "1m", 100, "graphemes"),
    "graphemes-10m": () => cut(does, "10m", 100, "graphemes"),
    "bytes-1m": () => cut(does, "1m", 100, "bytes"),
    "characters-1m": () => cut(does, "1m", 100, "characters"),
    "columns-1m": () => cut(does, "1m", 100, "columns"),
    "first-words-1m": () => cut(does, "1m", 20, "words"),
    "tokens": () => counted(does.tokens, "tokens"),
    "sizes-normalize": (options) => sizes(does.normalize, options),
    "sizes-words": (options) => sizes(does.words, options),
    "sizes-graphemes": (options) => sizes(does.clusters, options),
    "sizes-tokens": (options) => sizes(does.tokens, options),
  };
}

function same(one, name, expected) {
  const input = text(name);
  expect(one(input), expected);
  return () => one(input);
}

function normalized({ normalize }, name) {
  const input = text(name);
  return same(normalize, name, input.normalize("NFC"));
}

/** All is ASCII, but the end of a line has no column. */
function cut({ truncate }, name, limit, unit) {
  const input = text(name);
  if (unit === "columns") {
    expect(input.startsWith(truncate(input, limit, unit)), true);
  } else if (unit === "words") {
    expect(truncate(input, limit, unit).trim().split(/\s+/).length, limit);
  } else {
    expect(truncate(input, limit, unit), input.slice(0, limit));
  }
  return () => truncate(input, limit, unit);
}

function counted(one, name) {
  const input = text(name);
  if (one(input) < 1000) throw new Error("there are 1,000 tokens");
  return () => one(input);
}

/** The times of all scripts' sizes in turn, in nanoseconds; zero for a size that would take too long. */
async function sizes(one, { rounds, batchMs }) {
  const series = [];
  const options = { rounds: Math.min(rounds, 3), batchMs: Math.min(batchMs, 10), warmUpMs: batchMs };
  for (const script of SCRIPTS) {
    let last = 0;
    for (const size of SIZES) {
      if (last * 4 > PATIENCE_NS) {
        series.push(0);
        continue;
      }
      const input = text(`${script}.${size}`);
      last = Math.min(...(await samples(() => one(input), options)));
      series.push(last);
    }
  }
  return { series };
}
