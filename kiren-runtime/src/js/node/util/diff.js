"use strict";
// util.diff: what changed between two texts or lists, by Myers' algorithm (1986).

const { invalidArgType } = load("node/errors");

const DELETED = -1;
const KEPT = 0;
const ADDED = 1;

function check(value, name) {
  if (typeof value === "string") return;
  if (!Array.isArray(value)) throw invalidArgType(name, "of type string", value);
  value.forEach((item, at) => {
    if (typeof item !== "string") throw invalidArgType(`${name}[${at}]`, "of type string", item);
  });
}

/** Entries [what, value]: 1 is only in `actual`, -1 only in `expected`, 0 in both. */
function diff(actual, expected) {
  check(actual, "actual");
  check(expected, "expected");
  if (actual === expected) return [];
  const a = typeof actual === "string" ? [...actual] : actual;
  const b = typeof expected === "string" ? [...expected] : expected;
  if (a.length === b.length && a.every((item, at) => item === b[at])) return [];
  return path(a, b, furthest(a, b));
}

// For each number of changes, how far each diagonal comes.
function furthest(a, b) {
  const most = a.length + b.length;
  const reach = new Int32Array(2 * most + 2);
  const trace = [];
  for (let changes = 0; changes <= most; changes++) {
    trace.push(reach.slice());
    for (let k = -changes; k <= changes; k += 2) {
      const down = k === -changes || (k !== changes && reach[k - 1 + most] < reach[k + 1 + most]);
      let x = down ? reach[k + 1 + most] : reach[k - 1 + most] + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      reach[k + most] = x;
      if (x >= a.length && x - k >= b.length) return trace;
    }
  }
  return trace;
}

function path(a, b, trace) {
  const most = a.length + b.length;
  const result = [];
  let x = a.length;
  let y = b.length;
  for (let changes = trace.length - 1; changes >= 0; changes--) {
    const reach = trace[changes];
    const k = x - y;
    const down = k === -changes || (k !== changes && reach[k - 1 + most] < reach[k + 1 + most]);
    const before = down ? k + 1 : k - 1;
    const beforeX = reach[before + most];
    const beforeY = beforeX - before;
    for (; x > beforeX && y > beforeY; x--, y--) result.push([KEPT, a[x - 1]]);
    if (changes > 0) {
      if (down) result.push([DELETED, b[y - 1]]);
      else result.push([ADDED, a[x - 1]]);
    }
    x = beforeX;
    y = beforeY;
  }
  return result.reverse();
}

return { diff };
