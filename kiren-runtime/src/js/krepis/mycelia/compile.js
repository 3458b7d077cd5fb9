"use strict";
// Code for a table that is asked often: the same as walk.js, written out for its nodes. Texts become comparisons with
// numbers, across segments and by the first character that differs; places in the path become variables; what leads nowhere
// falls through to what is tried next, and what is found returns.
//
// The text consists of what is below, of numbers, and of the texts and names of patterns, as string literals.

const { Dynamic } = load("krepis/mycelia/dynamics");
const { EMPTY } = load("krepis/mycelia/params");
const { fold, isTooLong, trimSlash } = load("krepis/mycelia/paths");

/** A node with more code than this, in characters, becomes a function of its own, so that each is worth optimising. */
const MOST_INLINE = 2500;

/** Longer texts are compared by `startsWith`. */
const MOST_COMPARED = 16;

/** No path that is shorter can be too long. */
const SURELY_SHORT = 21845;

/** Of the paths without parameters shorter than this, and of their last units below this, is known what there is. */
const LENGTHS = 64;
const UNITS = 128;

/** A place in the path: a variable, or none, and a number. */
class Place {
  constructor(variable, offset) {
    this.variable = variable;
    this.offset = offset;
  }

  plus(count) {
    return new Place(this.variable, this.offset + count);
  }

  toString() {
    if (this.variable === "") return String(this.offset);
    if (this.offset === 0) return this.variable;
    return this.offset > 0 ? `${this.variable} + ${this.offset}` : `${this.variable} - ${-this.offset}`;
  }
}

const START = new Place("", 0);
const LENGTH = new Place("n", 0);

class Writer {
  constructor(plan, define) {
    this.plan = plan;
    this.define = define;
    this.functions = [];
    this.checks = [];
    this.dynamics = [];
    this.variables = 0;
    /** What text is compared in. */
    this.text = plan.options.ignoreCase ? "t" : "p";
  }

  variable(letter) {
    return `${letter}${this.variables++}`;
  }

  /** The code of a node that begins at a place. `captures` are pairs of places; `flags` is null outside of wildcards. */
  node(number, place, captures, flags) {
    const node = this.plan.nodes[number];
    const texts = this.textsOf(number, "");
    let code = texts.length === 0 ? "" : this.texts(texts, place, captures, flags);
    if (node.dynamic.length > 0 || node.parameter !== null || node.wildcard !== null) {
      code += `if (n > ${place} && ${this.text}.charCodeAt(${place}) !== 47) {\n`;
      code += `${this.others(node, place, captures, flags)}}\n`;
    }
    const isOwn = flags === null && code.length > MOST_INLINE && number !== 0;
    return isOwn ? this.outline(code, place, captures) : code;
  }

  /** A function with the code, and the call of it. */
  outline(code, place, captures) {
    const name = this.variable("f");
    const variables = new Set([place, ...captures.flat()].map(({ variable }) => variable));
    variables.delete("");
    variables.delete("n");
    const parameters = ["p", ...(this.text === "p" ? [] : ["t"]), "n", ...variables].join(", ");
    this.functions.push(`function ${name}(${parameters}) {\n${code}return null;\n}\n`);
    const result = this.variable("r");
    return `const ${result} = ${name}(${parameters});\nif (${result} !== null) return ${result};\n`;
  }

  // ---- text ----

  /** The texts that lead on from a node, through nodes that have nothing else: to the end of the path, or to a node. */
  textsOf(number, before) {
    return Object.entries(this.plan.nodes[number].edges).flatMap(([text, { route, node }]) => {
      const texts = route === null ? [] : [{ text: before + text, route, node: null }];
      if (node === null) return texts;
      const next = this.plan.nodes[node];
      const isText = next.dynamic.length === 0 && next.parameter === null && next.wildcard === null;
      const whole = `${before}${text}/`;
      return texts.concat(isText ? this.textsOf(node, whole) : [{ text: whole, route: null, node }]);
    });
  }

  texts(texts, place, captures, flags) {
    const common = commonLength(texts);
    const rests = texts.map((text) => ({ ...text, text: text.text.slice(common) }));
    const after = place.plus(common);
    const ends = rests.length === 1 && rests[0].route !== null;
    const least = place.plus(Math.min(...texts.map(({ text }) => text.length)));
    const same = this.same(texts[0].text.slice(0, common), place);
    // What a switch reads has to be there.
    const conditions = [`n ${ends ? "===" : ">="} ${least}`, ...same];
    return `if (${conditions.join(" && ")}) {\n${this.rests(rests, after, captures, flags)}}\n`;
  }

