"use strict";
// util.styleText: text between escape codes, where the stream shows colours.

const { checkString, invalidArgType, invalidArgValue } = load("node/errors");
const { inspect } = load("inspect");

function styleText(style, text, options = {}) {
  checkString(text, "text");
  if (options === null || typeof options !== "object") throw invalidArgType("options", "of type object", options);
  const { validateStream = true, stream } = options;
  if (typeof validateStream !== "boolean") {
    throw invalidArgType("options.validateStream", "of type boolean", validateStream);
  }
  const plain = validateStream && !showsColors(stream ?? load("process").process.stdout);
  let open = "";
  let close = "";
  let inner = text;
  for (const name of Array.isArray(style) ? style : [style]) {
    const codes = codesOf(name);
    if (codes === undefined) continue;
    const [on, off] = codes;
    open += on;
    close = off + close;
    // Where the text ends the same style itself, it goes on behind it.
    inner = inner.replaceAll(off, off === "\u001b[22m" ? off + on : on);
  }
  return plain ? text : open + inner + close;
}

function codesOf(name) {
  if (name === "none") return undefined;
  if (typeof name === "string" && /^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i.test(name)) {
    const digits = name.length === 4 ? name.slice(1).replace(/./g, "$&$&") : name.slice(1);
    const [red, green, blue] = digits.match(/../g).map((pair) => Number.parseInt(pair, 16));
    return [`\u001b[38;2;${red};${green};${blue}m`, "\u001b[39m"];
  }
  const codes = Object.hasOwn(inspect.colors, name) ? inspect.colors[name] : undefined;
  if (codes === undefined) {
    const names = Object.getOwnPropertyNames(inspect.colors).map((each) => `'${each}'`).join(", ");
    throw invalidArgValue("format", name, `must be one of: ${names}`);
  }
  return codes.map((code) => `\u001b[${code}m`);
}

// Whether escape codes belong into a stream, also as the environment says.
function showsColors(stream) {
  const { env } = load("process").process;
  if (env.FORCE_COLOR !== undefined) return !["0", "false"].includes(env.FORCE_COLOR);
  if (env.NO_COLOR || env.NODE_DISABLE_COLORS || env.TERM === "dumb") return false;
  return Boolean(stream?.isTTY) && (typeof stream.getColorDepth !== "function" || stream.getColorDepth() > 2);
}

return { showsColors, styleText };
