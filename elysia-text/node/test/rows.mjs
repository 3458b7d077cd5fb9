// The rows that every build of elysia-text is tested with: arguments and what comes of them.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import * as text from "elysia-text";

const table = JSON.parse(readFileSync(new URL("../../tests/rows.json", import.meta.url), "utf8"));

export async function rows(test) {
  for (const name of ["normalize", "wordCount", "truncate", "tokenize"]) {
    for (const row of table[name]) {
      const given = row.slice(0, -1).map((argument) => argument ?? undefined);
      await test(shown(name, given), () => assert.deepEqual(result(text[name](...given)), row.at(-1)));
    }
  }
  for (const [name, given, Class, code, message] of table.errors) {
    await test(shown(name, given), () => {
      const error = thrownBy(() => text[name](...given.map(revived)));
      assert.deepEqual(
        { Class: error.constructor.name, code: error.code, message: error.message },
        { Class, code: code ?? undefined, message },
      );
    });
  }
}

function result(value) {
  return typeof value === "object" ? Array.from(value, ({ text, kind, start, end }) => [text, kind, start, end]) : value;
}

// {"$js": source} is what JSON has no way to say.
function revived(argument) {
  return typeof argument?.$js === "string" ? (0, eval)(`(${argument.$js})`) : argument;
}

function thrownBy(body) {
  try {
    body();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

function shown(name, given) {
  const list = given.map((argument) => JSON.stringify(argument) ?? "undefined").join(", ");
  return `${name}(${list.length > 200 ? `${list.slice(0, 200)}...` : list})`;
}
