// What a CommonJS module does with `require`. The program is itself one: `require` is the one that it was given.
"use strict";

const { createRequire } = require("node:module");
const { expect, fresh, prepare } = require("./files.cjs");

const root = prepare();
const small = require.resolve("../files/small.js");

/** Modules that are loaded for the first time, so many in a batch; what they export is summed up. */
function first(extension) {
  return {
    batch(times) {
      const names = fresh(extension, times);
      let sum = 0;
      const started = performance.now();
      for (let i = 0; i < times; i++) sum += require(names[i]).value;
      const elapsed = performance.now() - started;
      expect(sum, (times * (times - 1)) / 2, "the sum of all modules");
      return elapsed;
    },
  };
}

/** A call that is looked at first. */
function checked(call, expected, what) {
  expect(call(), expected, what);
  return call;
}

exports.figures = {
  cached() {
    return checked(() => require("../files/small.js").value, 7, "the module");
  },
  "cached-spelling"() {
    expect(require("../files/small.js"), require("../files/../files/small.js"), "the module by a second spelling");
    return () => require("../files/../files/small.js").value;
  },
  "cached-package"() {
    return checked(() => require("small").value, 8, "the package");
  },
  mixed() {
    const specifiers =
      ["../files/small.js", "../files/even.js", "../files/../files/small.js", "small", "node:path", "path"];
    for (const specifier of specifiers) expect(typeof require(specifier), "object", specifier);
    let at = 0;
    return () => {
      at = at === 5 ? 0 : at + 1;
      return require(specifiers[at]);
    };
  },
  builtin() {
    return checked(() => typeof require("fs").readFileSync, "function", "a function of fs");
  },
  "builtin-scheme"() {
    return checked(() => typeof require("node:fs").readFileSync, "function", "a function of fs");
  },
  "resolve-relative"() {
    return checked(() => require.resolve("../files/small.js"), small, "the file");
  },
  "resolve-package"() {
    const expected = require.resolve("../node_modules/small/lib/index.js");
    return checked(() => require.resolve("small"), expected, "the file of the package");
  },
  "resolve-builtin"() {
    return checked(() => require.resolve("node:fs"), "node:fs", "the built-in");
  },
  "cache-read"() {
    require("../files/small.js");
    return checked(() => require.cache[small].exports.value, 7, "the module in the cache");
  },
  evict() {
    const before = require("../files/small.js");
    const reload = () => {
      delete require.cache[small];
      return require("../files/small.js");
    };
    expect(reload() === before, false, "whether it is the module of before");
    return checked(() => reload().value, 7, "the module");
  },
  circular() {
    const pair = [require.resolve("../files/even.js"), require.resolve("../files/odd.js")];
    const load = () => {
      delete require.cache[pair[0]];
      delete require.cache[pair[1]];
      return require("../files/even.js").value;
    };
    return checked(load, 4, "what the one saw of the other");
  },
  "first-js"() {
    return first("js");
  },
  "first-json"() {
    return first("json");
  },
  "create-require"() {
    const from = `${root}/anywhere.js`;
    return checked(() => createRequire(from)("./small.js").value, 7, "the module");
  },
};
