"use strict";
// util.parseEnv: the text of a .env file as an object.

const LINE = /^\s*(?:export\s+)?([\w.-]+)\s*=[ \t]*("(?:[^"])*"|'(?:[^'])*'|`(?:[^`])*`|[^\r\n#]*)?.*$/gm;

function parseEnv(text) {
  const values = { __proto__: null };
  for (const [, name, written = ""] of text.replaceAll("\r\n", "\n").matchAll(LINE)) {
    const value = written.trim();
    const quote = value[0];
    if (value.length > 1 && (quote === '"' || quote === "'" || quote === "`") && value.endsWith(quote)) {
      const inner = value.slice(1, -1);
      values[name] = quote === '"' ? inner.replaceAll("\\n", "\n") : inner;
    } else {
      values[name] = value;
    }
  }
  return values;
}

return { parseEnv };
