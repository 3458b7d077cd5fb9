"use strict";
// inspect(value, options): JavaScript values as people read them, in the notation of Node's util.inspect.
//
// A Printer carries the options and the state of one call. `value()` prints anything, `object()` decides by
// the engine's own classification what an object is, gathers its entries, and layout() puts them on lines.

const { defaultOptions, colors, styles, stylizeWithColor, stylizeNoColor } = load("inspect_style");
const { primitiveText, quote, escapeText, textWidth, stripControl } = load("inspect_text");
const { layout } = load("inspect_layout");
const { constructorName, prefix, functionText, isBuiltIn } = load("inspect_names");
const {
  arrayEntries, typedArrayEntries, bufferEntries, setEntries, mapEntries, iteratorEntries, weakEntries,
  promiseEntries, namespaceEntries, setSize, mapSize,
} = load("inspect_containers");

const customInspect = Symbol.for("nodejs.util.inspect.custom");

// What native("inspect").kind(value) answers; the same numbers stand in ext/inspect.rs.
const ORDINARY = 0;
const PROXY = 1;
const ARRAY = 2;
const FUNCTION = 3;
const MAP = 4;
const SET = 5;
const TYPED_ARRAY = 6;
const MAP_ITERATOR = 7;
const SET_ITERATOR = 8;
const DATE = 9;
const REGEXP = 10;
const ERROR = 11;
const ARRAY_BUFFER = 12;
const SHARED_ARRAY_BUFFER = 13;
const DATA_VIEW = 14;
const PROMISE = 15;
const WEAK_SET = 16;
const WEAK_MAP = 17;
const NAMESPACE = 18;
const BOXED = 19;
const EXTERNAL = 20;
const ARGUMENTS = 21;

const boxNames = {
  string: "String", number: "Number", boolean: "Boolean", bigint: "BigInt", symbol: "Symbol",
};
const identifier = /^[a-zA-Z_][a-zA-Z_0-9]*$/;
const getDescriptor = Object.getOwnPropertyDescriptor;
const isEnumerable = Function.prototype.call.bind(Object.prototype.propertyIsEnumerable);
const typedArrayTag = Function.prototype.call.bind(
  getDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag).get,
);
const typedArrayLength = Function.prototype.call.bind(
  getDescriptor(Object.getPrototypeOf(Uint8Array.prototype), "length").get,
);

// A value whose text grows past this is cut short: deeper levels are not opened any more.
const BUDGET = 2 ** 27;

let engine = null;

class Printer {
  constructor() {
    this.showHidden = defaultOptions.showHidden;
    this.depth = defaultOptions.depth;
    this.colors = defaultOptions.colors;
    this.customInspect = defaultOptions.customInspect;
    this.showProxy = defaultOptions.showProxy;
    this.maxArrayLength = defaultOptions.maxArrayLength;
    this.maxStringLength = defaultOptions.maxStringLength;
    this.breakLength = defaultOptions.breakLength;
    this.compact = defaultOptions.compact;
    this.sorted = defaultOptions.sorted;
    this.getters = defaultOptions.getters;
    this.numericSeparator = defaultOptions.numericSeparator;
    this.stylize = stylizeNoColor;
    this.userOptions = undefined;
    // Objects being printed, outermost first; those met again get a number.
    this.open = [];
    this.circular = undefined;
    // Columns that the current value is indented by.
    this.indent = 0;
    // Depth of the object opened last.
    this.level = 0;
    this.spent = [];
  }

  apply(options) {
    for (const key of Object.keys(options)) {
      if (key === "stylize" || Object.hasOwn(defaultOptions, key)) this[key] = options[key];
      else this.userOptions ??= options;
    }
  }

  start() {
    if (this.colors && this.stylize === stylizeNoColor) this.stylize = stylizeWithColor;
    this.maxArrayLength ??= Infinity;
    this.maxStringLength ??= Infinity;
  }

  /** The options as a custom inspect function gets them. */
  options() {
    const options = {};
    for (const key of Object.keys(defaultOptions)) options[key] = this[key];
    options.stylize = this.stylize;
    return Object.assign(options, this.userOptions);
  }

  describe(value, options) {
    return inspect(value, { ...this.options(), ...options });
  }

  layout(entries, base, braces, columns, depth, value) {
    return layout(this, entries, base, braces, columns, depth, value);
  }

  /** Text of any value. `inView` marks the buffer behind a typed array, whose contents are shown already. */
  value(value, depth, inView = false) {
    if (value === null) return this.stylize("null", "null");
    if (typeof value !== "object" && typeof value !== "function") {
      return primitiveText(this, value, this.stylize);
    }
    return this.reference(value, depth, inView);
  }

