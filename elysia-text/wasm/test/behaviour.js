// What rows do not show: long texts, which are looked at in parts; iterators that live side by side; memory.

import { instantiate } from "elysia-text-wasm/core";
import { thrown } from "./rows.js";

const PARAGRAPH = [
  "The quick (\"brown\") fox can't jump 32.3 feet, right? Mail first.last@example.com, see https://example.com/a?b=c.",
  "שלום עולם, مرحبا بالعالم: 1,000.5 и ещё привет, мир!",
  "안녕하세요 세계 日本語の文章、カタカナ。 สวัสดีชาวโลก",
  "👨‍👩‍👧‍👦 🇰🇷🇫🇷 👍🏽 1️⃣ e\u0301a\u0308 \ud83d lone \ude00 x\ud800",
  "",
].join("\n");

const { length } = PARAGRAPH;

export function checkBehaviour(check, text, module) {
  longTexts(check, text);
  wholeAndInParts(check, text);
  iterators(check, text);
  instances(check, text, module);
}

/** A text of many equal paragraphs has as many times the words and tokens, wherever it is cut into parts. */
function longTexts(check, text) {
  const times = 700;
  const long = PARAGRAPH.repeat(times);
  const tokens = [...text.tokenize(PARAGRAPH)];
  const all = Array.from({ length: times }, (_, time) => tokens.map((token) => moved(token, time * length))).flat();
  check("tokens of a long text", all, () => [...text.tokenize(long)]);
  for (const mode of ["whitespace", "unicode"]) {
    check(`${mode} words of a long text`, text.wordCount(PARAGRAPH, mode) * times, () => text.wordCount(long, mode));
  }
  for (const unit of ["graphemes", "bytes", "characters", "words", "columns"]) {
    const limit = 500 * leastLimit(text, unit);
    const kept = PARAGRAPH.repeat(500);
    // White space behind the last word is none of its own.
    check(`${unit} of a long text`, unit === "words" ? kept.trimEnd() : kept, () => text.truncate(long, limit, unit));
  }
  const collapsed = text.normalize(PARAGRAPH, { form: null, collapseWhitespace: true });
  check("a long text cleaned up", collapsed.repeat(times), () =>
    text.normalize(long, { form: null, collapseWhitespace: true }));
  check("a long text that is trimmed", long.slice(0, -1), () => text.normalize(long, { form: null, trim: true }));
}

function moved({ text, kind, start, end }, by) {
  return { text, kind, start: start + by, end: end + by };
}

/** How many units the paragraph has. */
function leastLimit(text, unit) {
  let limit = 0;
  while (text.truncate(PARAGRAPH, limit, unit) !== PARAGRAPH) limit++;
  return limit;
}

/** Without white space there is no place to cut a text into parts: it is looked at as a whole. */
function wholeAndInParts(check, text) {
  const long = "字".repeat(100_000);
  check("words without white space", 100_000, () => text.wordCount(long, "unicode"));
  check("tokens without white space", 100_000, () => count(text.tokenize(long)));
  const letters = "a".repeat(150_000);
  check("one word", 1, () => text.wordCount(letters, "unicode"));
  check("tokens are no longer than 65,536", [65_536, 65_536, 18_928], () =>
    Array.from(text.tokenize(letters), ({ start, end }) => end - start));
  check("tokens are no longer than told", [5, 5, 2], () =>
    Array.from(text.tokenize("a".repeat(12), { longest: 5 }), ({ start, end }) => end - start));
  const marked = `e${"\u0301".repeat(50_000)}`;
  check("a long cluster", marked, () => text.truncate(`${marked}x`, 1));
  check("a long cluster that is too long", "", () => text.truncate(`${marked}x`, 100, "bytes"));
  check("the beginning of a long text", "aaa…", () => text.truncate("a".repeat(5_000_000), 4, { ellipsis: "…" }));
}

function count(iterator) {
  let number = 0;
  for (const _ of iterator) number++;
  return number;
}

function iterators(check, text) {
  const one = PARAGRAPH.repeat(40);
  const two = [..."other text 5 "].join("").repeat(900);
  const alone = [[...text.tokenize(one)], [...text.tokenize(two)]];
  check("two iterators by turns", alone, () => {
    const [first, second] = [text.tokenize(one), text.tokenize(two)];
    const found = [[], []];
    for (let turn = 0; turn < 10_000; turn++) {
      const [a, b] = [first.next(), second.next()];
      if (!a.done) found[0].push(a.value);
      if (!b.done) found[1].push(b.value);
    }
    return found;
  });
  check("other calls between two tokens", alone[0], () => {
    const found = [];
    for (const token of text.tokenize(one)) {
      found.push(token);
      text.wordCount("a b c");
      text.normalize("A  B", { caseFold: true, collapseWhitespace: true });
    }
    return found;
  });
  check("iterators that are left", "left", () => {
    for (let index = 0; index < 2000; index++) text.tokenize(one).next();
    for (const _ of text.tokenize(one)) return "left";
  });
  check("an iterator is iterable and ends once", [true, true, true], () => {
    const iterator = text.tokenize("");
    return [iterator[Symbol.iterator]() === iterator, iterator.next().done, iterator.next().done];
  });
  check("arguments are checked before the first token", "TypeError ERR_INVALID_ARG_TYPE " +
    'The "text" argument must be of type string. Received type number (1)', () => thrown(() => text.tokenize(1)));
}

function instances(check, text, module) {
  check("functions over a module that is handed in", [text.unicodeVersion, 2, "ab"], () => {
    const own = instantiate(module);
    return [own.unicodeVersion, own.wordCount("a b"), own.truncate("abc", 2)];
  });
  check("functions over an instance that is handed in", 2, () =>
    instantiate(module, new WebAssembly.Instance(module)).wordCount("a b"));
  const noMemory = "RangeError ERR_OUT_OF_RANGE The text is too long for the memory of WebAssembly";
  check("an instance without memory left is replaced", [noMemory, 2], () => {
    const { exports } = new WebAssembly.Instance(module);
    const words = () => {
      throw new WebAssembly.RuntimeError("unreachable");
    };
    const own = instantiate(module, { exports: { ...exports, words } });
    return [thrown(() => own.wordCount("a b")), own.wordCount("a b")];
  });
  check("memory is used again, and given back after a long text", [0, 1, 0], () => {
    const own = instantiate(module);
    const steps = [
      () => repeat(2000, () => own.normalize(PARAGRAPH, { caseFold: true, collapseWhitespace: true })),
      () => own.normalize(PARAGRAPH.repeat(20_000), { form: null, collapseWhitespace: true }),
      () => own.wordCount(PARAGRAPH.repeat(20_000)),
    ];
    return steps.map(instancesMadeBy);
  });
}

function repeat(times, call) {
  for (let time = 0; time < times; time++) call();
}

function instancesMadeBy(call) {
  const { Instance } = WebAssembly;
  let made = 0;
  WebAssembly.Instance = class extends Instance {
    constructor(module) {
      super(module);
      made++;
    }
  };
  try {
    call();
  } finally {
    WebAssembly.Instance = Instance;
  }
  return made;
}
