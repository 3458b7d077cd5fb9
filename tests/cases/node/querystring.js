// node:querystring.
const qs = require("querystring");
for (const text of ["a=1&b=2", "a=1&a=2", "a", "a=", "=a", "a=b=c", "a+b=c+d", "%61=%zz", "a=%E2%82%AC", "&&a=1&", "", "a[]=1", "x=%", "%F0%9F%98%80=1"]) console.log(JSON.stringify(text), qs.parse(text));
console.log(qs.parse("a:1;b:2", ";", ":"), qs.parse("a=1&b=2&c=3", null, null, { maxKeys: 2 }), qs.parse("a=x", null, null, { decodeURIComponent: (text) => text + "!" }));
for (const object of [{ a: 1, b: "x y", c: true, d: [1, "2"], e: null, f: undefined, g: {}, h: NaN, i: 5n }, {}, null, "text", { "\u20ac": "a&b=c" }, { "a'b()*!~": "-._" }]) console.log(JSON.stringify(qs.stringify(object)));
console.log(qs.stringify({ a: 1, b: 2 }, ";", ":"), qs.escape("a b&c"), qs.unescape("a%20b%zz"), qs.encode === qs.stringify, qs.decode === qs.parse, qs.unescapeBuffer("a%41%"));
try { qs.escape("\ud800"); } catch (error) { console.log(error.name, error.code, error.message); }
