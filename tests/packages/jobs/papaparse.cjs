// papaparse: CSV with a header, types, streams
const Papa = require("papaparse");
const { Readable } = require("node:stream");
const { step } = require("../lib/step.cjs");

step("parse", () => Papa.parse("a;b\n1;\"x;y\"\ntrue;", { header: true, dynamicTyping: true }));
step("unparse", () => Papa.unparse([{ a: 1, b: "x,\"y\"" }, { a: null }]));
step("stream", () => new Promise((resolve) => Papa.parse(Readable.from(["a,b\n1", ",2\n3,4"]), { header: true, complete: ({ data }) => resolve(data) })));
