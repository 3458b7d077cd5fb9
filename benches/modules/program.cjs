"use strict";
// The benchmarks of ../module_benchmarks.rs that a program can feel. Every timing is of many calls; what they give is
// summed up, so that no call is dead.
const { report, warmUps, samples, firstLoads } = require("bench:host");

const filter = process.argv[2] ?? "";
let sink = 0;
let kept = true;

function bench(name, iterations, run) {
  if (!name.includes(filter)) return;
  const sample = () => {
    const start = performance.now();
    sink += run(iterations);
    return ((performance.now() - start) * 1e6) / iterations;
  };
  for (let warmUp = 0; warmUp < warmUps; warmUp++) sample();
  kept = report(name, Array.from({ length: samples }, sample)) && kept;
}

let first = 0;
const perSample = Math.floor(firstLoads / (samples + warmUps));
bench("bench_first_module_load", perSample, (iterations) => {
  let sum = 0;
  for (let at = 0; at < iterations; at++) sum += require(`bench:first${first++}`).number;
  return sum;
});

bench("bench_cached_module_load", 100_000, (iterations) => {
  let sum = 0;
  for (let at = 0; at < iterations; at++) sum += require("./small.cjs").value;
  return sum;
});

bench("bench_builtin_module_load", 50_000, (iterations) => {
  let sum = 0;
  for (let at = 0; at < iterations; at++) sum += require("node:path").sep.length;
  return sum;
});

const custom = require.resolve("./small.cjs");
bench("bench_custom_module_load", 50, (iterations) => {
  let sum = 0;
  for (let at = 0; at < iterations; at++) {
    delete require.cache[custom];
    sum += require("./small.cjs").value;
  }
  return sum;
});

const specifiers = ["./small.cjs", "./other.cjs", "../modules/small.cjs", "bench:thing", "node:path", "path"];
bench("bench_require_function_call", 60_000, (iterations) => {
  let sum = 0;
  for (let at = 0; at < iterations; at++) sum += require(specifiers[at % specifiers.length]) === undefined ? 0 : 1;
  return sum;
});

require("./small.cjs");
bench("bench_cache_lookup_only", 100_000, (iterations) => {
  let sum = 0;
  for (let at = 0; at < iterations; at++) sum += require.cache[custom].exports.value;
  return sum;
});

// What a module costs in the cache: it is made, put there and taken out again.
const Module = require("node:module");
bench("bench_module_cache_memory", 2_000, (iterations) => {
  let sum = 0;
  for (let at = 0; at < iterations; at++) {
    const id = `/bench/module${at}.cjs`;
    require.cache[id] = new Module(id);
    sum += require.cache[id].id.length;
  }
  for (let at = 0; at < iterations; at++) delete require.cache[`/bench/module${at}.cjs`];
  return sum;
});

process.exitCode = kept && sink >= 0 ? 0 : 1;