  reference(value, depth, inView) {
    const original = value;
    let kind = engine.kind(value);
    let proxies = 0;
    if (kind === PROXY) {
      const details = engine.proxy_details(value);
      if (details[0] === null) return this.stylize("<Revoked Proxy>", "special");
      if (this.showProxy) return this.proxy(details, depth);
      do {
        value = engine.proxy_details(value)[0];
        if (value === null) return this.stylize("<Revoked Proxy>", "special");
        kind = engine.kind(value);
        proxies++;
      } while (kind === PROXY);
    }
    if (this.customInspect) {
      const custom = value[customInspect];
      if (typeof custom === "function" && custom !== inspect && !isPrototypeOfItself(value)) {
        const left = this.depth === null ? null : this.depth - depth;
        const result = custom.call(original, left, this.options(), inspect);
        if (result !== original) {
          if (typeof result === "object") return this.value(result, depth);
          return String(result).replaceAll("\n", `\n${" ".repeat(this.indent)}`);
        }
      }
    }
    if (this.open.includes(value)) {
      this.circular ??= new Map();
      let index = this.circular.get(value);
      if (index === undefined) this.circular.set(value, index = this.circular.size + 1);
      return this.stylize(`[Circular *${index}]`, "special");
    }
    const text = this.object(value, depth, inView, kind);
    if (proxies === 0) return text;
    const open = this.stylize("Proxy(", "special").repeat(proxies);
    return open + text + this.stylize(")", "special").repeat(proxies);
  }

  proxy(details, depth) {
    if (this.depth !== null && depth > this.depth) return this.stylize("Proxy [Array]", "special");
    this.indent += 2;
    const entries = [this.value(details[0], depth + 1), this.value(details[1], depth + 1)];
    this.indent -= 2;
    return this.layout(entries, "", ["Proxy [", "]"], true, depth + 1);
  }

  object(value, depth, inView, kind) {
    const hidden = this.showHidden && !this.tooDeep(depth) ? { from: undefined } : undefined;
    let constructor = constructorName(this, value, depth, hidden);
    const inherited = hidden?.from !== undefined ? this.inherited(value, hidden.from, depth) : undefined;
    const tag = this.tag(value, constructor);
    if (tag.endsWith(`.${constructor}`)) constructor = tag; // Intl.NumberFormat and the like.
    if (kind === ORDINARY && value instanceof Error) kind = ERROR;

    const bare = inherited === undefined;
    const braces = ["{", "}"];
    let base = "";
    let view;
    let keys;
    let columns = false;
    if (kind === ARRAY) {
      keys = engine.own_non_index_properties(value, !this.showHidden);
      const usual = constructor === "Array" && tag === "";
      const head = usual ? "" : prefix(constructor, tag, "Array", `(${value.length})`);
      braces[0] = `${head}[`;
      braces[1] = "]";
      if (value.length === 0 && keys.length === 0 && bare) return `${braces[0]}]`;
      columns = true;
    } else if (kind === TYPED_ARRAY) {
      keys = engine.own_non_index_properties(value, !this.showHidden);
      const head = prefix(constructor, tag, typedArrayTag(value), `(${typedArrayLength(value)})`);
      braces[0] = `${head}[`;
      braces[1] = "]";
      if (typedArrayLength(value) === 0 && keys.length === 0 && !this.showHidden) return `${braces[0]}]`;
      columns = true;
    } else {
      keys = this.keys(value);
      switch (kind) {
        case MAP:
        case SET: {
          const size = kind === MAP ? mapSize(value) : setSize(value);
          const head = prefix(constructor, tag, kind === MAP ? "Map" : "Set", `(${size})`);
          if (size === 0 && keys.length === 0 && bare) return `${head}{}`;
          braces[0] = `${head}{`;
          break;
        }
        case MAP_ITERATOR:
        case SET_ITERATOR: {
          const type = kind === MAP_ITERATOR ? "Map Iterator" : "Set Iterator";
          braces[0] = tag === type || tag === "" ? `[${type}] {` : `[${tag}] [${type}] {`;
          break;
        }
        case FUNCTION:
          base = functionText(this, value, constructor, tag);
          if (keys.length === 0 && bare) return this.stylize(base, "special");
          break;
        case REGEXP: {
          base = RegExp.prototype.toString.call(constructor === null ? new RegExp(value) : value);
          const head = prefix(constructor, tag, "RegExp");
          if (head !== "RegExp ") base = head + base;
          base = this.stylize(base, "regexp");
          if ((keys.length === 0 && bare) || this.tooDeep(depth)) return base;
          break;
        }
        case DATE: {
          base = Number.isNaN(Date.prototype.getTime.call(value))
            ? Date.prototype.toString.call(value)
            : Date.prototype.toISOString.call(value);
          const head = prefix(constructor, tag, "Date");
          if (head !== "Date ") base = head + base;
          if (keys.length === 0 && bare) return this.stylize(base, "date");
          break;
        }
        case ERROR:
          base = load("inspect_error").errorText(this, value, constructor, tag, keys);
          if (keys.length === 0 && bare) return base;
          break;
        case ARRAY_BUFFER:
        case SHARED_ARRAY_BUFFER: {
          const head = prefix(constructor, tag, kind === ARRAY_BUFFER ? "ArrayBuffer" : "SharedArrayBuffer");
          if (inView && keys.length === 0 && bare) {
            return `${head}{ ${this.internal(value, depth, "byteLength")} }`;
          }
          braces[0] = `${head}{`;
          break;
        }
        case BOXED:
          base = this.boxed(value, constructor, tag, keys);
          if (keys.length === 0 && bare) return base;
          break;
        default: {
          if (kind === ORDINARY && tag !== "") view = this.view(value, tag);
          if (kind === EXTERNAL) {
            return this.stylize(`[External: ${engine.external_address(value)}]`, "special");
          }
          let head = prefix(constructor, tag, fallbackName(kind));
          if (kind === ARGUMENTS && constructor === "Object") head = "[Arguments] ";
          else if (kind === ORDINARY && constructor === "Object" && tag === "") head = "";
          braces[0] = `${head}{`;
          const empty = keys.length === 0 && bare && (view === undefined || view.pairs.length === 0);
          if (empty && (kind === ORDINARY || kind === ARGUMENTS || kind === NAMESPACE)) {
            return `${braces[0]}}`;
          }
        }
      }
    }
    if (this.tooDeep(depth)) {
      const fallback = kind === TYPED_ARRAY ? typedArrayTag(value) : fallbackName(kind);
      const name = prefix(constructor, tag, fallback).slice(0, -1);
      return this.stylize(constructor === null ? name : `[${name}]`, "special");
    }

