// Both kinds of path, over many inputs.
const path = require("node:path");
console.log(path === require("path"), path.posix === path, path.win32.win32 === path.win32, path.posix.win32 === path.win32);
const inputs = [
  "", ".", "..", "/", "//", "///", "a", "a/", "/a", "/a/", "a/b", "a//b", "/a/b/", "//a", "//a//", "//a/b", "a/../b", "../../a", "a/../..",
  "/../a", "./a", "a/./b/", "a.b", ".a", ".a.b", "a.", "a..", "..a", "a/.b", "a/b.c.d", "a/b.c/", "/a.b/c", "file.tar.gz", "..", "../", "a\\b", "C:", "C:\\", "C:/",
  "C:a", "C:a\\b", "C:\\a\\..\\b", "C:..\\a", "C:\\..\\..", "\\\\server\\share", "\\\\server\\share\\", "\\\\server\\share\\a\\b", "\\\\server", "\\\\server\\", "\\a", "\\", "\\\\", "//server/share/a", "\\\\?\\C:\\a", "\\\\.\\COM1", "c:foo.txt", "C:\\a.b\\c", "D:\\a/b", "a/b\\c",
];
for (const [name, p] of [["posix", path.posix], ["win32", path.win32]]) {
  for (const input of inputs) {
    console.log(name, JSON.stringify([input, p.normalize(input), p.dirname(input), p.basename(input), p.extname(input), p.isAbsolute(input), p.parse(input), p.format(p.parse(input))]));
  }
}
const pairs = [["a", "b"], ["/a", "../b"], ["", ""], ["a", ""], ["/", "/b"], ["a/", "/b"], ["//a", "b"], ["//", "a"], ["\\", "\\b"], ["C:", "a"], ["C:\\", "a"], ["a", "..", "..", "..", "b"], ["", "//", "a"], ["\\\\", "a", "b"], ["/", "\\\\b"], [".", "/", "./", "x"], ["c:.", "file"]];
for (const p of [path.posix, path.win32]) for (const pair of pairs) console.log(JSON.stringify([...pair, p.join(...pair)]));
for (const pair of [["/a", "b"], ["/a", "/b"], ["/a", "..", "c"], ["/a/b/", "./c/"], ["/", ""], ["/a", "../../../x"]]) console.log(JSON.stringify([...pair, path.posix.resolve(...pair)]));
for (const pair of [["C:\\a", "b"], ["C:\\a", "D:\\b"], ["C:\\a", "\\b"], ["C:\\a", "D:b", "C:c"], ["\\\\s\\h\\", "..", "x"], ["C:\\ignore", "c:\\some\\file"], ["//server/share", "../relative\\"], ["c:/", "//dir"]]) console.log(JSON.stringify([...pair, path.win32.resolve(...pair)]));
for (const [a, b] of [["/a/b", "/a/c"], ["/a/b", "/a/b/c"], ["/a", "/"], ["/", "/a"], ["/a/b", "/ab"], ["/foo/bar/baz", "/foo/bar/qux/q"], ["/a/b/", "/a/b"], ["/x/y/z", "/x"]]) console.log(JSON.stringify([a, b, path.posix.relative(a, b)]));
for (const [a, b] of [["C:\\a\\b", "C:\\a\\c"], ["C:\\a", "D:\\a"], ["c:\\A\\b", "C:\\a\\B\\c"], ["C:\\", "C:\\a"], ["\\\\s\\h\\a", "\\\\s\\h\\b"], ["\\\\s\\h", "C:\\a"], ["C:\\a\\b", "C:\\"], ["C:\\foo", "C:\\foobar"]]) console.log(JSON.stringify([a, b, path.win32.relative(a, b)]));
for (const [p, suffix] of [["a.js", ".js"], ["a.js", "a.js"], [".js", ".js"], ["/x/a.js/", ".js"], ["a.js", "s"], ["aa", "a"], ["a", "aaaa"], ["/a/b.html", ".html"], ["x", ""]]) console.log(JSON.stringify([p, suffix, path.posix.basename(p, suffix), path.win32.basename(p, suffix)]));
console.log(path.format({ dir: "/a", base: "b.c" }), path.format({ root: "/", name: "x", ext: "y" }), path.format({ root: "/", dir: "/", base: "q" }), path.win32.format({ dir: "C:\\x", name: "n", ext: ".e" }));
console.log(path.sep, path.delimiter, path.win32.sep, path.win32.delimiter);
console.log(["C:\\a", "\\\\s\\h\\a", "\\\\?\\C:\\a", ""].map((p) => path.win32.toNamespacedPath(p)), path.posix.toNamespacedPath("/a"));
for (const [p, pattern] of [["a/b.js", "a/*.js"], ["a/b/c.js", "**/*.js"], ["a/b/c.js", "a/*.js"], ["x.ts", "*.{js,ts}"], ["a/.b", "a/*"], ["abc", "a?c"], ["abc", "a[a-c]c"], ["c.js", "**/*.js"]]) console.log(p, pattern, path.matchesGlob(p, pattern));
for (const run of [() => path.join(1), () => path.resolve("a", null), () => path.basename("a", 1), () => path.format("x"), () => path.dirname()]) {
  try { run(); } catch (error) { console.log(error.code, error.message); }
}
