// How the package is loaded: by `import`, by `require`, in worker threads, and where its addon is not there.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";

import * as imported from "elysia-text";

const NAMES = ["normalize", "tokenize", "truncate", "unicodeVersion", "wordCount"];
const folder = fileURLToPath(new URL("..", import.meta.url));

export async function loading(test) {
  await test("import and require give the same functions", () => {
    const required = createRequire(import.meta.url)("elysia-text");
    assert.deepEqual(Object.keys(imported).sort(), NAMES);
    assert.deepEqual(Object.keys(required).sort(), NAMES);
    for (const name of NAMES) assert.equal(imported[name], required[name]);
  });

  await test("worker threads, one after the other and at once", async () => {
    assert.equal(await inWorker("one"), "one: 2 words, 1000 tokens, \u00e9");
    const names = ["a", "b", "c", "d"];
    const answers = await Promise.all(names.map(inWorker));
    assert.deepEqual(answers, names.map((name) => `${name}: 2 words, 1000 tokens, \u00e9`));
    assert.equal(imported.wordCount("still here"), 2);
  });

  await test("each platform has a package that says what it is", () => {
    const { optionalDependencies, version, napi } = contents(folder);
    const platforms = readdirSync(join(folder, "npm"));
    const names = platforms.map((platform) => `elysia-text-${platform}`);
    assert.deepEqual(Object.keys(optionalDependencies).sort(), names.sort());
    assert.equal(napi.targets.length, platforms.length);
    for (const platform of platforms) {
      const package_ = contents(join(folder, "npm", platform));
      const [main, os, cpu] = [`elysia-text.${platform}.node`, ...platform.split("-")];
      assert.equal(optionalDependencies[package_.name], version);
      const { name, version: own, files, os: systems, cpu: processors } = package_;
      assert.deepEqual(
        { name, own, main: package_.main, files, systems, processors },
        { name: `elysia-text-${platform}`, own: version, main, files: [main], systems: [os], processors: [cpu] },
      );
    }
  });

  await test("the addon of the platform's package", () => {
    withCopy((copy) => {
      const addon = readdirSync(folder).find((file) => file.endsWith(".node"));
      const platform = addon.split(".")[1];
      const installed = join(copy, "node_modules", `elysia-text-${platform}`);
      mkdirSync(installed, { recursive: true });
      cpSync(join(folder, addon), join(installed, addon));
      cpSync(join(folder, "npm", platform, "package.json"), join(installed, "package.json"));
      assert.equal(outcomeOf(`console.log(require(${JSON.stringify(copy)}).wordCount("two words"))`, copy), "2\n");
    });
  });

  await test("an addon that is not there, and one that does not load", () => {
    withCopy((copy) => {
      const missing = failureIn(copy);
      assert.equal(missing.code, "ERR_ADDON_NOT_FOUND");
      const [, platform] = /^elysia-text has no addon for (\S+)\. Looked for\n/.exec(missing.message);
      const file = join(copy, `elysia-text.${platform}.node`);
      const lines = missing.message.split("\n").slice(1, 3);
      assert.deepEqual(lines, [`  ${file}: not found`, `  elysia-text-${platform}: not found`]);
      assert.match(missing.message, /cargo xtask addon$/);

      writeFileSync(file, "no addon");
      const broken = failureIn(copy);
      assert.equal(broken.code, "ERR_ADDON_NOT_FOUND");
      assert.ok(broken.message.includes(`  ${file}: `) && !broken.message.includes(`${file}: not found`));
      assert.match(broken.message, /It does not load here\. elysia-text-wasm has/);
    });
  });
}

function inWorker(name) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./worker.mjs", import.meta.url), { workerData: name });
    let answer;
    worker.on("message", (message) => (answer = message));
    worker.on("error", reject);
    worker.on("exit", () => resolve(answer));
  });
}

// With a copy of the package that has no addon.
function withCopy(body) {
  const copy = mkdtempSync(join(tmpdir(), "elysia-text-"));
  try {
    for (const file of ["binding.js", "errors.js", "index.js", "package.json"]) cpSync(join(folder, file), join(copy, file));
    body(copy);
  } finally {
    rmSync(copy, { recursive: true });
  }
}

function failureIn(copy) {
  const program = `try { require(${JSON.stringify(copy)}) } catch ({ code, message }) {
    console.log(JSON.stringify({ code, message }));
  }`;
  return JSON.parse(outcomeOf(program, copy));
}

function outcomeOf(program, cwd) {
  const { stdout, stderr } = spawnSync(process.execPath, ["-e", program], { cwd, encoding: "utf8" });
  assert.equal(stderr, "");
  return stdout;
}

function contents(package_) {
  return JSON.parse(readFileSync(join(package_, "package.json"), "utf8"));
}
