// What a text is like: how many words and characters it has, whom and what it links to, which words it uses most.
//
//   krepis examples/text.ts < README.md
//   curl -s localhost:3000 | krepis examples/text.ts
//
// It is read in chunks and never whole in memory, however long it is.

import process from "node:process";
import { normalize, Tokenizer, Truncator, WordCounter, type Token } from "krepis:text";

const words = new WordCounter();
const unicodeWords = new WordCounter("unicode");
const teaser = new Truncator(60, "columns", { ellipsis: "…" });
const tokens = new Tokenizer();
let preview = "";
const used = new Map<string, number>();
const addresses = new Set<string>();
const emoji = new Set<string>();

function note({ kind, text }: Token): void {
  if (kind === "url" || kind === "email") addresses.add(text);
  if (kind === "emoji") emoji.add(text);
  if (kind !== "word") return;
  // "STRASSE" and "Straße" are one word, however they are encoded.
  const word = normalize(text, { form: "NFKC", caseFold: true });
  used.set(word, (used.get(word) ?? 0) + 1);
}

const decoder = new TextDecoder();
for await (const bytes of process.stdin) {
  const chunk = decoder.decode(bytes, { stream: true });
  words.push(chunk);
  unicodeWords.push(chunk);
  if (!teaser.isFull) preview += teaser.push(chunk);
  tokens.push(chunk).forEach(note);
}
preview += teaser.finish();
tokens.finish().forEach(note);

const most = [...used].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, 5);
console.log(normalize(preview, { form: null, collapseWhitespace: true, trim: true }));
console.log(`${words.finish()} words between white space, ${unicodeWords.finish()} by the rules of Unicode`);
if (most.length > 0) console.log(`most used: ${most.map(([word, times]) => `${word} (${times})`).join(", ")}`);
if (addresses.size > 0) console.log(`addresses: ${[...addresses].join(" ")}`);
if (emoji.size > 0) console.log(`emoji: ${[...emoji].join(" ")}`);
