"use strict";
// util.parseArgs: options and positionals of a command line.

const { checkString, coded, invalidArgType, invalidArgValue } = load("node/errors");

function parseArgs(config = {}) {
  const { strict = true, options = {}, tokens: wantsTokens = false, allowNegative = false } = config;
  const allowPositionals = config.allowPositionals ?? !strict;
  const args = config.args ?? load("process").process.argv.slice(2);
  if (!Array.isArray(args)) throw invalidArgType("args", "an instance of Array", args);
  for (const [name, value] of Object.entries({ strict, allowPositionals, tokens: wantsTokens, allowNegative })) {
    if (typeof value !== "boolean") throw invalidArgType(name, "of type boolean", value);
  }
  checkOptions(options);
  const tokens = tokenize(args, options);
  const result = { values: { __proto__: null }, positionals: [] };
  if (wantsTokens) result.tokens = tokens;
  for (const token of tokens) {
    if (token.kind === "option") {
      takeOption(token, result.values, { strict, options, allowPositionals, allowNegative });
    } else if (token.kind === "positional") {
      if (!allowPositionals) {
        throw coded(TypeError, "ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL",
          `Unexpected argument '${token.value}'. This command does not take positional arguments`);
      }
      result.positionals.push(token.value);
    }
  }
  for (const [name, option] of Object.entries(options)) {
    if (option.default !== undefined && result.values[name] === undefined) result.values[name] = option.default;
  }
  return result;
}

function checkOptions(options) {
  if (options === null || typeof options !== "object") throw invalidArgType("options", "of type object", options);
  for (const [name, option] of Object.entries(options)) {
    const what = `options.${name}`;
    if (option === null || typeof option !== "object") throw invalidArgType(what, "of type object", option);
    if (option.type !== "string" && option.type !== "boolean") {
      throw invalidArgType(`${what}.type`, "('string|boolean')", option.type);
    }
    if (Object.hasOwn(option, "short")) {
      checkString(option.short, `${what}.short`);
      if (option.short.length !== 1) {
        throw invalidArgValue(`${what}.short`, option.short, "must be a single character");
      }
    }
    const { multiple } = option;
    if (multiple !== undefined && typeof multiple !== "boolean") {
      throw invalidArgType(`${what}.multiple`, "of type boolean", multiple);
    }
    if (option.default === undefined) continue;
    if (multiple && !Array.isArray(option.default)) {
      throw invalidArgType(`${what}.default`, "an instance of Array", option.default);
    }
    for (const value of multiple ? option.default : [option.default]) {
      if (typeof value !== option.type) throw invalidArgType(`${what}.default`, `of type ${option.type}`, value);
    }
  }
}

function nameOfShort(short, options) {
  return Object.keys(options).find((name) => options[name].short === short) ?? short;
}

function isString(name, options) {
  return Object.hasOwn(options, name) && options[name].type === "string";
}

function tokenize(args, options) {
  const tokens = [];
  const rest = args.map((value, index) => ({ value, index }));
  // A group of short options is taken apart, each with the index of the group.
  for (let item = rest.shift(); item !== undefined; item = rest.shift()) {
    const { value: arg, index } = item;
    if (arg === "--") {
      tokens.push({ kind: "option-terminator", index });
      for (const { value, index: at } of rest) tokens.push({ kind: "positional", index: at, value });
      break;
    }
    if (arg.length === 2 && arg[0] === "-" && arg[1] !== "-") {
      const name = nameOfShort(arg[1], options);
      tokens.push(optionToken(name, arg, index, undefined, undefined, options, rest));
    } else if (arg.length > 2 && arg[0] === "-" && arg[1] !== "-") {
      const first = nameOfShort(arg[1], options);
      if (isString(first, options)) {
        const value = arg.slice(2);
        tokens.push({ kind: "option", name: first, rawName: `-${arg[1]}`, index, value, inlineValue: true });
      } else {
        rest.unshift(...shortsOf(arg, index, options));
      }
    } else if (arg.startsWith("--") && arg.length > 2) {
      const equals = arg.indexOf("=", 3);
      const raw = equals < 0 ? arg : arg.slice(0, equals);
      const value = equals < 0 ? undefined : arg.slice(equals + 1);
      tokens.push(optionToken(raw.slice(2), raw, index, value, value === undefined ? undefined : true, options, rest));
    } else {
      tokens.push({ kind: "positional", index, value: arg });
    }
  }
  return tokens;
}

