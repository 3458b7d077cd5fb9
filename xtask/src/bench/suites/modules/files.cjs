// The modules that are loaded. They are written before any clock runs, beside the folders of the programs, which share them.
"use strict";

const fs = require("node:fs");
const path = require("node:path");

const base = path.dirname(__dirname);
const root = path.join(base, "files");

function write(file, text) {
  const target = path.join(base, file);
  if (fs.existsSync(target)) return;
  fs.mkdirSync(path.dirname(target), { recursive: true });
  // Whole or not at all: another process may be reading.
  const part = `${target}.${process.pid}`;
  fs.writeFileSync(part, text);
  fs.renameSync(part, target);
}

/** A small module, as CommonJS and as an ES module; `value` tells it from others. */
const commonjs = (value) => `"use strict";
const table = { name: "small", tags: ["one", "two"], limit: ${value} };
exports.value = ${value};
exports.add = function add(a, b) {
  return a + b + table.limit;
};
exports.describe = (prefix = "item") => \`\${prefix} \${table.name}: \${table.tags.join(", ")}\`;
`;
const esm = (value) => `const table = { name: "small", tags: ["one", "two"], limit: ${value} };
export const value = ${value};
export function add(a, b) {
  return a + b + table.limit;
}
export const describe = (prefix = "item") => \`\${prefix} \${table.name}: \${table.tags.join(", ")}\`;
`;
const json = (value) => `${JSON.stringify({ name: "small", value, tags: ["one", "two"], limit: 100, strict: true })}\n`;

const KINDS = { js: commonjs, mjs: esm, json };

/** What all programs find: a module of each kind, a package, and two modules that load each other. */
exports.prepare = function prepare() {
  write("files/package.json", `{ "private": true, "type": "commonjs" }\n`);
  write("files/small.js", commonjs(7));
  write("files/small.mjs", esm(7));
  write("files/even.js", `exports.name = "even";\nconst odd = require("./odd.js");\nexports.value = odd.seen.length;\n`);
  write("files/odd.js", `const even = require("./even.js");\nexports.seen = even.name;\n`);
  write("node_modules/small/package.json", `{ "name": "small", "version": "1.0.0", "main": "./lib/index.js" }\n`);
  write("node_modules/small/lib/index.js", commonjs(8));
  return root;
};

let batches = 0;

/** So many modules that nobody has loaded, in a folder that nobody has looked into. */
exports.fresh = function fresh(extension, count) {
  const folder = `files/${extension}-${batches++}`;
  const names = Array.from({ length: count }, (_, at) => `${folder}/m${at}.${extension}`);
  names.forEach((name, at) => write(name, KINDS[extension](at)));
  return names.map((name) => `../${name}`);
};

exports.expect = function expect(actual, expected, what) {
  if (actual !== expected) throw new Error(`${what}: expected ${expected}, found ${actual}`);
};