    depth++;
    this.open.push(value);
    this.level = depth;
    let entries;
    const outer = this.indent;
    try {
      entries = view === undefined
        ? this.entries(value, kind, depth, inView, keys, braces)
        : this.viewEntries(view, depth);
      if (kind !== NAMESPACE) {
        for (let i = 0; i < keys.length; i++) entries.push(this.property(value, depth, keys[i], columns));
      }
    } catch (error) {
      if (!isStackOverflow(error)) throw error;
      this.indent = outer;
      this.open.pop();
      const name = prefix(constructor, tag, "Object").slice(0, -1);
      return this.stylize(
        `[${name}: Inspection interrupted prematurely. Maximum call stack size exceeded.]`,
        "special",
      );
    }
    if (inherited !== undefined) entries.push(...inherited);
    this.open.pop();

    const index = this.circular?.get(value);
    if (index !== undefined) {
      const reference = this.stylize(`<ref *${index}>`, "special");
      if (this.compact === true) braces[0] = `${reference} ${braces[0]}`;
      else base = base === "" ? reference : `${reference} ${base}`;
    }
    if (this.sorted) this.sort(entries, keys, columns);
    const text = layout(this, entries, base, braces, columns, depth, columns ? value : undefined);
    const spent = (this.spent[this.indent] ?? 0) + text.length;
    this.spent[this.indent] = spent;
    if (spent > BUDGET) this.depth = -1;
    return text;
  }

  /** The texts of what a value holds, besides its own properties. */
  entries(value, kind, depth, inView, keys, braces) {
    switch (kind) {
      case ARRAY:
        return arrayEntries(this, value, depth);
      case TYPED_ARRAY:
        return typedArrayEntries(this, value, depth, typedArrayLength(value));
      case MAP:
        return mapEntries(this, value, depth);
      case SET:
        return setEntries(this, value, depth);
      case MAP_ITERATOR:
      case SET_ITERATOR:
        return iteratorEntries(this, value, depth, braces);
      case ARRAY_BUFFER:
      case SHARED_ARRAY_BUFFER: {
        const entries = inView ? [] : bufferEntries(this, value);
        entries.push(this.internal(value, depth, "byteLength"));
        return entries;
      }
      case DATA_VIEW:
        return [
          this.internal(value, depth, "byteLength"),
          this.internal(value, depth, "byteOffset"),
          this.internal(value, depth, "buffer"),
        ];
      case PROMISE:
        return promiseEntries(this, value, depth);
      case WEAK_SET:
        return weakEntries(this, value, depth, false);
      case WEAK_MAP:
        return weakEntries(this, value, depth, true);
      case NAMESPACE:
        return namespaceEntries(this, value, depth, keys);
      default:
        return [];
    }
  }

