// Tests of the package in the host that runs this: `cargo xtask addon --test` runs it in Node and in Bun.
// Ends with 1 if anything failed.

import { behaviour } from "./behaviour.mjs";
import { loading } from "./loading.mjs";
import { memory } from "./memory_use.mjs";
import { rows } from "./rows.mjs";

let passed = 0;
const failures = [];

async function test(name, body) {
  try {
    await body();
    passed++;
  } catch (error) {
    failures.push(`${name}\n${error.stack}`);
  }
}

for (const suite of [rows, behaviour, loading, memory]) await suite(test);

for (const failure of failures.slice(0, 20)) console.error(failure);
const { bun, node } = process.versions;
console.log(`${bun ? `bun ${bun}` : `node ${node}`}: ${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length === 0 && passed > 0 ? 0 : 1;
