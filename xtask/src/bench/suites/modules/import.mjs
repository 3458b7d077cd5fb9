// What an ES module does with `import()` and `import.meta`.

import files from "./files.cjs";

const { expect, fresh, prepare } = files;

prepare();

export const figures = {
  async "import-cached"() {
    const call = () => import("../files/small.mjs");
    expect((await call()).value, 7, "the module");
    return { promised: call };
  },
  async "import-builtin"() {
    const call = () => import("node:fs");
    expect(typeof (await call()).readFileSync, "function", "a function of fs");
    return { promised: call };
  },
  async "import-first"() {
    return {
      async batch(times) {
        const names = fresh("mjs", times);
        let sum = 0;
        const started = performance.now();
        for (let i = 0; i < times; i++) sum += (await import(names[i])).value;
        const elapsed = performance.now() - started;
        expect(sum, (times * (times - 1)) / 2, "the sum of all modules");
        return elapsed;
      },
    };
  },
  "import-resolve"() {
    const call = () => import.meta.resolve("../files/small.mjs");
    expect(call(), new URL("../files/small.mjs", import.meta.url).href, "the URL");
    return call;
  },
};
