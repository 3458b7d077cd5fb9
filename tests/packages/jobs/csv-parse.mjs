// csv-parse: as a stream, at once, by iteration, errors
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { parse } from "csv-parse";
import { parse as parseSync } from "csv-parse/sync";
import { step, thrown } from "../lib/step.cjs";

const text = "name,n\n\"Ada \"\"L\"\"\",1\n# comment\n\"two\nlines\",2\n";
step("sync", () => parseSync(text, { columns: true, comment: "#", cast: true }));
step("stream", async () => { const rows = []; await pipeline(Readable.from([...text]), parse({ comment: "#" }), async function (source) { for await (const row of source) rows.push(row); }); return rows; });
step("callback", () => new Promise((resolve) => parse("a;b", { delimiter: ";" }, (error, rows) => resolve([error, rows]))));
step("error", () => thrown(() => parseSync("a,b\n1")));
