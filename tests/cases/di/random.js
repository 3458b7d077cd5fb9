// Random graphs against a plain model: which instances are made, which are shared, and in what order they end.
import { Container, all, factory, lazy, optional, token } from "krepis:di";

let seed = 20240917;
const random = (n) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
const pick = (list) => list[random(list.length)];

/** Rows { token, lifetime, needs: [{ kind, to }] } in which everything is allowed; needs point downwards. */
function graph(size) {
  const rows = [];
  for (let at = 0; at < size; at++) {
    const lifetime = pick(["singleton", "scoped", "transient"]);
    const needs = [];
    for (let count = random(4); count > 0 && at > 0; count--) {
      const to = random(at);
      const kind = pick(["one", "one", "one", "optional", "lazy", "all"]);
      if (lifetime !== "singleton" || !rows[to].scoped) needs.push({ kind, to });
    }
    const scoped = lifetime === "scoped" || (lifetime === "transient" && needs.some(({ to }) => rows[to].scoped));
    rows.push({ token: token(`S${at}`), at, lifetime, needs, scoped });
  }
  return rows;
}

/** What a container is, without any of its speed: Maps, and a list of what was made for each scope. */
class Model {
  constructor(rows, parent) {
    this.rows = rows;
    this.root = parent?.root ?? this;
    this.instances = new Map();
    this.made = [];
  }

  get(at) {
    const { lifetime, needs } = this.rows[at];
    const owner = lifetime === "singleton" ? this.root : this;
    if (lifetime !== "transient" && owner.instances.has(at)) return owner.instances.get(at);
    const parts = needs.map(({ kind, to }) => (kind === "lazy" ? () => owner.get(to) : kind === "all" ? [owner.get(to)] : owner.get(to)));
    const instance = { at, parts };
    if (lifetime !== "transient") owner.instances.set(at, instance);
    owner.made.push(instance);
    return instance;
  }

  end() {
    return this.made.reverse().map(({ at }) => at);
  }
}

const ended = [];

function build(rows) {
  const container = new Container();
  const order = rows.map((row) => ({ row, key: random(1e6) })).sort((a, b) => a.key - b.key);
  for (const { row } of order) {
    const wrap = { one: (token) => token, optional, lazy, all };
    const needs = row.needs.map(({ kind, to }) => wrap[kind](rows[to].token));
    const make = (...parts) => ({ at: row.at, parts, [Symbol.dispose]: () => void ended.push(row.at) });
    container[row.lifetime](row.token, factory(needs, make));
  }
  return container.build();
}

let compared = 0;
let wrong = 0;
/** Pairs of instances, each one's other half; a second other half is a difference. */
function alike(actual, expected, pairs, depth = 0) {
  if (pairs.has(actual) || pairs.has(expected)) return pairs.get(actual) === expected && pairs.get(expected) === actual;
  pairs.set(actual, expected).set(expected, actual);
  compared++;
  return actual.at === expected.at && actual.parts.length === expected.parts.length && actual.parts.every((part, at) => {
    const other = expected.parts[at];
    if (Array.isArray(other)) return part.length === 1 && alike(part[0], other[0], pairs, depth + 1);
    if (typeof other === "function") return depth > 3 || alike(part.value, other(), pairs, depth + 1);
    return alike(part, other, pairs, depth + 1);
  });
}

for (let round = 0; round < 60; round++) {
  const rows = graph(2 + random(25));
  const container = build(rows);
  const model = new Model(rows);
  const pairs = new Map();
  const open = [];
  for (let step = 0; step < 1500; step++) {
    if (open.length === 0 || random(3) === 0) open.push([container.createScope(), new Model(rows, model)]);
    const at = random(rows.length);
    const [scope, plain] = random(4) === 0 && !rows[at].scoped ? [container, model] : pick(open);
    if (!alike(scope.get(rows[at].token), plain.get(at), pairs)) wrong++;
    if (open.length > 5 || random(4) === 0) {
      const [[scope, plain]] = open.splice(random(open.length), 1);
      scope.dispose();
      if (ended.splice(0).join() !== plain.end().join()) wrong++;
    }
  }
  for (const [scope] of open) scope.dispose();
  ended.length = 0;
  container.dispose();
  if (ended.splice(0).join() !== model.end().join()) wrong++;
}
console.log({ wrong, many: compared > 50_000 });