// "-abc" as "-a", "-b", "-c"; what follows an option with a value belongs to it.
function shortsOf(group, index, options) {
  const items = [];
  for (let i = 1; i < group.length; i++) {
    const isLast = i === group.length - 1;
    if (!isLast && isString(nameOfShort(group[i], options), options)) {
      items.push({ value: `-${group.slice(i)}`, index });
      break;
    }
    items.push({ value: `-${group[i]}`, index });
  }
  return items;
}

function optionToken(name, rawName, index, value, inlineValue, options, rest) {
  if (value === undefined && isString(name, options) && rest.length > 0) {
    value = rest.shift().value;
    inlineValue = false;
  }
  return { kind: "option", name, rawName, index, value, inlineValue };
}

function takeOption(token, values, { strict, options, allowPositionals, allowNegative }) {
  let { name, value } = token;
  if (strict) {
    const option = knownOption(token, options, allowNegative, allowPositionals);
    checkValue(token, option, options);
  }
  let found = value ?? true;
  if (allowNegative && name.startsWith("no-") && value === undefined && !Object.hasOwn(options, name)) {
    const positive = name.slice(3);
    if (!strict || (Object.hasOwn(options, positive) && options[positive].type === "boolean")) {
      name = positive;
      token.name = name;
      found = false;
    }
  }
  if (name === "__proto__") return;
  if (Object.hasOwn(options, name) && options[name].multiple) (values[name] ??= []).push(found);
  else values[name] = found;
}

function knownOption({ name, rawName }, options, allowNegative, allowPositionals) {
  if (Object.hasOwn(options, name)) return options[name];
  const positive = name.startsWith("no-") ? name.slice(3) : undefined;
  if (allowNegative && positive !== undefined && Object.hasOwn(options, positive)) {
    if (options[positive].type === "boolean") return options[positive];
  }
  const hint = allowPositionals
    ? ". To specify a positional argument starting with a '-', place it at the end of the command after '--', " +
      `as in '-- "${rawName}"`
    : "";
  throw coded(TypeError, "ERR_PARSE_ARGS_UNKNOWN_OPTION", `Unknown option '${rawName}'${hint}`);
}

function checkValue({ rawName, name, value, inlineValue }, option) {
  const short = option.short ? `-${option.short}, ` : "";
  const shown = `'${short}--${name}`;
  if (option.type === "string" && typeof value !== "string") {
    throw coded(TypeError, "ERR_PARSE_ARGS_INVALID_OPTION_VALUE", `Option ${shown} <value>' argument missing`);
  }
  if (option.type === "boolean" && value !== undefined) {
    throw coded(TypeError, "ERR_PARSE_ARGS_INVALID_OPTION_VALUE", `Option ${shown}' does not take an argument`);
  }
  if (option.type === "string" && inlineValue === false && value.length > 1 && value.startsWith("-")) {
    const example = rawName.startsWith("--") ? `'${rawName}=-XYZ'` : `'--${name}=-XYZ' or '${rawName}-XYZ'`;
    throw coded(TypeError, "ERR_PARSE_ARGS_INVALID_OPTION_VALUE",
      `Option '${rawName}' argument is ambiguous.\nDid you forget to specify the option argument for '${rawName}'?\n` +
        `To specify an option argument starting with a dash use ${example}.`);
  }
}

return { parseArgs };
