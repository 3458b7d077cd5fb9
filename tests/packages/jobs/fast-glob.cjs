// fast-glob: finds files, async, sync and as a stream
const fg = require("fast-glob");
const { step } = require("../lib/step.cjs");

const cwd = require("node:path").join(__dirname, "../fixtures");
step("sync", () => fg.sync(["**/*.{js,ts}", "!**/dist/**"], { cwd }).sort());
step("async", async () => (await fg("*/*.json", { cwd, dot: true, onlyFiles: true, absolute: false })).sort());
step("objects", async () => (await fg("project/*", { cwd, objectMode: true, stats: true })).map((e) => [e.name, e.dirent.isFile(), e.stats.size > 0]).sort());
step("stream", async () => { const all = []; for await (const name of fg.stream("format/*", { cwd, dot: true })) all.push(name); return all.sort(); });
step("escape", () => [fg.escapePath("a[b]*"), fg.isDynamicPattern("a/*.js")]);
