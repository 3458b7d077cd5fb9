// A text in chunks, cut anywhere, gives what the whole text gives.
import assert from "node:assert/strict";
import {
  normalize, Normalizer, tokenize, Tokenizer, truncate, Truncator, wordCount, WordCounter,
} from "krepis:text";

const TEXTS = [
  "", "plain words only", "caf\u00e9 cafe\u0301 \u1e9b\u0323", "\ud55c\uae00 \u1112\u1161\u11ab", "\u05e9\u05c1\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627",
  "\u0e19\u0e49\u0e33 \u0e01\u0e34\u0e19", "family \ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67 and \ud83c\uddf0\ud83c\uddf7\ud83c\uddeb\ud83c\uddf7 and \ud83d\udc4d\ud83c\udffd",
  "lone \ud83d and \udc00 and \ud83d\ud83d\udc00 \ud83d", "mail ada@example.com, see https://example.com/a_(b)?c#d).",
  "\ud835\udc00\ud835\udc01 \ud801\udc00\ud801\udc28", "  spaces \t\r\n and\u3000more  ", "can't 3.14 1,000 e-mail", "x\u0301".repeat(50), "\ufb01 \uff21 \u00bd",
];

// A linear congruential generator, so that the chunks are the same in every run.
let seed = 7;
const below = (limit) => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) % limit;

function* chunksOf(text) {
  for (let at = 0; at < text.length; ) {
    const length = 1 + below(4);
    yield text.slice(at, at + length);
    at += length;
  }
}

function streamed(stream, text) {
  let all = "";
  for (const chunk of chunksOf(text)) all += stream.push(chunk);
  return all + stream.finish();
}

const FORMS = [undefined, "NFD", "NFKC", "NFKD", { form: null, trim: true, collapseWhitespace: true }, { caseFold: true, form: "NFKC" }];
const UNITS = ["graphemes", "bytes", "characters", "words", "columns"];
let checked = 0;
for (const text of TEXTS) {
  for (let round = 0; round < 20; round++) {
    for (const form of FORMS) {
      assert.equal(streamed(new Normalizer(form), text), normalize(text, form), JSON.stringify([text, form]));
    }
    for (const mode of ["whitespace", "unicode"]) {
      const counter = new WordCounter(mode);
      let sent = "";
      for (const chunk of chunksOf(text)) {
        counter.push(chunk);
        sent += chunk;
        assert.ok(Number.isInteger(counter.count));
      }
      assert.equal(counter.finish(), wordCount(text, mode), JSON.stringify([text, mode]));
      assert.equal(sent, text);
    }
    for (const unit of UNITS) {
      const limit = below(12);
      for (const ellipsis of ["", "\u2026", "..."]) {
        const expected = truncate(text, limit, unit, { ellipsis });
        assert.equal(streamed(new Truncator(limit, unit, { ellipsis }), text), expected, JSON.stringify([text, limit, unit, ellipsis]));
      }
    }
    for (const options of [undefined, { kinds: ["word", "space", "other"] }, { addresses: false }, { longest: 4 }]) {
      const tokenizer = new Tokenizer(options);
      const tokens = [...chunksOf(text)].flatMap((chunk) => tokenizer.push(chunk)).concat(tokenizer.finish());
      assert.deepEqual(tokens, [...tokenize(text, options)], JSON.stringify([text, options]));
    }
    checked++;
  }
}
console.log(checked);

// A stream may be used again, and one that nobody finished is no loss.
const again = new WordCounter();
again.push("one two");
console.log(again.count, again.finish(), again.count);
again.push("three");
console.log(again.finish());
const full = new Truncator(3, "characters");
console.log(full.push("ab"), full.isFull, full.push("cdef"), full.isFull, full.push("more") === "", full.finish() === "");
for (let at = 0; at < 1000; at++) new Normalizer().push("e");

// What cannot be held back is an error that says so.
const marks = new Normalizer("NFC");
try {
  for (let at = 0; at < 40; at++) marks.push("\u0301".repeat(1000));
  console.log("no end of marks");
} catch (error) {
  console.log(error.code, error.message);
}
// Half a character behind that does not make it a stream that never ends.
const half = new Normalizer("NFC");
assert.throws(() => half.push("\u0301".repeat(40_000)), { code: "ERR_TEXT_PENDING" });
assert.throws(() => half.push("\ud800"), { code: "ERR_TEXT_PENDING" });
assert.throws(() => half.finish(), { code: "ERR_TEXT_PENDING" });
assert.deepEqual([half.push("e\u0301x"), half.finish()], ["\u00e9", "x"]);
for (const wrong of [() => new Normalizer("X"), () => new WordCounter("x"), () => new Truncator(-1), () => new Tokenizer(1), () => new WordCounter().push(1)]) {
  try {
    wrong();
  } catch (error) {
    console.log(error.name, error.message);
  }
}
