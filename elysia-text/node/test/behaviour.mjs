// What the rows do not say: long texts, iterators, and what the host itself has to say about the same texts.

import assert from "node:assert/strict";
import { createRequire } from "node:module";

import { normalize, tokenize, truncate, unicodeVersion, wordCount } from "elysia-text";

const addon = createRequire(import.meta.url)("../binding.js");
const ALL_KINDS = ["word", "number", "punctuation", "symbol", "emoji", "url", "email", "space", "other"];

// Code points that meet each other in unusual ways.
const ALPHABET = [
  0x20, 0x09, 0x0d, 0x0a, 0x61, 0x5a, 0x31, 0x2e, 0x2c, 0x27, 0x40, 0x2f, 0x3a, 0xe9, 0xdf, 0xad, 0x301, 0x323, 0x345,
  0x3a9, 0x436, 0x5d0, 0x5c1, 0x645, 0x660, 0xe19, 0xe49, 0xe33, 0x1100, 0x1161, 0x11a8, 0xac00, 0xd55c, 0x200d, 0xfe0f,
  0x20e3, 0x212b, 0x3042, 0x30ab, 0x65e5, 0xfb01, 0xff21, 0xd83d, 0xde00, 0x1d15e, 0x1f1f0, 0x1f1f7, 0x1f44d, 0x1f3fd,
  0x1f468, 0x1f469,
];

const CHARACTERS = ALPHABET.map((codePoint) => String.fromCodePoint(codePoint));
const ADDRESSES = ["www.", "https://", "a.example", "@", "first.last", "/", "?q=1", ".", "-", "x", "9", "\u00e9", " ", "\ud83d\ude00"];

