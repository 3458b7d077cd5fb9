// Optimised code calls other functions of Rust than code that was run a few times. Both answer alike, for strings of every make.
import { normalize, tokenize, truncate, wordCount } from "krepis:text";

const long = "one two three four five six seven".repeat(4);
const strings = [
  "one two", // one byte a character
  "\u20ac two", // two bytes
  "caf\u00e9 two",
  "cafe\u0301 two",
  long.slice(3, 60), // a part of another string
  [..."one two three four five"].reduce((all, one) => all + one, ""), // a rope
  JSON.parse('"one two"'),
  "",
  "\ud800 two",
];
const FORMS = [undefined, "NFD", "NFKC", "NFKD", { form: null, trim: true }, { caseFold: true }];
const UNITS = ["graphemes", "bytes", "characters", "words", "columns"];

// What they say when nothing is optimised yet: each in a function of its own.
const fresh = (body) => new Function("normalize", "tokenize", "truncate", "wordCount", "text", "option", `return ${body}`);
const say = (body, text, option) => fresh(body)(normalize, tokenize, truncate, wordCount, text, option);
const expected = strings.map((text) => ({
  forms: FORMS.map((form) => say("normalize(text, option)", text, form)),
  words: ["whitespace", "unicode"].map((mode) => say("wordCount(text, option)", text, mode)),
  cuts: UNITS.map((unit) => say("truncate(text, 4, option)", text, unit)),
  ellipsis: say("truncate(text, 4, { ellipsis: '..' })", text),
  tokens: say("tokenize(text).map((it) => it.text + it.start).toArray().join()", text),
}));

let different = 0;
for (let round = 0; round < 3000; round++) {
  for (let at = 0; at < strings.length; at++) {
    const text = strings[at];
    const wanted = expected[at];
    for (let form = 0; form < FORMS.length; form++) if (normalize(text, FORMS[form]) !== wanted.forms[form]) different++;
    if (wordCount(text) !== wanted.words[0] || wordCount(text, "unicode") !== wanted.words[1]) different++;
    for (let unit = 0; unit < UNITS.length; unit++) if (truncate(text, 4, UNITS[unit]) !== wanted.cuts[unit]) different++;
    if (truncate(text, 4, { ellipsis: ".." }) !== wanted.ellipsis) different++;
    if (truncate(text, Infinity) !== text || truncate(text, 2 ** 40, "bytes") !== text) different++;
    if (round % 10 === 0 && tokenize(text).map((it) => it.text + it.start).toArray().join() !== wanted.tokens) different++;
  }
}
console.log("different answers:", different);

// Iterators are independent, may be left, and stay at their end.
const first = tokenize("a b c d");
const second = tokenize("x y z");
console.log(first.next().value.text, second.next().value.text, first.next().value.text, second.next().value.text);
for (const token of first) {
  console.log(token.text);
  break;
}
console.log(first.next(), [...second].length, second.next().done, String(second));
const many = "word ".repeat(5000);
console.log([...tokenize(many)].every((it, at) => it.start === at * 5 && it.text === "word"), tokenize(many).take(2).toArray().length);
