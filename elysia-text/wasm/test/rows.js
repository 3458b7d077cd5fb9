// The rows that every build of elysia-text is tested with (elysia-text/tests/rows.json): arguments, and what comes back.

export function checkRows(check, text, rows) {
  for (const name of ["normalize", "wordCount", "truncate", "tokenize"]) {
    for (const row of rows[name]) {
      const given = row.slice(0, -1).map((value) => value ?? undefined);
      check(call(name, given), given.length > 0 && wanted(name, row.at(-1)), () => text[name](...given));
    }
  }
  for (const [name, given, type, code, message] of rows.errors) {
    check(call(name, given), `${type} ${code} ${message}`, () => thrown(() => text[name](...given.map(revived))));
  }
}

function call(name, given) {
  return `${name}(${given.map((value) => JSON.stringify(value)).join(", ")})`;
}

function wanted(name, value) {
  return name === "tokenize" ? value.map(([text, kind, start, end]) => ({ text, kind, start, end })) : value;
}

export function thrown(call) {
  try {
    call();
  } catch (error) {
    return `${error.name} ${error.code ?? null} ${error.message}`;
  }
  return "nothing thrown";
}

/** `{ "$js": source }` is what JSON has no form for. */
function revived(value) {
  return typeof value?.$js === "string" ? new Function(`return ${value.$js}`)() : value;
}
