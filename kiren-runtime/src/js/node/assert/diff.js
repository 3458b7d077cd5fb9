"use strict";
// The lines that two texts do not share: E. W. Myers, "An O(ND) difference algorithm and its variations" (1986).

const SAME = 0;
const ADDED = 1;
const REMOVED = -1;

// Lines that stand together unchanged are cut after this many.
const MOST_SAME = 5;

// [kind, line] from first to last; `equal(a, b)` may overlook what does not count.
function diffLines(actual, expected, equal) {
  const most = actual.length + expected.length;
  const furthest = new Int32Array(2 * most + 2);
  const trace = [];
  for (let edits = 0; edits <= most; edits++) {
    trace.push(furthest.slice());
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      const at = diagonal + most;
      const down = diagonal === -edits || (diagonal !== edits && furthest[at - 1] < furthest[at + 1]);
      let x = down ? furthest[at + 1] : furthest[at - 1] + 1;
      let y = x - diagonal;
      while (x < actual.length && y < expected.length && equal(actual[x], expected[y])) {
        x++;
        y++;
      }
      furthest[at] = x;
      if (x >= actual.length && y >= expected.length) return walkBack(trace, actual, expected, most, equal);
    }
  }
  return [];
}

function walkBack(trace, actual, expected, most) {
  const lines = [];
  let x = actual.length;
  let y = expected.length;
  for (let edits = trace.length - 1; edits >= 0; edits--) {
    const furthest = trace[edits];
    const diagonal = x - y;
    const at = diagonal + most;
    const down = diagonal === -edits || (diagonal !== edits && furthest[at - 1] < furthest[at + 1]);
    const before = down ? diagonal + 1 : diagonal - 1;
    const previousX = furthest[before + most];
    const previousY = previousX - before;
    while (x > previousX && y > previousY) {
      // With and without a comma at its end a line is the same: the one with it is shown.
      const line = actual[x - 1].endsWith(",") ? actual[x - 1] : expected[y - 1];
      lines.push([SAME, line]);
      x--;
      y--;
    }
    if (edits === 0) break;
    if (x > previousX) lines.push([ADDED, actual[--x]]);
    else lines.push([REMOVED, expected[--y]]);
  }
  return lines.reverse();
}

// The text of a difference, and whether lines were left out of it.
function showDiff(lines, { green, red, white }) {
  let text = "";
  let skipped = false;
  let same = [];
  const closeSame = () => {
    const rest = same.slice(MOST_SAME);
    if (rest.length >= 3) {
      text += `...\n${white}  ${rest.at(-1)}\n`;
      skipped = true;
    } else {
      for (const line of rest) text += `${white}  ${line}\n`;
    }
    same = [];
  };
  for (const [kind, line] of lines) {
    if (kind === SAME) {
      same.push(line);
      if (same.length <= MOST_SAME) text += `${white}  ${line}\n`;
      continue;
    }
    closeSame();
    text += kind === ADDED ? `${green}+${white} ${line}\n` : `${red}-${white} ${line}\n`;
  }
  return { text: text.trimEnd(), skipped };
}

return { diffLines, showDiff };
