"use strict";
// format(...args): printf-like formatting (https://console.spec.whatwg.org/#formatter), in detail like Node's
// util.format.

const { inspect } = load("inspect");
const { numberText, bigintText } = load("inspect_text");
const { isBuiltIn } = load("inspect_names");

const PERCENT = 37;

function format(...args) {
  return formatWithOptions({}, ...args);
}

/** format() with the options of inspect(). `%c` gives colours where `options.colors` is set. */
function formatWithOptions(options, ...args) {
  if (options === null || typeof options !== "object") {
    throw new TypeError(`The "inspectOptions" argument must be of type object. Received ${inspect(options)}`);
  }
  const [first] = args;
  if (args.length === 1) return typeof first === "string" ? first : inspect(first, options);
  let text = "";
  let next = 0;
  if (typeof first === "string") {
    const substituted = substitute(first, args, options);
    text = substituted.text;
    next = substituted.next;
  }
  for (; next < args.length; next++) {
    const value = args[next];
    text += (next === 0 ? "" : " ") + (typeof value === "string" ? value : inspect(value, options));
  }
  return text;
}

/** Replaces the directives of `pattern`, as far as there are arguments. */
function substitute(pattern, args, options) {
  let text = "";
  let done = 0;
  let next = 1;
  let style = null;
  for (let i = pattern.indexOf("%"); i !== -1 && i < pattern.length - 1; i = pattern.indexOf("%", i)) {
    const code = pattern.charCodeAt(i + 1);
    if (code === PERCENT) {
      text += pattern.slice(done, i + 1);
      done = i += 2;
      continue;
    }
    if (next === args.length) {
      i++;
      continue;
    }
    let part;
    switch (pattern[i + 1]) {
      case "s":
        part = stringDirective(args[next], options);
        break;
      case "d":
        part = numberDirective(args[next], options);
        break;
      case "i":
        part = integerDirective(args[next], options);
        break;
      case "f":
        part = floatDirective(args[next], options);
        break;
      case "j":
        part = jsonDirective(args[next]);
        break;
      case "o":
        part = inspect(args[next], { ...options, showHidden: true, showProxy: true, depth: 4 });
        break;
      case "O":
        part = inspect(args[next], options);
        break;
      case "c":
        part = "";
        if (options.colors) part = (style ??= new (load("css").TerminalStyle)()).change(args[next]);
        break;
      default:
        i++;
        continue;
    }
    next++;
    text += pattern.slice(done, i) + part;
    done = i += 2;
  }
  text += pattern.slice(done);
  if (style !== null) text += style.end();
  return { text, next };
}

function stringDirective(value, options) {
  switch (typeof value) {
    case "number":
      return numberText(value, options.numericSeparator);
    case "bigint":
      return bigintText(value, options.numericSeparator);
    case "object":
      if (value === null || !hasBuiltInToString(value)) return String(value);
      return inspect(value, { ...options, depth: 0, colors: false, compact: 3 });
    default:
      return String(value);
  }
}

/** Whether String(value) would only give what the language itself says about such an object. */
function hasBuiltInToString(value) {
  const details = native("inspect").proxy_details(value);
  if (details !== undefined) {
    if (details[0] === null) return true;
    value = details[0];
  }
  const key = Symbol.toPrimitive in value ? Symbol.toPrimitive : "toString";
  if (typeof value[key] !== "function") return true;
  let owner = value;
  while (!Object.hasOwn(owner, key)) owner = Object.getPrototypeOf(owner);
  if (owner === value) return false;
  // The method belongs to the class that its owner is the prototype of.
  const own = Object.getOwnPropertyDescriptor(owner, "constructor");
  return own !== undefined && typeof own.value === "function" && isBuiltIn(own.value.name);
}

function numberDirective(value, options) {
  if (typeof value === "bigint") return bigintText(value, options.numericSeparator);
  if (typeof value === "symbol") return "NaN";
  return numberText(Number(value), options.numericSeparator);
}

function integerDirective(value, options) {
  if (typeof value === "bigint") return bigintText(value, options.numericSeparator);
  if (typeof value === "symbol") return "NaN";
  return numberText(Number.parseInt(value), options.numericSeparator);
}

function floatDirective(value, options) {
  return typeof value === "symbol" ? "NaN" : numberText(Number.parseFloat(value), options.numericSeparator);
}

function jsonDirective(value) {
  try {
    return `${JSON.stringify(value)}`;
  } catch (error) {
    if (error instanceof TypeError && error.message.includes("circular structure")) return "[Circular]";
    throw error;
  }
}

return { format, formatWithOptions };
