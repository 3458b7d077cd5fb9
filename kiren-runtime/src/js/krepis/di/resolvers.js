"use strict";
// Code for a node that is made often: the same as `makeCold` (making.js), written out for its class and dependencies, so
// that V8 sees constants and one type at each place and compiles a whole tree of small services into one function.
//
// The text consists of what is below and of numbers; names and values of the program are reached through arrays. It is
// compiled by the runtime, so it is there too where a program may not make code from strings.

const { ALL, KEY, LAZY, OPTIONAL } = load("krepis/di/dependencies");
const { ALIAS, CLASS, SCOPE, SCOPE_VALUE, SINGLETON, TRANSIENT, VALUE } = load("krepis/di/registrations");
const { UNMADE } = load("krepis/di/frames");
const { Lazy, obtain, obtainAll, obtainOptional, stack } = load("krepis/di/making");

/** So many nodes are compiled at once at most; others follow when they are called often themselves. */
const MOST_AT_ONCE = 64;

/** Compiles a node and what it makes on its way; with too much on its way, only that, and the node another time. */
function compile(node) {
  const batch = [];
  collect(node, batch, 0);
  if (!node.isCompiled) node.calls = 0;
  if (batch.length === 0) return;
  const lines = ['"use strict";'];
  batch.forEach((member, at) =>
    lines.push(`const n${at} = nodes[${at}], f${at} = nodes[${at}].implementation;`),
  );
  const wires = [];
  const makers = batch.map((member) => maker(member, batch, wires));
  for (let at = 0; at < wires.length; at++) lines.push(`const w${at} = wires[${at}];`);
  lines.push(`return [${makers.join(",\n")}];`);
  const names = [
    "nodes",
    "wires",
    "plan",
    "singles",
    "UNMADE",
    "stack",
    "Lazy",
    "obtain",
    "obtainAll",
    "obtainOptional",
  ];
  const make = native("di").compile(lines.join("\n"), names);
  const { plan } = node;
  const made = make(batch, wires, plan, plan.singles, UNMADE, stack, Lazy, obtain, obtainAll, obtainOptional);
  batch.forEach((member, at) => {
    member.make = made[at];
  });
}

/** Dependencies first, so that who calls them sees the code that stays. */
function collect(node, batch, depth) {
  if (depth > MOST_AT_ONCE || node.isCompiled || !isCompilable(node)) return;
  node.isCompiled = true;
  for (const wire of node.dependencies) {
    if (wire.need === KEY || wire.need === LAZY) continue;
    for (const target of wire.targets) {
      if (target.lifetime !== SINGLETON && batch.length < MOST_AT_ONCE) collect(target, batch, depth + 1);
    }
  }
  if (batch.length < MOST_AT_ONCE) batch.push(node);
  else node.isCompiled = false;
}

function isCompilable(node) {
  return (
    !node.isAsync &&
    node.kind !== SCOPE_VALUE &&
    node.kind !== SCOPE &&
    node.kind !== VALUE &&
    node.kind !== ALIAS
  );
}

function maker(node, batch, wires) {
  const at = batch.indexOf(node);
  const { slot, lifetime } = node;
  const body = [];
  const names = node.dependencies.map((wire, index) => argument(wire, `a${index}`, node, batch, wires, body));
  const make = `${node.kind === CLASS ? "new " : ""}f${at}(${names.join(", ")})`;
  return `function (frame) {
  const depth = stack.depth;
  stack.nodes[depth] = n${at};
  stack.frames[depth] = frame;
  stack.depth = depth + 1;
  const values = frame.values;
${body.join("\n")}
  const value = ${make};
  ${lifetime === TRANSIENT ? "" : slot === 0 ? `frame.store(n${at}, value);` : `values[${slot}] = value; frame.used[frame.usedCount++] = ${slot};`}
  ${tracking(node, at)}
  stack.depth = depth;
  return value;
}`;
}

function tracking(node, at) {
  if (node.dispose === false) return "";
  const keep = `frame.keep(n${at}, value);`;
  if (node.dispose !== undefined) return keep;
  return `if (value !== undefined && value !== null &&
    (value[Symbol.dispose] !== undefined || value[Symbol.asyncDispose] !== undefined)) ${keep}`;
}

/** Writes what puts a dependency into a variable to `body`, and returns its name. */
function argument(wire, name, node, batch, wires, body) {
  const reference = (value) => {
    const known = wires.indexOf(value);
    return `w${known === -1 ? wires.push(value) - 1 : known}`;
  };
  const nodeName = (target) => (batch.includes(target) ? `n${batch.indexOf(target)}` : reference(target));
  const { need, target } = wire;
  if (need === KEY) {
    body.push(`  const ${name} = ${nodeName(node)}.key;`);
  } else if (need === ALL) {
    body.push(`  const ${name} = obtainAll(${reference(wire.targets)}, frame);`);
  } else if (need === LAZY) {
    body.push(`  const ${name} = new Lazy(${nodeName(target)}, frame);`);
  } else if (target === undefined) {
    body.push(`  const ${name} = undefined;`);
  } else if (need === OPTIONAL) {
    body.push(`  const ${name} = obtainOptional(${nodeName(target)}, frame);`);
  } else if (target.lifetime === TRANSIENT) {
    body.push(`  const ${name} = ${nodeName(target)}.make(frame);`);
  } else if (target.slot === 0) {
    body.push(`  const ${name} = obtain(${nodeName(target)}, frame);`);
  } else if (target.lifetime === SINGLETON) {
    body.push(`  let ${name} = singles[${target.slot}];`);
    body.push(`  if (${name} === UNMADE) ${name} = ${nodeName(target)}.make(plan.root);`);
  } else {
    body.push(`  let ${name} = values[${target.slot}];`);
    body.push(`  if (${name} === UNMADE) ${name} = ${nodeName(target)}.make(frame);`);
  }
  return name;
}

return { compile };
