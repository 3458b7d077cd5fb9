// Random tables and paths: what walks the table and what its code says are the same, and a route is found exactly when a naive
// matcher, a regular expression for each pattern, takes the path.

import { Router } from "krepis:mycelia";

let seed = 11;
const random = (n) => ((seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) >>> 10) % n;
const pick = (list) => list[random(list.length)];

/** A segment, and the expression for it; the names of parameters are made one after the other. */
const SEGMENTS = [
  () => ["a", "a"],
  () => ["b1", "b1"],
  () => ["7", "7"],
  (name) => [`{${name}}`, "[^/]+"],
  (name) => [`{${name}:int}`, "-?[0-9]+"],
  (name) => [`{${name}:alpha}`, "[A-Za-z]+"],
  (name) => [`a{${name}}`, "a[^/]+"],
  (name) => [`{${name}}.{${name}b}`, "[^/]+\\.[^/]+"],
  (name) => [`v{${name}:uint}`, "v[0-9]+"],
  (name) => [`*${name}`, "[^/]+(?:/[^/]*)*"],
];

function randomPattern() {
  const segments = Array.from({ length: 1 + random(4) }, (_, at) => pick(SEGMENTS)(`p${at}`));
  const optional = random(6) === 0 ? ["/{last?}", "(?:/[^/]+)?"] : ["", ""];
  return {
    pattern: `/${segments.map(([text]) => text).join("/")}${optional[0]}`,
    naive: new RegExp(`^/${segments.map(([, source]) => source).join("/")}${optional[1]}$`),
  };
}

const TEXTS = ["a", "b1", "7", "-7", "ab", "a.b", "a7", "v3", "x.y.z", "", "z"];
const randomPath = () => `/${Array.from({ length: 1 + random(6) }, () => pick(TEXTS)).join("/")}`;

const wrong = [];
const counts = { tables: 0, patterns: 0, paths: 0, found: 0 };
for (let n = 0; n < 300; n++) {
  const walked = new Router();
  const compiled = new Router();
  const naives = [];
  for (let i = 0; i < 1 + random(12); i++) {
    const { pattern, naive } = randomPattern();
    try {
      walked.insert(pattern, pattern);
    } catch (error) {
      // Another one of the table takes the same paths.
      if (error.code !== "ERR_ROUTE_CONFLICT" && error.code !== "ERR_ROUTE_DUPLICATE") throw error;
      continue;
    }
    compiled.insert(pattern, pattern);
    naives.push({ pattern, naive });
  }
  compiled.compile();
  counts.tables++;
  counts.patterns += naives.length;
  for (let i = 0; i < 40; i++) {
    const path = randomPath();
    counts.paths++;
    const first = JSON.stringify(walked.matchesAll(path)[0] ?? null);
    const code = JSON.stringify(compiled.at(path));
    const all = new Set(walked.matchesAll(path).map(({ value }) => value));
    const expected = naives.filter(({ naive }) => naive.test(path)).map(({ pattern }) => pattern);
    if (first !== "null") counts.found++;
    if (first !== code || all.size !== expected.length || !expected.every((pattern) => all.has(pattern))) {
      wrong.push({ table: [...walked].map(([pattern]) => pattern), path, first, code, all: [...all], expected });
    }
  }
}
console.log(counts.tables, counts.patterns > 1000, counts.paths, counts.found > 2000, "wrong:", wrong.length);
if (wrong.length > 0) console.log(wrong.slice(0, 3));
