// The four functions, over a module that is handed in: `instantiate(module)`. Text goes into the instance as UTF-16; what
// comes back are offsets, by which strings are sliced, so that nothing is decoded.

import { choice, choices, flag, formOf, integer, object, string } from "./arguments.js";
import { Instance } from "./instance.js";

// In the order of the Rust side.
const MODES = ["whitespace", "unicode"];
const UNITS = ["graphemes", "bytes", "characters", "words", "columns"];
const KINDS = ["word", "number", "punctuation", "symbol", "emoji", "url", "email", "space", "other"];
const STRIP = 1;
const FOLD = 2;
const COLLAPSE = 4;
const TRIM = 8;

/** The most UTF-8 bytes or columns that one unit of UTF-16 stands for; of what else is counted, it is at most one. */
const MOST = { bytes: 3, columns: 2 };
/** All kinds but the last two. */
const VISIBLE = 127;
const LONGEST = 65_536;
/** How many units are looked at at once, where they tell. */
const WINDOW = 32_768;
/** The same of tokens, of which often only the first are wanted. */
const FIRST_WINDOW = 1024;

/**
 * The functions of the package over `module`, a compiled `WebAssembly.Module`; `instance` is an instance of it that there
 * may be already.
 */
export function instantiate(module, instance = undefined) {
  const machine = new Instance(module, instance);

  function normalize(text, form = "NFC") {
    string("text", text);
    if (typeof form !== "object" || form === null) return text.normalize(formOf(form));
    const to = form.form === null ? null : formOf(form.form ?? "NFC");
    const strip = flag(form, "stripControls") ? STRIP : 0;
    const fold = flag(form, "caseFold") ? FOLD : 0;
    const collapse = flag(form, "collapseWhitespace") ? COLLAPSE : 0;
    const trim = flag(form, "trim") ? TRIM : 0;
    if (to === null) return clean(text, strip | fold | collapse | trim);
    let result = clean(text, strip);
    if (fold) result = clean(result.normalize("NFD"), FOLD);
    result = result.normalize(to);
    // Capitals that only the form brings out, as of U+2116.
    if (fold && (to === "NFKC" || to === "NFKD")) result = clean(result, FOLD).normalize(to);
    return clean(result, collapse | trim);
  }

  function clean(text, steps) {
    if (steps === 0 || text === "") return text;
    try {
      machine.write(text);
      machine.wasm.clean(text.length, steps);
      return machine.read(machine.result(0), machine.result(1), text);
    } catch (error) {
      throw machine.failure(error);
    } finally {
      machine.release();
    }
  }

  function wordCount(text, mode = "whitespace") {
    string("text", text);
    const unicode = choice("mode", mode, MODES);
    try {
      let count = 0;
      let size = WINDOW;
      for (let at = 0; at < text.length;) {
        const isAll = text.length - at <= size;
        const part = text.slice(at, at + size);
        machine.write(part);
        const words = machine.wasm.words(part.length, isAll, unicode);
        const end = machine.result(0);
        size = end === 0 ? 4 * size : WINDOW;
        count += words;
        at += end;
      }
      return count;
    } catch (error) {
      throw machine.failure(error);
    } finally {
      machine.release();
    }
  }

  function truncate(text, limit, unit = "graphemes", options = undefined) {
    string("text", text);
    limit = integer("limit", limit, 0);
    if (typeof unit === "object" && unit !== null) ({ unit = "graphemes" } = options = unit);
    const counted = choice("unit", unit, UNITS);
    const { ellipsis = "" } = object("options", options);
    string("options.ellipsis", ellipsis);
    if (text.length * (MOST[unit] ?? 1) <= limit) return text;
    try {
      for (let size = 4 * limit + 64;; size *= 4) {
        const isAll = text.length <= size;
        const part = text.slice(0, size);
        machine.write(part, ellipsis);
        const cut = machine.wasm.cut(part.length, isAll, limit, counted, ellipsis.length);
        if (cut === -1) continue;
        const kept = text.slice(0, cut >>> 1);
        return cut & 1 ? kept + ellipsis : kept;
      }
    } catch (error) {
      throw machine.failure(error);
    } finally {
      machine.release();
    }
  }

  function tokenize(text, options = undefined) {
    string("text", text);
    options = object("options", options);
    const kinds = options.kinds === undefined ? VISIBLE : choices("options.kinds", options.kinds, KINDS);
    const longest = options.longest === undefined ? LONGEST : integer("options.longest", options.longest, 1);
    return tokens(text, kinds, flag(options, "addresses", true), longest);
  }

  /** The instance may serve others between two tokens; all that is needed to go on is `at`. */
  function* tokens(text, kinds, addresses, longest) {
    const self = {};
    let at = 0;
    // The part of the text that was written last.
    let [start, size, length] = [0, FIRST_WINDOW, 0];
    try {
      while (at < text.length) {
        if (machine.owner !== self) {
          const part = text.slice(at, at + size);
          machine.write(part);
          machine.owner = self;
          [start, length] = [at, part.length];
        }
        const isAll = start + length === text.length;
        const count = machine.wasm.tokens(length, isAll, at - start, kinds, addresses, longest);
        const next = start + machine.result(0);
        if (next === at) {
          // Nothing more that this part tells: on with the next one, or with more of it.
          size = at === start ? 4 * size : WINDOW;
          machine.owner = null;
          continue;
        }
        at = next;
        const batch = machine.results(1, 1 + 2 * count);
        for (let index = 0; index < batch.length; index += 2) {
          const from = start + batch[index];
          const end = start + (batch[index + 1] >>> 4);
          yield { text: text.slice(from, end), kind: KINDS[batch[index + 1] & 15], start: from, end };
        }
      }
    } catch (error) {
      throw machine.failure(error);
    } finally {
      machine.release();
    }
  }

  const version = machine.wasm.unicode_version();
  const unicodeVersion = `${version >> 16}.${version >> 8 & 255}.${version & 255}`;
  return { normalize, wordCount, truncate, tokenize, unicodeVersion };
}
