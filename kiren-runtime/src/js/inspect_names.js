"use strict";
// Who made this object: constructor names, the prefix before a brace, and the text of functions and classes.

const getPrototypeOf = Object.getPrototypeOf;
const getDescriptor = Object.getOwnPropertyDescriptor;
const functionToString = Function.prototype.toString;

let builtIns = null;

/** Names of the constructors that the language itself puts on the global object. */
function isBuiltIn(name) {
  if (builtIns === null) {
    builtIns = new Set([
      "AsyncFunction", "GeneratorFunction", "AsyncGeneratorFunction", "Iterator", "AsyncIterator",
    ]);
    const names = Object.getOwnPropertyNames(globalThis);
    for (const name of names) {
      // The web's own classes are accessors until loaded: only data properties are looked at.
      const value = /^[A-Z][a-zA-Z0-9]+$/.test(name) ? getDescriptor(globalThis, name).value : undefined;
      if (typeof value !== "function") continue;
      if (functionToString.call(value).endsWith("{ [native code] }")) builtIns.add(name);
    }
  }
  return builtIns.has(name);
}

function isInstance(object, constructor) {
  try {
    return object instanceof constructor;
  } catch {
    return false;
  }
}

/**
 * The constructor's name as the prototype chain tells it, null for an object without a prototype.
 * `visit` is called for every prototype passed on the way to a built-in one.
 */
function constructorName(printer, object, depth, prototypes) {
  const plain = object;
  let first;
  for (let link = object; link !== null;) {
    const own = getDescriptor(link, "constructor");
    if (own !== undefined && typeof own.value === "function" && own.value.name !== "" &&
        isInstance(plain, own.value)) {
      if (prototypes !== undefined && (first !== link || !isBuiltIn(own.value.name))) {
        prototypes.from = first ?? plain;
      }
      return `${own.value.name}`;
    }
    link = getPrototypeOf(link);
    if (first === undefined) first = link;
  }
  if (first === null) return null;
  const name = native("inspect").constructor_name(plain);
  if (printer.depth !== null && depth > printer.depth) return `${name} <Complex prototype>`;
  const parent = constructorName(printer, first, depth + 1, prototypes);
  if (parent === null) return `${name} <${printer.describe(first, { customInspect: false, depth: -1 })}>`;
  return `${name} <${parent}>`;
}

/** `Foo [Tag] `, `[Map(2): null prototype] [Tag] `: what stands before the opening brace. */
function prefix(constructor, tag, fallback, size = "") {
  if (constructor === null) {
    const head = `[${fallback}${size}: null prototype] `;
    return tag !== "" && fallback !== tag ? `${head}[${tag}] ` : head;
  }
  return tag !== "" && constructor !== tag ? `${constructor}${size} [${tag}] ` : `${constructor}${size} `;
}

// What may stand between "class" and "{" contains a "(" only in a heritage expression or a comment.
const classHead = /^(?:\s+[^(]*?|)(?:\s+extends\s[\s\S]*)?$/;
const comments = /\/\/.*?\n|\/\*[\s\S]*?\*\//g;

function isClassSource(source) {
  if (!source.startsWith("class") || !source.endsWith("}")) return false;
  const body = source.slice(5, -1);
  const brace = body.indexOf("{");
  if (brace === -1) return false;
  const head = body.slice(0, brace);
  return !head.includes("(") || classHead.test(head.replace(comments, ""));
}

/** `[Function: name]`, `[class A extends B]` and their kin. */
function functionText(printer, value, constructor, tag) {
  const source = functionToString.call(value);
  if (isClassSource(source)) return classText(value, constructor, tag);
  const types = native("types");
  let kind = types.is_generator_function(value) ? "GeneratorFunction" : "Function";
  if (types.is_async_function(value)) kind = `Async${kind}`;
  let text = `[${kind}`;
  if (constructor === null) text += " (null prototype)";
  const { name } = value;
  text += name === "" ? " (anonymous)]" : `: ${typeof name === "string" ? name : printer.describe(name)}]`;
  if (constructor !== kind && constructor !== null) text += ` ${constructor}`;
  if (tag !== "" && constructor !== tag) text += ` [${tag}]`;
  return text;
}

function classText(value, constructor, tag) {
  const name = Object.hasOwn(value, "name") && value.name ? value.name : "(anonymous)";
  let text = `[class ${name}`;
  if (constructor !== "Function" && constructor !== null) text += ` [${constructor}]`;
  if (tag !== "" && constructor !== tag) text += ` [${tag}]`;
  if (constructor === null) return `${text} extends [null prototype]]`;
  const parent = getPrototypeOf(value).name;
  return parent ? `${text} extends ${parent}]` : `${text}]`;
}

return { constructorName, prefix, functionText, isBuiltIn };
