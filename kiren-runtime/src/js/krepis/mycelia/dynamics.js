"use strict";
// Segments with text and parameters, or with constraints: docs/mycelia-layout.md.

const { checkOf } = load("krepis/mycelia/constraints");
const { isLonger } = load("krepis/mycelia/paths");

/** In a segment of up to so many bytes, several parameters with constraints are looked for at all places. */
const SHORT = 255;

/** In a longer one the texts between them may occur so often, all of them together. */
const FEW_PLACES = 16;

class Dynamic {
  constructor({ prefix, parameters, target }, define) {
    this.prefix = prefix;
    this.suffix = parameters.at(-1).after;
    /** What stands between the parameters, each but the last with what follows. */
    this.between = parameters.slice(0, -1).map(({ after }) => after);
    this.checks = parameters.map(({ constraint }) => (constraint === null ? null : checkOf(constraint, define)));
    this.isConstrained = this.checks.some((check) => check !== null);
    /** The units that this and what comes after it take at least, without the suffix. */
    this.least = parameters.map(() => 1);
    for (let at = this.between.length - 1; at >= 0; at--) {
      this.least[at] += this.between[at].length + this.least[at + 1];
    }
    this.target = target;
    /** What the parameters took, after `take`. */
    this.starts = parameters.map(() => 0);
    this.ends = parameters.map(() => 0);
  }

  /** Whether it takes a part of a text. `folded` is the same in lower case, if that is what text is compared with. */
  take(text, folded, start, end) {
    const { prefix, suffix, least, checks } = this;
    if (end - start < prefix.length + least[0] + suffix.length) return false;
    if (!folded.startsWith(prefix, start) || !folded.startsWith(suffix, end - suffix.length)) return false;
    const from = start + prefix.length;
    const to = end - suffix.length;
    if (checks.length === 1) {
      this.starts[0] = from;
      this.ends[0] = to;
      return checks[0] === null || checks[0](text, from, to);
    }
    if (!this.isConstrained) return this.takeFromRight(folded, from, to);
    if (isLonger(text, start, end, SHORT) && !this.hasFewPlaces(folded, from, to)) return false;
    return this.takeConstrained(text, folded, 0, from, to, new Set());
  }

  /** Each text between as far to the right as the ones after it allow, which gives the most to what stands before. */
  takeFromRight(folded, start, end) {
    const { between, least, starts, ends } = this;
    for (let index = between.length - 1; index >= 0; index--) {
      const text = between[index];
      const lowest = start + 1 + least[0] - least[index];
      const found = lastOf(folded, text, lowest, end - 1 - text.length);
      if (found === -1) return false;
      starts[index + 1] = found + text.length;
      ends[index + 1] = end;
      end = found;
    }
    starts[0] = start;
    ends[0] = end;
    return true;
  }

  hasFewPlaces(folded, start, end) {
    let left = FEW_PLACES;
    for (const part of this.between) {
      // `indexOf` would look beyond the end, each time.
      for (let at = start; at + part.length <= end; at++) {
        if (folded.startsWith(part, at) && left-- === 0) return false;
      }
    }
    return true;
  }

  /** A search that remembers for each parameter the places behind it from which it failed. */
  takeConstrained(text, folded, index, start, to, failed) {
    const check = this.checks[index];
    this.starts[index] = start;
    if (index === this.between.length) {
      this.ends[index] = to;
      return check === null || check(text, start, to);
    }
    const after = this.between[index];
    for (let end = to - this.least[index + 1] - after.length; end > start; end--) {
      const next = end + after.length;
      const mark = next * 8 + index;
      if (!folded.startsWith(after, end) || failed.has(mark)) continue;
      if (check !== null && !check(text, start, end)) continue;
      this.ends[index] = end;
      if (this.takeConstrained(text, folded, index + 1, next, to, failed)) return true;
      failed.add(mark);
    }
    return false;
  }
}

/** The last place of `part` in `text` between two places, both of them included; -1 if it is not there. */
function lastOf(text, part, lowest, highest) {
  const first = part.charCodeAt(0);
  for (let at = highest; at >= lowest; at--) {
    if (text.charCodeAt(at) === first && (part.length === 1 || text.startsWith(part, at))) return at;
  }
  return -1;
}

return { Dynamic };
