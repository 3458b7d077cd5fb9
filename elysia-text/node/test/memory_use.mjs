// What calls leave behind: nothing. Bounds are far above what a run shows and far below what a leak would make.

import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { normalize, tokenize, truncate, wordCount } from "elysia-text";

const MB = 1024 * 1024;
const collect = globalThis.Bun ? () => Bun.gc(true) : collectorOfNode();

export async function memory(test) {
  await test("100,000 calls leave nothing", async () => {
    const texts = ["short", "e\u0301".repeat(20), "x".repeat(5000), "\u0436 ".repeat(5000)];
    const round = () => {
      for (let i = 0; i < 6250; i++) {
        const text = texts[i % texts.length];
        normalize(text, "NFD");
        wordCount(text);
        truncate(text, 10, "graphemes", { ellipsis: "..." });
        tokenize(text).next();
      }
    };
    round();
    round();
    const before = await residentMemory();
    round();
    round();
    assert.ok((await residentMemory()) - before < 48 * MB);
  });

  // Each iterator that is left without `return` keeps its text until it is collected: 2,000 of 1 MB.
  await test("iterators that nobody asks any more are collected", async () => {
    const text = "word ".repeat(100_000);
    for (let i = 0; i < 2000; i++) {
      tokenize(text).next();
      if (i % 100 === 0) await residentMemory();
    }
    assert.ok((await residentMemory()) < 1000 * MB);
  });

  // 200 copies would be 200 MB; the host's own string is one.
  await test("a text that does not change is the same string", async () => {
    const text = "plain text ".repeat(100_000).slice(1);
    normalize(text);
    const before = await residentMemory();
    const results = Array.from({ length: 200 }, () => [normalize(text), truncate(text, 2_000_000)]);
    assert.ok((await residentMemory()) - before < 100 * MB);
    assert.ok(results.every(([a, b]) => a === text && b === text));
  });
}

// After a turn of the event loop, in which the host frees what finalizers have let go of.
async function residentMemory() {
  collect();
  await new Promise((resolve) => setTimeout(resolve, 1));
  return process.memoryUsage.rss();
}

function collectorOfNode() {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc");
}