  rests(rests, place, captures, flags) {
    const here = rests.find(({ text }) => text === "");
    if (rests.length === 1) {
      return here.route === null ? this.node(here.node, place, captures, flags) : this.leaf(here.route, captures);
    }
    let code = "";
    let longer = rests;
    if (here !== undefined) {
      code = `if (n === ${place}) {\n${this.leaf(here.route, captures)}}\n`;
      longer = rests.filter((rest) => rest !== here);
    }
    const groups = Map.groupBy(longer, ({ text }) => text.charCodeAt(0));
    if (groups.size === 1) return code + this.texts(longer, place, captures, flags);
    code += `switch (${this.text}.charCodeAt(${place})) {\n`;
    for (const [unit, group] of groups) {
      const behind = group.map((rest) => ({ ...rest, text: rest.text.slice(1) }));
      code += `case ${unit}: {\n${this.texts(behind, place.plus(1), captures, flags)}break;\n}\n`;
    }
    return `${code}}\n`;
  }

  /** Conditions for a text at a place. */
  same(text, place) {
    if (text.length > MOST_COMPARED) return [`${this.text}.startsWith(${literal(text)}, ${place})`];
    const unit = (_, at) => `${this.text}.charCodeAt(${place.plus(at)}) === ${text.charCodeAt(at)}`;
    return Array.from({ length: text.length }, unit);
  }

  // ---- what is not text ----

  /** What takes a segment that is not empty. */
  others({ dynamic, parameter, wildcard }, place, captures, flags) {
    // A parameter that has to be the last one needs no end.
    if (dynamic.length === 0 && wildcard === null && parameter.node === null) {
      const leaf = this.leaf(parameter.route, [...captures, [place, LENGTH]]);
      return `if (p.indexOf("/", ${place.plus(1)}) === -1) {\n${leaf}}\n`;
    }
    if (dynamic.length === 0 && wildcard !== null && wildcard.node === null && parameter === null) {
      return this.leaf(wildcard.route, [...captures, [place, LENGTH]]);
    }
    const slash = this.variable("s");
    const end = this.variable("e");
    let code = `const ${slash} = p.indexOf("/", ${place.plus(1)});\n`;
    code += `const ${end} = ${slash} === -1 ? n : ${slash};\n`;
    const segmentEnd = new Place(end, 0);
    for (const plan of dynamic) code += this.dynamic(plan, place, segmentEnd, captures, flags);
    if (parameter !== null) code += this.target(parameter, segmentEnd, [...captures, [place, segmentEnd]], flags);
    if (wildcard !== null) code += this.wildcard(wildcard, place, segmentEnd, captures, flags);
    return code;
  }

  /** What is behind a segment. */
  target({ route, node }, end, captures, flags) {
    let code = "";
    if (route !== null) code += `if (${end} === n) {\n${this.leaf(route, captures)}}\n`;
    if (node !== null) code += `if (${end} !== n) {\n${this.node(node, end.plus(1), captures, flags)}}\n`;
    return code;
  }

  dynamic(plan, place, end, captures, flags) {
    if (plan.parameters.length > 1) return this.several(plan, place, end, captures, flags);
    const [{ constraint, after }] = plan.parameters;
    const [from, to] = [place.plus(plan.prefix.length), end.plus(-after.length)];
    const conditions = [];
    if (plan.prefix.length + after.length > 0) conditions.push(`${from} < ${to}`);
    conditions.push(...this.same(plan.prefix, place), ...this.same(after, to));
    if (constraint !== null) conditions.push(`${this.check(plan)}(p, ${from}, ${to})`);
    const code = this.target(plan.target, end, [...captures, [from, to]], flags);
    return `if (${conditions.join(" && ")}) {\n${code}}\n`;
  }

  several(plan, place, end, captures, flags) {
    const name = `d${this.dynamics.push(new Dynamic(plan, this.define)) - 1}`;
    let code = `if (${name}.take(p, ${this.text}, ${place}, ${end})) {\n`;
    const taken = plan.parameters.map((_, at) => {
      const [from, to] = [this.variable("a"), this.variable("b")];
      code += `const ${from} = ${name}.starts[${at}], ${to} = ${name}.ends[${at}];\n`;
      return [new Place(from, 0), new Place(to, 0)];
    });
    code += this.target(plan.target, end, [...captures, ...taken], flags);
    return `${code}}\n`;
  }

