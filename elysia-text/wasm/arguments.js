// What callers pass is checked here. Errors are as Node's and as those of krepis:text: a `code`, what was expected, what came.

const FORMS = ["NFC", "NFD", "NFKC", "NFKD"];

/** What WebAssembly counts to, and no string is as long. */
const NO_LIMIT = 0x7FFF_FFFF;

export function string(name, value) {
  if (typeof value !== "string") throw wrongType(name, "of type string", value);
  return value;
}

/** The options, of which none are needed. */
export function object(name, value) {
  if (value === undefined) return {};
  if (typeof value !== "object" || value === null) throw wrongType(name, "of type object", value);
  return value;
}

/** Whether `options` has `name` set. */
export function flag(options, name, otherwise = false) {
  const value = options[name];
  if (value === undefined) return otherwise;
  if (typeof value !== "boolean") throw wrongType(`options.${name}`, "of type boolean", value);
  return value;
}

/** An integer of at least `least`, or as good as infinite. */
export function integer(name, value, least) {
  if (typeof value !== "number") throw wrongType(name, "of type number", value);
  if (!(value >= least && (Number.isInteger(value) || value === Infinity))) {
    const expected = `an integer >= ${least} or Infinity`;
    const message = `The value of "${name}" is out of range. It must be ${expected}. Received ${grouped(value)}`;
    throw coded(RangeError, "ERR_OUT_OF_RANGE", message);
  }
  return Math.min(value, NO_LIMIT);
}

/** The number of `value` among the `allowed` strings. */
export function choice(name, value, allowed) {
  const number = allowed.indexOf(value);
  if (number >= 0) return number;
  string(name, value);
  const message = `The ${place(name)} '${name}' must be one of ${allowed.map(shown).join(", ")}. ` +
    `Received ${shortened(shown(value), 128, 128)}`;
  throw coded(RangeError, "ERR_INVALID_ARG_VALUE", message);
}

/** A bit for each of the `allowed` strings that is in the array. */
export function choices(name, values, allowed) {
  if (!Array.isArray(values)) throw wrongType(name, "an instance of Array", values);
  return values.reduce((bits, value) => bits | 1 << choice(name, value, allowed), 0);
}

/** A normalization form; the error is that of `String.prototype.normalize`, in the words of V8. */
export function formOf(value) {
  const form = `${value}`;
  if (!FORMS.includes(form)) throw new RangeError(`The normalization form should be one of ${FORMS.join(", ")}.`);
  return form;
}

export function coded(Class, code, message, options) {
  return Object.assign(new Class(message, options), { code });
}

function wrongType(name, expected, value) {
  const message = `The "${name}" ${place(name)} must be ${expected}. Received ${received(value)}`;
  return coded(TypeError, "ERR_INVALID_ARG_TYPE", message);
}

function place(name) {
  return name.includes(".") ? "property" : "argument";
}

function received(value) {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "function") return `function ${value.name}`;
  if (typeof value !== "object") return `type ${typeof value} (${shortened(shown(value), 28, 25)})`;
  const name = value.constructor?.name;
  return name ? `an instance of ${name}` : "[Object: null prototype] {}";
}

function shown(value) {
  if (typeof value === "string") return `'${value}'`;
  return typeof value === "bigint" ? `${value}n` : String(value);
}

function shortened(text, most, kept) {
  return text.length > most ? `${text.slice(0, kept)}...` : text;
}

/** A large integer with its digits in groups of three. */
function grouped(number) {
  const isLarge = Number.isInteger(number) && Math.abs(number) > 2 ** 32;
  return isLarge ? String(number).replace(/\B(?=(\d{3})+$)/g, "_") : String(number);
}