  /** What an object of the web platform shows, or undefined; an accessor that throws ends the attempt. */
  view(value, tag) {
    try {
      return load("inspect_web").webView(value, tag);
    } catch {
      return undefined;
    }
  }

  viewEntries({ pairs, separator }, depth) {
    this.indent += 2;
    const entries = [];
    for (const [key, value] of pairs) {
      const name = separator === ": " ? this.keyText(key, true) : this.value(key, depth);
      entries.push(`${name}${separator}${this.value(value, depth)}`);
    }
    this.indent -= 2;
    return entries;
  }

  keys(value) {
    if (this.showHidden) return Reflect.ownKeys(value);
    let keys;
    try {
      keys = Object.keys(value);
    } catch {
      keys = Object.getOwnPropertyNames(value); // A namespace with exports that are not initialised yet.
    }
    const symbols = Object.getOwnPropertySymbols(value);
    for (let i = 0; i < symbols.length; i++) {
      if (isEnumerable(value, symbols[i])) keys.push(symbols[i]);
    }
    return keys;
  }

  /** Symbol.toStringTag, unless it is shown among the properties anyway. */
  tag(value, constructor) {
    const tag = value[Symbol.toStringTag];
    if (typeof tag !== "string") return "";
    if (tag === "" || tag === constructor) return tag;
    const shown = this.showHidden
      ? Object.hasOwn(value, Symbol.toStringTag)
      : isEnumerable(value, Symbol.toStringTag);
    return shown ? "" : tag;
  }

  tooDeep(depth) {
    return this.depth !== null && depth > this.depth;
  }

  boxed(value, constructor, tag, keys) {
    const primitive = unbox(value);
    const type = boxNames[typeof primitive];
    if (type === "String") keys.splice(0, primitive.length); // Its characters are not news.
    let text = `[${type}`;
    if (type !== constructor) text += constructor === null ? " (null prototype)" : ` (${constructor})`;
    text += `: ${primitiveText(this, primitive, stylizeNoColor)}]`;
    if (tag !== "" && tag !== constructor) text += ` [${tag}]`;
    return keys.length !== 0 ? text : this.stylize(text, type.toLowerCase());
  }

  element(array, index, depth) {
    const descriptor = getDescriptor(array, index);
    if (descriptor !== undefined && descriptor.value !== undefined) {
      this.indent += 2;
      const text = this.value(descriptor.value, depth);
      this.indent -= 2;
      return text;
    }
    return this.content(array, depth, descriptor, 2, array);
  }

  /** A property that is an accessor of the prototype but tells what the value holds. */
  internal(value, depth, key, inView = false) {
    this.indent += 2;
    const text = `${this.stylize(`[${key}]`, "string")}: ${this.value(value[key], depth, inView)}`;
    this.indent -= 2;
    return text;
  }

  property(object, depth, key, inArray, original = object) {
    const descriptor = getDescriptor(object, key) ?? { value: object[key], enumerable: true };
    const step = this.compact === true && !inArray ? 3 : 2;
    const text = this.content(object, depth, descriptor, step, original);
    const name = this.keyText(key, descriptor.enumerable);
    if (step === 3 && this.breakLength < textWidth(text, this.colors)) {
      return `${name}:\n${" ".repeat(this.indent + step)}${text}`;
    }
    return `${name}: ${text}`;
  }

  keyText(key, enumerable) {
    if (typeof key === "symbol") {
      const text = this.stylize(escapeText(key.toString()), "symbol");
      return enumerable === false ? `[${text}]` : text;
    }
    if (key === "__proto__") return enumerable === false ? "[['__proto__']]" : "['__proto__']";
    if (enumerable === false) return `[${escapeText(key)}]`;
    return identifier.test(key) ? this.stylize(key, "name") : this.stylize(quote(key), "string");
  }

  content(object, depth, descriptor, step, original) {
    if (descriptor.value !== undefined) {
      this.indent += step;
      const text = this.value(descriptor.value, depth);
      this.indent -= step;
      return text;
    }
    if (descriptor.get !== undefined) return this.getter(depth, descriptor, original);
    if (descriptor.set !== undefined) return this.stylize("[Setter]", "special");
    return this.stylize("undefined", "undefined");
  }

