"use strict";
// AssertionError: its message shows what was found beside what was expected.

const { inspect } = load("inspect");
const { checkString, invalidArgType } = load("node/errors");
const { diffLines, showDiff } = load("node/assert/diff");

const HEADS = {
  __proto__: null,
  deepStrictEqual: "Expected values to be strictly deep-equal:",
  partialDeepStrictEqual: "Expected values to be partially and strictly deep-equal:",
  strictEqual: "Expected values to be strictly equal:",
  strictEqualObject: 'Expected "actual" to be reference-equal to "expected":',
  deepEqual: "Expected values to be loosely deep-equal:",
  notDeepStrictEqual: 'Expected "actual" not to be strictly deep-equal to:',
  notStrictEqual: 'Expected "actual" to be strictly unequal to:',
  notStrictEqualObject: 'Expected "actual" not to be reference-equal to "expected":',
  notDeepEqual: 'Expected "actual" not to be loosely deep-equal to:',
  notIdentical: "Values have same structure but are not reference-equal:",
  notDeepEqualUnequal: "Expected values not to be loosely deep-equal:",
};

// Two short values stand on one line.
const SHORT = 12;

function show(value) {
  return inspect(value, {
    compact: false, customInspect: false, depth: 1000, maxArrayLength: Infinity, showHidden: false, showProxy: false,
    sorted: true, getters: true, breakLength: Infinity,
  });
}

function isReference(value) {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

function colorsOf() {
  const { stderr } = load("process").process;
  const shows = stderr.isTTY && stderr.getColorDepth() > 2 && load("node/util/style").showsColors(stderr);
  return shows
    ? { green: "\u001b[32m", red: "\u001b[31m", white: "\u001b[39m" }
    : { green: "", red: "", white: "" };
}

function compare(actual, expected, operator, message) {
  const colors = colorsOf();
  const found = show(actual).split("\n");
  const wanted = show(expected).split("\n");
  let kind = operator;
  if (operator === "strictEqual" && isReference(actual) && isReference(expected) && typeof actual === typeof expected) {
    kind = "strictEqualObject";
  }
  if (found.join("\n") === wanted.join("\n") && (isReference(actual) || isReference(expected))) {
    const lines = found.length > 50 ? [...found.slice(0, 46), "..."] : found;
    return `${message ?? HEADS.notIdentical}\n\n${lines.join("\n")}\n`;
  }
  let header = `${colors.green}+ actual${colors.white} ${colors.red}- expected${colors.white}`;
  let body;
  let skipped = false;
  if (found.length === 1 && wanted.length === 1 && (typeof actual !== "object" || actual === null)) {
    const simple = simpleDiff(actual, found[0], expected, wanted[0], colors);
    body = simple.text;
    if (simple.short) header = "";
  } else {
    const commas = typeof actual === "object" && actual !== null && typeof expected === "object" && expected !== null;
    const same = commas ? (a, b) => a === b || `${a},` === b || a === `${b},` : (a, b) => a === b;
    const shown = showDiff(diffLines(found, wanted, same), colors);
    body = `\n${shown.text}`;
    skipped = shown.skipped;
  }
  return `${message ?? HEADS[kind]}\n${header}${skipped ? "\n... Skipped lines" : ""}\n${body}\n`;
}

function simpleDiff(actual, found, expected, wanted, { green, red, white }) {
  const quotes = (typeof actual === "string" ? 2 : 0) + (typeof expected === "string" ? 2 : 0);
  const length = found.length + wanted.length - quotes;
  if (length <= SHORT && (actual !== 0 || expected !== 0)) return { text: `${found} !== ${wanted}`, short: true };
  let text = `\n${green}+${white} ${found}\n${red}-${white} ${wanted}`;
  if (typeof actual === "string" && typeof expected === "string" && length < 80) {
    let at = 0;
    while (at < found.length && found[at] === wanted[at]) at++;
    if (at > 2 && at < found.length) text += `\n${" ".repeat(at + 2)}^`;
  }
  return { text, short: false };
}

function unequal(actual, operator) {
  const head = operator === "notStrictEqual" && isReference(actual) ? HEADS.notStrictEqualObject : HEADS[operator];
  let lines = show(actual).split("\n");
  if (lines.length > 50) lines = [...lines.slice(0, 46), "..."];
  if (lines.length > 1) return `${head}\n\n${lines.join("\n")}\n`;
  return `${head}${lines[0].length > 5 ? "\n\n" : " "}${lines[0]}`;
}

function cut(text, most) {
  return text.length > most ? `${text.slice(0, most - 3)}...` : text;
}

function loose(actual, expected, operator) {
  const found = show(actual);
  const wanted = show(expected);
  if (operator === "notDeepEqual" && found === wanted) return cut(`${HEADS.notDeepEqual}\n\n${found}`, 1024);
  const [left, right] = [cut(found, 512), cut(wanted, 512)];
  if (operator === "deepEqual") return `${HEADS.deepEqual}\n\n${left}\n\nshould loosely deep-equal\n\n${right}`;
  if (operator === "notDeepEqual") {
    return `${HEADS.notDeepEqualUnequal}\n\n${left}\n\nshould not loosely deep-equal\n\n${right}`;
  }
  return `${left} ${operator} ${right}`;
}

function messageOf({ actual, expected, message, operator }) {
  const isStrict = operator === "deepStrictEqual" || operator === "strictEqual";
  if (message !== undefined && message !== null) {
    return isStrict ? compare(actual, expected, operator, String(message)) : String(message);
  }
  if (isStrict || operator === "partialDeepStrictEqual") return compare(actual, expected, operator);
  if (operator === "notDeepStrictEqual" || operator === "notStrictEqual") return unequal(actual, operator);
  return loose(actual, expected, operator);
}

class AssertionError extends Error {
  constructor(options) {
    if (options === null || typeof options !== "object") throw invalidArgType("options", "of type object", options);
    const { actual, expected, message, operator, stackStartFn, stackStartFunction, details } = options;
    if (operator !== undefined) checkString(operator, "options.operator");
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(messageOf(options));
    Error.stackTraceLimit = stackTraceLimit;
    this.generatedMessage = !message;
    // The stack begins with the code in the name.
    Object.defineProperty(this, "name", {
      value: "AssertionError [ERR_ASSERTION]", enumerable: false, writable: true, configurable: true,
    });
    this.code = "ERR_ASSERTION";
    if (details) {
      this.actual = undefined;
      this.expected = undefined;
      this.operator = undefined;
    } else {
      this.actual = actual;
      this.expected = expected;
      this.operator = operator;
    }
    Error.captureStackTrace(this, stackStartFn || stackStartFunction);
    void this.stack;
    this.name = "AssertionError";
    this.diff = options.diff ?? "simple";
  }

  toString() {
    return `${this.name} [${this.code}]: ${this.message}`;
  }

  [inspect.custom](depth, options) {
    // Long texts are in the message already.
    const { actual, expected } = this;
    for (const name of ["actual", "expected"]) {
      if (typeof this[name] === "string") this[name] = shorten(this[name]);
    }
    const text = inspect(this, { ...options, customInspect: false, depth: 0 });
    this.actual = actual;
    this.expected = expected;
    return text;
  }
}

function shorten(text) {
  const lines = text.split("\n", 11);
  if (lines.length > 10) return `${lines.slice(0, 10).join("\n")}\n...`;
  return text.length > 512 ? `${text.slice(0, 512)}...` : text;
}

return { AssertionError };
