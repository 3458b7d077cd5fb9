// The shared cases of route tables, tests/mycelia/routes.txt: JavaScript answers as Rust does, before and after there is code
// for a table.

import { readFileSync } from "node:fs";
import { Router } from "krepis:mycelia";

const OFTEN = 200;

function tableOf(heading) {
  const options = heading.split(" ");
  const router = new Router({
    percentDecoding: options.includes("percent-decoding"),
    trailingSlash: options.includes("ignore-slash") ? "ignore" : "strict",
    ignoreCase: options.includes("ignore-case"),
  });
  router.constraint("even", (text) => /[02468]$/.test(text));
  return router;
}

function answer(router, line) {
  const [asked] = line.split(" | ");
  const path = asked.slice(2);
  if (asked.startsWith("*")) {
    const patterns = router.matchesAll(path).map(({ value }) => value);
    return [asked, ...(patterns.length === 0 ? ["-"] : patterns)].join(" | ");
  }
  const found = router.at(path);
  if (found === null) return `${asked} | -`;
  const params = Object.entries(found.params).map(([name, text]) => `${name}=${text}`);
  return [asked, found.value, ...params].join(" | ");
}

const counts = { tables: 0, questions: 0, wrong: 0 };
let router;
let heading;

function check(line, when) {
  counts.questions++;
  const actual = answer(router, line);
  if (actual === line) return;
  counts.wrong++;
  console.log(`${heading}, ${when}: expected ${line}, found ${actual}`);
}

const asked = [];

function ask() {
  for (const line of asked) check(line, "asked for the first time");
  for (let i = 0; i < OFTEN; i++) router?.at("/a/path/that/is/asked/often");
  for (const line of asked) check(line, "asked often");
  asked.length = 0;
}

const text = readFileSync(new URL("../../mycelia/routes.txt", import.meta.url), "utf8");
for (const line of text.split("\n")) {
  if (line.startsWith("table ")) {
    ask();
    heading = line;
    router = tableOf(line);
    counts.tables++;
  } else if (line.startsWith("+ ")) {
    router.insert(line.slice(2), line.slice(2));
  } else if (line.startsWith("? ") || line.startsWith("* ")) {
    asked.push(line);
  }
}
ask();
console.log(`${counts.tables} tables, ${counts.questions > 900 ? "more than 900" : counts.questions} questions, ${counts.wrong} wrong`);
