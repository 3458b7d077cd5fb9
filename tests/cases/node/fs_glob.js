// fs.glob in its three forms, in a folder of its own.
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const dir = fs.mkdtempSync(path.join(os.tmpdir(), "krepis-glob-"));
process.chdir(dir);
fs.mkdirSync("a/b/c", { recursive: true });
fs.mkdirSync(".h");
fs.mkdirSync("d");
for (const file of ["a/x.js", "a/b/y.js", "a/b/c/z.js", ".h/q.js", "d/.dot", "d/w.txt", "top.js", "a/x1.mjs", "a/[q].js"]) fs.writeFileSync(file, "");
fs.symlinkSync("a", "link");

const sorted = (found) => found.sort().join(" ");
for (const pattern of [
  "**", "*", "a/**", "a/**/", "**/", "./**", "**/*.js", "*/", "a/*/", "a/..", "a/../*.js", "a/./b", "link/*", "link/**", "**/x.js", "{a,d}/*",
  "a/b/c/../*", ".h/*", ".*", "nope", "a", "./a", "a/", "top.js/", "**/c", "**/c/**", "a/b/**/z.js", "", "a/x?.mjs", "a/x[0-9].mjs", "a/x[!2-9].mjs",
  "a/@(x|x1).*js", "a/!(x).js", "a/+(x|1).mjs", "*.{js,ts}", "a/x{1..3}.mjs", "a/[[]q[]].js", "**/[[:alpha:]].js", "{top,nope}.js",
]) console.log(JSON.stringify(pattern), sorted(fs.globSync(pattern)).replaceAll(path.basename(dir), "DIR"));
console.log(sorted(fs.globSync(`${dir}/*.js`)).replaceAll(dir, "DIR"), sorted(fs.globSync(["*.js", "a/*"], { exclude: ["a/b"] })), sorted(fs.globSync("**", { exclude: (name) => name === "b" })));
console.log(sorted(fs.globSync("**", { cwd: "a" })), sorted(fs.globSync("*", { cwd: new URL(`file://${dir}/a`) })));
console.log(sorted(fs.globSync("a/**", { withFileTypes: true, exclude: (entry) => entry.name === "c" }).map((entry) => `${entry.parentPath}|${entry.name}|${entry.isDirectory()}`)));
for (const run of [() => fs.globSync(5), () => fs.globSync("a", 5), () => fs.globSync("a", { exclude: 5 }), () => fs.glob("a"), () => fs.globSync(["a", 5])]) {
  try { console.log(run()); } catch (error) { console.log(error.code, error.message); }
}
fs.glob("a/*.js", async (error, found) => {
  console.log(error, found.sort());
  console.log(await Array.fromAsync(fs.promises.glob("**/*.mjs")), Object.prototype.toString.call(fs.promises.glob("a")));
  process.chdir("/");
  fs.rmSync(dir, { recursive: true });
});

for (const [file, pattern] of [
  ["a/b", "a\\b"], ["a", "a/**"], ["a/", "a/**"], [".a", "**"], ["ab", "+(a|b)"], ["ac", "!(b)"], ["a", "[[:alpha:]]"], ["a/b", "*"], ["a//b", "a/b"], ["./a", "a"],
  ["a/../b", "b"], ["a5", "a{1..9}"], ["ab", "a{b,c}"], ["", "**"], ["a]", "a[]]"], ["a/b/c", "a/**/c"], ["a/.b/c", "a/**/c"], ["foo.js", "*.{js,ts}"], ["x", "[z-a]"],
]) console.log(file, pattern, path.posix.matchesGlob(file, pattern), path.win32.matchesGlob(file.replaceAll("/", "\\"), pattern));
