"use strict";
// node:punycode: RFC 3492, and domain names with it.

const BASE = 36;
const T_MIN = 1;
const T_MAX = 26;
const SKEW = 38;
const DAMP = 700;
const INITIAL_BIAS = 72;
const INITIAL_N = 128;
const MAX_INT = 0x7fffffff;
const dots = /[.\u3002\uff0e\uff61]/g;

function overflow() {
  return new RangeError("Overflow: input needs wider integers to process");
}

function adapt(delta, count, first) {
  delta = first ? Math.floor(delta / DAMP) : delta >> 1;
  delta += Math.floor(delta / count);
  let k = 0;
  for (; delta > ((BASE - T_MIN) * T_MAX) >> 1; k += BASE) delta = Math.floor(delta / (BASE - T_MIN));
  return k + Math.floor(((BASE - T_MIN + 1) * delta) / (delta + SKEW));
}

function threshold(k, bias) {
  return Math.min(Math.max(k - bias, T_MIN), T_MAX);
}

function digitOf(code) {
  if (code >= 0x30 && code < 0x3a) return code - 0x30 + 26;
  if (code >= 0x41 && code < 0x5b) return code - 0x41;
  if (code >= 0x61 && code < 0x7b) return code - 0x61;
  return BASE;
}

function decode(input) {
  input = String(input);
  const output = [];
  const basic = Math.max(input.lastIndexOf("-"), 0);
  for (let i = 0; i < basic; i++) {
    if (input.charCodeAt(i) >= 0x80) throw new RangeError("Illegal input >= 0x80 (not a basic code point)");
    output.push(input.charCodeAt(i));
  }
  let i = 0;
  let n = INITIAL_N;
  let bias = INITIAL_BIAS;
  for (let at = basic > 0 ? basic + 1 : 0; at < input.length;) {
    const before = i;
    for (let weight = 1, k = BASE; ; k += BASE) {
      if (at >= input.length) throw new RangeError("Invalid input");
      const digit = digitOf(input.charCodeAt(at++));
      if (digit >= BASE) throw new RangeError("Invalid input");
      if (digit > Math.floor((MAX_INT - i) / weight)) throw overflow();
      i += digit * weight;
      const t = threshold(k, bias);
      if (digit < t) break;
      if (weight > Math.floor(MAX_INT / (BASE - t))) throw overflow();
      weight *= BASE - t;
    }
    const count = output.length + 1;
    bias = adapt(i - before, count, before === 0);
    if (Math.floor(i / count) > MAX_INT - n) throw overflow();
    n += Math.floor(i / count);
    i %= count;
    output.splice(i++, 0, n);
  }
  return String.fromCodePoint(...output);
}

function digit(value) {
  return String.fromCharCode(value + (value < 26 ? 0x61 : 0x30 - 26));
}

function encode(input) {
  const points = ucs2.decode(String(input));
  let output = points.filter((point) => point < 0x80).map((point) => String.fromCharCode(point)).join("");
  const basic = output.length;
  if (basic > 0) output += "-";
  let n = INITIAL_N;
  let delta = 0;
  let bias = INITIAL_BIAS;
  for (let handled = basic; handled < points.length; delta++, n++) {
    const next = points.reduce((least, point) => point >= n && point < least ? point : least, MAX_INT);
    if (next - n > Math.floor((MAX_INT - delta) / (handled + 1))) throw overflow();
    delta += (next - n) * (handled + 1);
    n = next;
    for (const point of points) {
      if (point < n && ++delta > MAX_INT) throw overflow();
      if (point !== n) continue;
      let q = delta;
      for (let k = BASE; ; k += BASE) {
        const t = threshold(k, bias);
        if (q < t) break;
        output += digit(t + ((q - t) % (BASE - t)));
        q = Math.floor((q - t) / (BASE - t));
      }
      output += digit(q);
      bias = adapt(delta, handled + 1, handled === basic);
      delta = 0;
      handled++;
    }
  }
  return output;
}

// Each label of a domain, or of the domain of an address.
function mapLabels(text, change) {
  const at = text.indexOf("@");
  const before = at === -1 ? "" : text.slice(0, at + 1);
  const domain = text.slice(at + 1).split("@")[0];
  return before + domain.replace(dots, ".").split(".").map(change).join(".");
}

function toASCII(input) {
  return mapLabels(String(input), (label) => /[^\0-\x7f]/.test(label) ? `xn--${encode(label)}` : label);
}

function toUnicode(input) {
  return mapLabels(String(input), (label) => label.startsWith("xn--") ? decode(label.slice(4).toLowerCase()) : label);
}

const ucs2 = {
  decode: (text) => Array.from(text, (char) => char.codePointAt(0)),
  encode: (points) => String.fromCodePoint(...points),
};

return { version: "2.1.0", ucs2, decode, encode, toASCII, toUnicode };
