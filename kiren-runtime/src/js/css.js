"use strict";
// %c on a terminal: the CSS properties that a terminal can show, as SGR codes. The rest is ignored.

const named = {
  __proto__: null,
  black: [0, 0, 0], silver: [192, 192, 192], gray: [128, 128, 128], grey: [128, 128, 128],
  white: [255, 255, 255], maroon: [128, 0, 0], red: [255, 0, 0], purple: [128, 0, 128],
  fuchsia: [255, 0, 255], magenta: [255, 0, 255], green: [0, 128, 0], lime: [0, 255, 0],
  olive: [128, 128, 0], yellow: [255, 255, 0], navy: [0, 0, 128], blue: [0, 0, 255],
  teal: [0, 128, 128], aqua: [0, 255, 255], cyan: [0, 255, 255], orange: [255, 165, 0],
  pink: [255, 192, 203], brown: [165, 42, 42], gold: [255, 215, 0], crimson: [220, 20, 60],
  tomato: [255, 99, 71],
};

function parseColor(text) {
  text = text.toLowerCase();
  if (text in named) return named[text];
  const short = /^#([\da-f])([\da-f])([\da-f])$/.exec(text);
  if (short !== null) return [1, 2, 3].map((i) => Number.parseInt(short[i] + short[i], 16));
  const long = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})$/.exec(text);
  if (long !== null) return [1, 2, 3].map((i) => Number.parseInt(long[i], 16));
  const rgb = /^rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})\b.*\)$/.exec(text);
  return rgb === null ? undefined : [1, 2, 3].map((i) => Math.min(255, Number(rgb[i])));
}

/** The SGR codes of a list of declarations. */
function parseStyle(css) {
  const codes = [];
  for (const declaration of css.split(";")) {
    const colon = declaration.indexOf(":");
    if (colon === -1) continue;
    const property = declaration.slice(0, colon).trim().toLowerCase();
    const value = declaration.slice(colon + 1).replace("!important", "").trim();
    if (property === "color" || property === "background-color" || property === "background") {
      const color = parseColor(value);
      if (color !== undefined) codes.push(`${property === "color" ? 38 : 48};2;${color.join(";")}`);
    } else if (property === "font-weight") {
      if (value === "bold" || value === "bolder" || Number(value) >= 600) codes.push("1");
    } else if (property === "font-style") {
      if (value === "italic" || value.startsWith("oblique")) codes.push("3");
    } else if (property === "text-decoration" || property === "text-decoration-line") {
      if (/\bunderline\b/.test(value)) codes.push("4");
      if (/\bline-through\b/.test(value)) codes.push("9");
    }
  }
  return codes;
}

/** The style in force while one message is formatted. Every %c replaces the one before. */
class TerminalStyle {
  #active = false;

  change(css) {
    const codes = parseStyle(String(css));
    const reset = this.#active ? "\x1b[0m" : "";
    this.#active = codes.length > 0;
    return this.#active ? `${reset}\x1b[${codes.join(";")}m` : reset;
  }

  end() {
    return this.#active ? "\x1b[0m" : "";
  }
}

return { TerminalStyle, parseStyle };
