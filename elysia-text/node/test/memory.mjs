// Prints what the addon costs in memory: `node test/memory.mjs`, by itself and for each further instance in a worker
// thread. Each figure is the median of several processes; that of workers is over as many workers without the addon.
// Private memory, which is what no other process shares, is known on Linux only.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { Worker, isMainThread, parentPort, workerData } from "node:worker_threads";

const RUNS = 9;
const WORKERS = 8;

const require = createRequire(import.meta.url);
// What the host needs to load any package in JavaScript is not the addon's.
require("../package.json");
new Function("text", "return [...text.split(/ /u)].map((word) => word.normalize())")("one two");

if (!isMainThread) {
  if (workerData.loads) use(require("elysia-text"));
  parentPort.postMessage("ready");
  parentPort.once("message", () => parentPort.close());
} else if (process.argv[2] === "load") {
  await measureLoading();
} else if (process.argv[2] === "workers") {
  await measureWorkers(process.argv[3] === "true");
} else {
  report();
}

function report() {
  const loading = medians(runs("load"));
  const [without, with_] = [medians(runs("workers", "false")), medians(runs("workers", "true"))];
  console.log(`host: ${process.versions.bun ? `bun ${process.versions.bun}` : `node ${process.versions.node}`}`);
  line("before loading", loading.before, loading.privateBefore);
  line("the addon, loaded and used once", loading.after - loading.before, loading.privateAfter - loading.privateBefore);
  const [resident, own] = [with_.resident - without.resident, with_.own - without.own];
  line(`each further instance, of ${WORKERS} workers`, resident / WORKERS, own / WORKERS);
  line("a worker without it", (without.resident - without.before) / WORKERS, (without.own - without.privateBefore) / WORKERS);
}

function line(what, resident, own) {
  const kilobytes = (bytes) => `${Math.round(bytes / 1024)} KB`.padStart(10);
  console.log(`${what.padEnd(40)} resident ${kilobytes(resident)}   private ${Number.isNaN(own) ? "-" : kilobytes(own)}`);
}

async function measureLoading() {
  const [before, privateBefore] = await memory();
  use(require("elysia-text"));
  const [after, privateAfter] = await memory();
  console.log(JSON.stringify({ before, privateBefore, after, privateAfter }));
}

async function measureWorkers(loads) {
  // The first instance is in the main thread.
  use(require("elysia-text"));
  const [before, privateBefore] = await memory();
  const workers = Array.from({ length: WORKERS }, () => new Worker(fileURLToPath(import.meta.url), { workerData: { loads } }));
  await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once("message", resolve))));
  const [resident, own] = await memory();
  console.log(JSON.stringify({ before, privateBefore, resident, own }));
  for (const worker of workers) worker.postMessage("end");
}

function use({ normalize, tokenize, truncate, wordCount }) {
  normalize("e\u0301 \ud55c", "NFKD");
  wordCount("one, two", "unicode");
  truncate("text", 3);
  [...tokenize("one, two")];
}

async function memory() {
  await new Promise((resolve) => setTimeout(resolve, 50));
  globalThis.gc?.();
  return [process.memoryUsage.rss(), privateMemory()];
}

function privateMemory() {
  if (process.platform !== "linux") return NaN;
  const sizes = readFileSync("/proc/self/smaps_rollup", "latin1").matchAll(/^Private_\w+:\s+(\d+) kB/gm);
  return Array.from(sizes, ([, kilobytes]) => kilobytes * 1024).reduce((sum, bytes) => sum + bytes);
}

function runs(...args) {
  return Array.from({ length: RUNS }, () => {
    const program = [fileURLToPath(import.meta.url), ...args];
    const flags = process.versions.bun ? [] : ["--expose-gc"];
    const { stdout, stderr, status } = spawnSync(process.execPath, [...flags, ...program], { encoding: "utf8" });
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout);
  });
}

function medians(results) {
  const median = (numbers) => numbers.sort((a, b) => a - b)[numbers.length >> 1];
  return Object.fromEntries(Object.keys(results[0]).map((name) => [name, median(results.map((result) => result[name]))]));
}