  check(plan) {
    const [check] = new Dynamic(plan, this.define).checks;
    const known = this.checks.indexOf(check);
    return `c${known === -1 ? this.checks.push(check) - 1 : known}`;
  }

  wildcard({ route, node }, place, end, captures, flags) {
    const whole = route === null ? "" : this.leaf(route, [...captures, [place, LENGTH]]);
    let code = whole;
    if (node !== null) {
      const at = this.variable("w");
      const own = flags ?? [];
      const inner = this.node(node, new Place(at, 1), [...captures, [place, new Place(at, 0)]], own);
      code = `for (let ${at} = ${end}; ${at} < n;) {\n${inner}`;
      code += `${at} = p.indexOf("/", ${at} + 1);\nif (${at} === -1) break;\n}\n${whole}`;
      // Of the outermost one, which is entered once in a match, and with it what is entered once below it.
      if (flags === null && own.length > 0) code = `let ${own.map((flag) => `${flag} = true`).join(", ")};\n${code}`;
    }
    if (flags === null) return code;
    const flag = this.variable("u");
    flags.push(flag);
    return `if (${flag}) {\n${flag} = false;\n${code}}\n`;
  }

  // ---- what is found ----

  leaf(route, captures) {
    const { captures: names } = this.plan.routes[route];
    const named = captures.map((capture, at) => [names[at], capture]).filter(([name]) => name !== "");
    if (named.length === 0) return `return { value: values[${route}], params: EMPTY };\n`;
    const fields = named.map(([name, [from, to]]) => {
      const text = to === LENGTH ? `p.slice(${from})` : `p.slice(${from}, ${to})`;
      return `[${literal(name)}]: ${text}`;
    });
    return `return { value: values[${route}], params: { ${fields.join(", ")} } };\n`;
  }

  // ---- the whole ----

  /** Looks for a path without parameters, unless none is as long and ends so: looking reads all of a path that is new. */
  statics() {
    const { text } = this;
    return `const last = n === 0 ? ${UNITS} : ${text}.charCodeAt(n - 1);
if (n >= ${LENGTHS} || last >= ${UNITS} || endings[n * ${UNITS} + last] !== 0) {
const found = statics.get(${text});
if (found !== undefined) return found;
}
`;
  }

  source() {
    const { percentDecoding, trailingSlash, ignoreCase } = this.plan.options;
    const body = this.node(0, START, [], null);
    let code = '"use strict";\n';
    this.checks.forEach((_, at) => (code += `const c${at} = checks[${at}];\n`));
    this.dynamics.forEach((_, at) => (code += `const d${at} = dynamics[${at}];\n`));
    code += `${this.functions.join("")}return function at(p) {\n`;
    // Few paths are longer, and what has an escape is seldom asked for.
    code += `if (p.length > ${SURELY_SHORT} && isTooLong(p)) return null;\n`;
    if (percentDecoding) code += 'if (p.indexOf("%") !== -1) return slow(p);\n';
    if (trailingSlash === "ignore") code += "p = trimSlash(p);\n";
    if (ignoreCase) code += "const t = fold(p);\n";
    code += "const n = p.length;\n";
    if (Object.keys(this.plan.statics).length > 0) code += this.statics();
    return `${code}${body}return null;\n};\n`;
  }
}

/** How many units all texts begin with. */
function commonLength([{ text: first }, ...others]) {
  let common = first.length;
  for (const { text } of others) {
    let at = 0;
    while (at < common && text.charCodeAt(at) === first.charCodeAt(at)) at++;
    common = at;
  }
  return common;
}

function literal(text) {
  return JSON.stringify(text).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Where there is a path without parameters of this length and with this last unit, for those below these. */
function endingsOf(statics) {
  const endings = new Uint8Array(LENGTHS * UNITS);
  for (const path of statics.keys()) {
    const last = path.charCodeAt(path.length - 1);
    if (path.length < LENGTHS && last < UNITS) endings[path.length * UNITS + last] = 1;
  }
  return endings;
}

const NAMES = "values statics endings slow checks dynamics EMPTY fold isTooLong trimSlash".split(" ");

/**
 * A function from paths to `{ value, params }` or null. `compileText(source, names)` makes a function; `statics` has answers
 * by path, and `slow` is asked for paths that have to be decoded.
 */
function compile({ plan, define, values, statics, slow }, compileText) {
  const writer = new Writer(plan, define);
  const make = compileText(writer.source(), NAMES);
  const endings = endingsOf(statics);
  return make(values, statics, endings, slow, writer.checks, writer.dynamics, EMPTY, fold, isTooLong, trimSlash);
}

return { compile };
