// Quoting and escaping of strings inside other values; line breaking of long ones; truncation.
console.log(["it's", 'say "hi"', `it's "both"`, `it's "all" \`three\``, `it's "x" \${y}`]);
console.log(["tab\t", "nl\n", "cr\r", "bell\x07", "esc\x1b[0m", "del\x7f", "c1\x9f", "back\\slash", "\0"]);
console.log(["\ud83d", "\udc00x", "\u{1f600}", "h\u00e9llo", "\u4e2d\u6587"]);
console.log({ key: "first line that is rather long\nsecond line that is rather long\nthird line of the text" });
console.log(["x".repeat(10005)].toString().length);
console.dir(["x".repeat(30)], { maxStringLength: 10 });
console.dir("x".repeat(30), { maxStringLength: 29 });
