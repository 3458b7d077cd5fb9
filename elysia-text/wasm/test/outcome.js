// All tests of the package, on any host: how many checks there were, what failed, and a number that is the same everywhere.

import * as text from "elysia-text-wasm";
import { checkBehaviour } from "./behaviour.js";
import { digest } from "./random.js";
import { checkRows } from "./rows.js";

export function outcome(rows, module) {
  let checks = 0;
  const failures = [];
  const check = (name, expected, call) => {
    checks++;
    let got;
    try {
      const result = call();
      got = shown(typeof result?.next === "function" ? [...result] : result);
    } catch (error) {
      got = `thrown: ${error.stack ?? error}`;
    }
    if (got !== shown(expected)) failures.push(`${short(name)}: expected ${short(shown(expected))}, got ${short(got)}`);
  };
  check("unicodeVersion", "18.0.0", () => text.unicodeVersion);
  checkRows(check, text, rows);
  checkBehaviour(check, text, module);
  return { checks, failures, digest: digest(text) };
}

/** JSON, in which lone surrogates are escaped and differ. */
function shown(value) {
  return JSON.stringify(value);
}

function short(value) {
  return value.length > 300 ? `${value.slice(0, 300)}...` : value;
}
