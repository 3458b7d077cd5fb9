// What programs do with the packages around them. Places are printed too: they differ between layouts, never between
// runtimes.
import * as one from "@layouts/one";
import * as two from "@layouts/two";
import deep from "@layouts/two/deep/file";
import settings from "#settings";
import chalk from "chalk";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { h } from "preact";
import { useState } from "preact/hooks";
import { render } from "preact-render-to-string";

const require = createRequire(import.meta.url);
const place = (path) => path.replace(import.meta.dirname, "");
const attempt = async (load) => {
  try {
    return await load();
  } catch (error) {
    return error.code;
  }
};

console.log(one.name, one.old(), one.neighbour());
console.log(two.name, two.report(), deep("file"), settings);
console.log([one.self, one.ms, two.self, fileURLToPath(two.resolved)].map(place));
// The peer must be the same instance for both packages, or hooks fail.
console.log(render(h(function Counter() { return h("b", null, useState(7)[0]); })));
console.log(typeof chalk.red, require("@layouts/one") === one.default, require("@layouts/two").self === two.self);
console.log((await import("layouts")) === (await import("./settings.js")));
// A package of a package: there for all where the layout is hoisted, hidden where it is not.
console.log(await attempt(() => place(require.resolve("ms"))), await attempt(async () => typeof (await import("ms")).default));
console.log(await attempt(() => import("@layouts/two/main.js")), await attempt(() => require("@layouts/nowhere")));
console.log(place(require.resolve("preact-render-to-string")), require.resolve.paths("x").slice(0, 1).map(place));
