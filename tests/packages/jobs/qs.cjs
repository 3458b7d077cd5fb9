// qs: nested query strings there and back
const qs = require("qs");
const { step } = require("../lib/step.cjs");

step("parse", () => [qs.parse("a[b][c]=d&e[]=1&e[]=2&f.g=h&i=%E4", { allowDots: true, charset: "iso-8859-1" }), qs.parse("?x=1;y=2", { ignoreQueryPrefix: true, delimiter: ";" })]);
step("stringify", () => [qs.stringify({ a: { b: ["x", "y"] }, d: new Date(0), n: null }), qs.stringify({ a: [1, 2] }, { arrayFormat: "repeat", encode: false })]);