  getter(depth, descriptor, original) {
    const label = descriptor.set === undefined ? "Getter" : "Getter/Setter";
    const mode = this.getters;
    const wanted = mode === true || (mode === "get" && descriptor.set === undefined) ||
      (mode === "set" && descriptor.set !== undefined);
    if (!wanted) return this.stylize(`[${label}]`, "special");
    const open = this.stylize(`[${label}:`, "special");
    const close = this.stylize("]", "special");
    this.indent += 2;
    let text;
    try {
      const value = descriptor.get.call(original);
      text = value !== null && typeof value === "object"
        ? `${this.stylize(`[${label}]`, "special")} ${this.value(value, depth)}`
        : `${open} ${this.value(value, depth)}${close}`;
    } catch (error) {
      text = `${open} <Inspection threw (${error?.message})>${close}`;
    }
    this.indent -= 2;
    return text;
  }

  /** Under `showHidden`: what up to three prototypes of the program's own classes add. */
  inherited(main, from, depth) {
    const entries = [];
    const seen = new Set(["constructor"]);
    let link = from;
    for (let hops = 0; hops < 3; hops++) {
      if (hops !== 0 || link === main) {
        link = Object.getPrototypeOf(link);
        if (link === null) break;
        const own = getDescriptor(link, "constructor");
        if (own !== undefined && typeof own.value === "function" && isBuiltIn(own.value.name)) break;
      }
      this.open.push(main);
      for (const key of Reflect.ownKeys(link)) {
        if (seen.has(key) || Object.hasOwn(main, key)) continue;
        seen.add(key);
        if (typeof getDescriptor(link, key).value === "function") continue;
        const text = this.property(link, depth, key, false, main);
        entries.push(this.colors ? `\x1b[2m${text}\x1b[22m` : text);
      }
      this.open.pop();
    }
    return entries.length === 0 ? undefined : entries;
  }

  sort(entries, keys, columns) {
    const comparator = this.sorted === true ? undefined : this.sorted;
    if (!columns) {
      entries.sort(comparator);
    } else if (keys.length > 1) {
      const tail = entries.splice(entries.length - keys.length).sort(comparator);
      entries.push(...tail);
    }
  }
}

function fallbackName(kind) {
  switch (kind) {
    case ARRAY:
      return "Array";
    case MAP:
      return "Map";
    case SET:
      return "Set";
    case DATA_VIEW:
      return "DataView";
    case PROMISE:
      return "Promise";
    case WEAK_SET:
      return "WeakSet";
    case WEAK_MAP:
      return "WeakMap";
    case NAMESPACE:
      return "Module";
    case ARGUMENTS:
      return "Arguments";
    default:
      return "Object";
  }
}

/** The primitive in its box, whatever the box's prototype has become. */
function unbox(value) {
  const types = native("types");
  if (types.is_string_object(value)) return String.prototype.valueOf.call(value);
  if (types.is_number_object(value)) return Number.prototype.valueOf.call(value);
  if (types.is_boolean_object(value)) return Boolean.prototype.valueOf.call(value);
  if (types.is_big_int_object(value)) return BigInt.prototype.valueOf.call(value);
  return Symbol.prototype.valueOf.call(value);
}

/** Only instances are asked for their custom text, not the prototype that carries the method. */
function isPrototypeOfItself(value) {
  const { constructor } = value;
  return constructor !== undefined && constructor !== null && constructor.prototype === value;
}

function isStackOverflow(error) {
  return error instanceof RangeError && error.message === "Maximum call stack size exceeded";
}

/** inspect(value, options) or, as it once was, inspect(value, showHidden, depth, colors). */
function inspect(value, options, depth, useColors) {
  engine ??= native("inspect");
  const printer = new Printer();
  if (typeof options === "boolean") {
    printer.showHidden = options;
    if (depth !== undefined) printer.depth = depth;
    if (useColors !== undefined) printer.colors = useColors;
  } else if (options !== undefined && options !== null) {
    if (depth !== undefined) printer.depth = depth;
    if (useColors !== undefined) printer.colors = useColors;
    printer.apply(options);
  }
  printer.start();
  return printer.value(value, 0);
}

Object.defineProperties(inspect, {
  length: { value: 2, configurable: true },
  custom: { value: customInspect, enumerable: true, writable: true, configurable: true },
  colors: { value: colors, enumerable: true, writable: true, configurable: true },
  styles: { value: styles, enumerable: true, writable: true, configurable: true },
  defaultOptions: {
    get() {
      return defaultOptions;
    },
    set(options) {
      if (options === null || typeof options !== "object") {
        throw new TypeError(`inspect.defaultOptions must be an object, found ${inspect(options)}`);
      }
      Object.assign(defaultOptions, options);
    },
    enumerable: true,
    configurable: true,
  },
});

return { inspect, stripControl, textWidth };