// The same texts in every run: a linear congruential generator.
function* texts(count, length, parts = CHARACTERS) {
  let state = 1;
  const random = (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  for (let i = 0; i < count; i++) {
    yield Array.from({ length: random(length) }, () => parts[random(parts.length)]).join("");
  }
}

function whole(text, options = {}) {
  return [...tokenize(text, { kinds: ALL_KINDS, ...options })];
}

export async function behaviour(test) {
  await test("the version of Unicode", () => assert.match(unicodeVersion, /^\d+\.\d+\.\d+$/));

  await test("forms are the host's", () => {
    for (const text of texts(2000, 40)) {
      for (const form of ["NFC", "NFD", "NFKC", "NFKD"]) assert.equal(normalize(text, form), text.normalize(form));
    }
  });

  await test("words between white space are the host's", () => {
    for (const text of texts(2000, 40)) {
      assert.equal(wordCount(text), text.split(/\p{White_Space}+/u).filter(Boolean).length, JSON.stringify(text));
    }
  });

  await test("grapheme clusters are the host's", () => {
    const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
    for (const text of texts(300, 40)) {
      const clusters = Array.from(segmenter.segment(text), ({ segment }) => segment);
      for (let limit = 0; limit <= clusters.length; limit++) {
        assert.equal(truncate(text, limit), clusters.slice(0, limit).join(""));
      }
    }
  });

  await test("tokens of all kinds cover the text", () => {
    for (const text of texts(1000, 60)) {
      let at = 0;
      for (const token of whole(text)) {
        assert.equal(token.start, at);
        assert.equal(token.text, text.slice(token.start, token.end));
        at = token.end;
      }
      assert.equal(at, text.length);
    }
  });

  await test("tokens of many batches are those of the parts", () => {
    const part = "One \u05e9\u05dc\u05d5\u05dd, 2.5 \ud83d\ude00! ";
    const [tokens, few] = [whole(part.repeat(400)), whole(part)];
    assert.equal(tokens.length, few.length * 400);
    tokens.forEach(({ text, kind, start, end }, index) => {
      const [token, base] = [few[index % few.length], Math.floor(index / few.length) * part.length];
      assert.deepEqual({ text, kind, start, end }, { ...token, start: token.start + base, end: token.end + base });
    });
  });

  await test("tokens are the same however many a batch has", () => {
    const [bits, longest, found] = [0b10_0111_1111, 65_536, new Uint32Array(30_000)];
    for (const parts of [CHARACTERS, ADDRESSES]) {
      for (const text of texts(30, 3000, parts)) {
        const count = addon.tokens(text, bits, longest, found);
        const inOne = Array.from({ length: count }, (_, i) => [...found.subarray(3 * i, 3 * i + 3)]);
        const tokens = Array.from(tokenize(text), ({ kind, start, end }) => [start, end, ALL_KINDS.indexOf(kind)]);
        assert.deepEqual(tokens, inOne);
      }
    }
  });

  await test("tokens of a long text, which is read in parts, are those of the whole", () => {
    const [bits, longest] = [0b11_1111_1111, 65_536];
    const words = [...CHARACTERS, ...ADDRESSES, ...Array(40).fill(" a"), ...Array(10).fill("\n\ud55c"), " \u65e5", "  9"];
    const long = [[...texts(40, 6000, words)].join(""), `${"\u3042".repeat(50_000)} ${"b".repeat(40_000)} c `, " ".repeat(70_000)];
    for (const text of long) {
      const found = new Uint32Array(3 * text.length + 3);
      const count = addon.tokens(text, bits, longest, found);
      const tokens = whole(text);
      assert.equal(tokens.length, count);
      tokens.forEach(({ kind, start, end, text: token }, index) => {
        assert.deepEqual([start, end, ALL_KINDS.indexOf(kind)], [...found.subarray(3 * index, 3 * index + 3)]);
        assert.equal(token, text.slice(start, end));
      });
      const urls = Array.from(tokenize(text, { kinds: ["url", "emoji"] }), ({ start }) => start);
      assert.deepEqual(urls, tokens.filter(({ kind }) => kind === "url" || kind === "emoji").map(({ start }) => start));
    }
  });

  await test("a batch that ends with the text", () => {
    for (const count of [255, 256, 257, 511, 512, 513]) {
      assert.equal([...tokenize("a ".repeat(count))].length, count);
      assert.equal([...tokenize("a ".repeat(count).trimEnd())].length, count);
    }
  });

  await test("tokens longer than `longest` are cut", () => {
    const long = "w".repeat(1000);
    assert.deepEqual(whole(long, { longest: 400 }).map(({ start }) => start), [0, 400, 800]);
    assert.equal(whole(long, { longest: Infinity }).length, 1);
  });

  await test("iterators do not disturb each other", () => {
    const [a, b] = [tokenize("a ".repeat(1000)), tokenize("b ".repeat(1000))];
    for (let i = 0; i < 1000; i++) {
      assert.deepEqual(a.next().value, { text: "a", kind: "word", start: 2 * i, end: 2 * i + 1 });
      assert.deepEqual(b.next().value, { text: "b", kind: "word", start: 2 * i, end: 2 * i + 1 });
    }
    assert.deepEqual([a.next(), b.next(), a.next()], Array(3).fill({ value: undefined, done: true }));
  });

  await test("an iterator that is left ends", () => {
    const tokens = tokenize("a b ".repeat(1000));
    for (const { start } of tokens) if (start === 600) break;
    assert.deepEqual(tokens.next(), { value: undefined, done: true });
    assert.deepEqual(tokens.return("x"), { value: "x", done: true });
    assert.equal([...tokenize("c ".repeat(300))].length, 300);
  });

  await test("an iterator is iterable and an Iterator", () => {
    const tokens = tokenize("a b");
    assert.equal(tokens[Symbol.iterator](), tokens);
    assert.equal(Object.prototype.toString.call(tokens), "[object Tokens]");
    if (typeof Iterator === "function") assert.ok(tokens instanceof Iterator);
  });

  await test("limits that no text reaches", () => {
    for (const limit of [Infinity, Number.MAX_SAFE_INTEGER, 2 ** 31, 2 ** 32 + 1]) {
      for (const unit of ["graphemes", "bytes", "characters", "words", "columns"]) {
        assert.equal(truncate("h\u00e9llo", limit, unit, { ellipsis: "..." }), "h\u00e9llo");
      }
    }
  });

  // The addon reads the beginning of a text first, about as much as the limit; then more and more of it.
  await test("cuts around the places where reading stops", () => {
    const columns = {
      "e\u0301": 1, "\u2764\ufe0f": 2, "\ud83d\ude00": 2, "\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc66": 2, "\ud55c": 2,
      "\u1112\u1161\u11ab": 2, "\ud83c\uddf0\ud83c\uddf7": 2, [`e${"\u0301".repeat(600)}`]: 1,
    };
    for (const [cluster, width] of Object.entries(columns)) {
      const bytes = new TextEncoder().encode(cluster).length;
      const sizes = { graphemes: 1, characters: [...cluster].length, bytes, columns: width };
      const clusters = cluster.repeat(400);
      for (const [unit, size] of Object.entries(sizes)) {
        for (let count = 0; count < 140; count++) {
          const limit = count * size;
          const expected = clusters.slice(0, count * cluster.length);
          assert.equal(truncate(clusters, limit, unit), expected);
          assert.equal(truncate(clusters, limit + 1, unit, { ellipsis: "." }), `${expected}.`);
        }
        for (let before = 0; before <= 80; before++) {
          const text = `${"x".repeat(before)}${cluster}${"y".repeat(3000)}`;
          assert.equal(truncate(text, before, unit), text.slice(0, before));
          assert.equal(truncate(text, before + size, unit), text.slice(0, before + cluster.length));
          assert.equal(truncate(text, before + size, unit, { ellipsis: "." }), `${text.slice(0, before)}.`);
        }
      }
    }
  });

  await test("long texts", () => {
    const text = "Stra\u00dfe e\u0301 \ud55c\uae00 ".repeat(20_000);
    assert.equal(wordCount(text), 60_000);
    assert.equal(wordCount(text, "unicode"), 60_000);
    assert.equal(normalize(text), text.normalize());
    assert.equal(normalize(text, "NFD"), text.normalize("NFD"));
    assert.equal([...tokenize(text)].length, 60_000);
  });

  await test("a text that was put together", () => {
    let text = "";
    for (let i = 0; i < 1000; i++) text += i % 2 ? "e\u0301 " : "plain ";
    assert.equal(normalize(text), text.normalize());
    assert.equal(wordCount(text.slice(6)), 999);
  });

  // Nobody should, but a program may call the addon itself.
  await test("the addon refuses what it cannot take", () => {
    const found = new Uint32Array(6);
    const calls = [
      () => addon.wordCount(3, 0),
      () => addon.wordCount("text"),
      () => addon.cut("text", "3", 0),
      () => addon.cutWithEllipsis("text", 3, 0),
      () => addon.tokens("text", 127, 100, new Uint8Array(30)),
      () => addon.tokens("text", 127, 100),
      () => addon.moreTokens({}, found),
      () => addon.moreTokens(1, found),
    ];
    for (const call of calls) assert.throws(call, { name: "TypeError", code: "ERR_INVALID_ARG_TYPE" });
    const rest = addon.tokens("a b c d", 127, 100, found);
    assert.throws(() => addon.moreTokens(rest), { code: "ERR_INVALID_ARG_TYPE" });
    assert.equal(addon.moreTokens(rest, found), 0);
    assert.equal(addon.noMoreTokens(rest), undefined);
  });
}
