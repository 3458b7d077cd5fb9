// The rows that every build of elysia-text is tested with: the crate, the wasm package, the addon and krepis:text.
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import * as text from "krepis:text";

const { about, errors, ...functions } = JSON.parse(
  readFileSync(new URL("../../../elysia-text/tests/rows.json", import.meta.url), "utf8"),
);

function called(name, args) {
  const result = text[name](...args);
  return name === "tokenize" ? Array.from(result, (it) => [it.text, it.kind, it.start, it.end]) : result;
}

for (const [name, rows] of Object.entries(functions)) {
  let right = 0;
  for (const row of rows) {
    // null stands for an argument left out.
    const args = row.slice(0, -1).map((value) => value ?? undefined);
    const found = called(name, args);
    if (isDeepStrictEqual(found, row.at(-1))) right++;
    else console.log(name, JSON.stringify(args), "gave", JSON.stringify(found), "instead of", JSON.stringify(row.at(-1)));
  }
  console.log(name, right === rows.length && right > 20);
}

let right = 0;
for (const [name, args, className, code, message] of errors) {
  try {
    // { $js } stands for what JSON cannot say.
    called(name, args.map((value) => (typeof value?.$js === "string" ? (0, eval)(`(${value.$js})`) : value)));
    console.log(name, JSON.stringify(args), "did not throw");
  } catch (error) {
    const found = [error.constructor.name, error.code ?? null, error.message];
    if (isDeepStrictEqual(found, [className, code, message])) right++;
    else console.log(name, JSON.stringify(args), found, "instead of", [className, code, message]);
  }
}
console.log("errors", right === errors.length && right > 20);
