"use strict";
// Entries of the values that hold others: arrays, collections, iterators, buffers, promises, namespaces.
// Each function returns the list of texts that layout() joins.

const { numberText, bigintText, plural, moreItems } = load("inspect_text");

const hasOwn = Object.hasOwn;
const hiddenOfTypedArray = ["BYTES_PER_ELEMENT", "length", "byteLength", "byteOffset", "buffer"];

function shown(printer, length) {
  return Math.min(Math.max(0, printer.maxArrayLength), length);
}

function arrayEntries(printer, array, depth) {
  const { length } = array;
  const limit = shown(printer, length);
  const entries = [];
  let index = 0;
  while (index < length && entries.length < limit) {
    if (hasOwn(array, index)) {
      entries.push(printer.element(array, index, depth));
      index++;
    } else {
      const next = nextIndex(array, index, length);
      entries.push(printer.stylize(`<${plural(next - index, "empty item")}>`, "undefined"));
      index = next;
    }
  }
  if (index < length) entries.push(moreItems(length - index));
  return entries;
}

/** The first index after a hole: a scan while holes are short, the list of keys where they are long. */
function nextIndex(array, index, length) {
  const near = Math.min(length, index + 64);
  for (let i = index + 1; i < near; i++) {
    if (hasOwn(array, i)) return i;
  }
  if (near === length) return length;
  for (const key of Object.keys(array)) {
    const i = Number(key);
    if (!(Number.isInteger(i) && i < length && `${i}` === key)) break;
    if (i > index) return i;
  }
  return length;
}

function typedArrayEntries(printer, array, depth, length) {
  const limit = shown(printer, length);
  const entries = new Array(limit);
  const isBigint = length > 0 && typeof array[0] === "bigint";
  const separated = printer.numericSeparator;
  for (let i = 0; i < limit; i++) {
    entries[i] = isBigint
      ? printer.stylize(bigintText(array[i], separated), "bigint")
      : printer.stylize(numberText(array[i], separated), "number");
  }
  if (limit < length) entries.push(moreItems(length - limit));
  if (printer.showHidden) {
    for (const key of hiddenOfTypedArray) entries.push(printer.internal(array, depth, key, true));
  }
  return entries;
}

function bufferEntries(printer, buffer) {
  let bytes;
  try {
    bytes = new Uint8Array(buffer);
    if (buffer.detached) throw new TypeError("detached");
  } catch {
    return [printer.stylize("(detached)", "special")];
  }
  const limit = shown(printer, bytes.length);
  let text = "";
  for (let i = 0; i < limit; i++) {
    if (i > 0) text += " ";
    text += (bytes[i] < 16 ? "0" : "") + bytes[i].toString(16);
  }
  if (limit < bytes.length) text += ` ... ${plural(bytes.length - limit, "more byte")}`;
  return [`${printer.stylize("[Uint8Contents]", "special")}: <${text}>`];
}

function setEntries(printer, set, depth) {
  return listEntries(printer, Set.prototype.values.call(set), setSize(set), depth);
}

const setSize = Function.prototype.call.bind(Object.getOwnPropertyDescriptor(Set.prototype, "size").get);
const mapSize = Function.prototype.call.bind(Object.getOwnPropertyDescriptor(Map.prototype, "size").get);

function listEntries(printer, values, size, depth) {
  const limit = shown(printer, size);
  const entries = [];
  printer.indent += 2;
  for (const value of values) {
    if (entries.length >= limit) break;
    entries.push(printer.value(value, depth));
  }
  printer.indent -= 2;
  if (limit < size) entries.push(moreItems(size - limit));
  return entries;
}

function mapEntries(printer, map, depth) {
  const size = mapSize(map);
  const limit = shown(printer, size);
  const entries = [];
  printer.indent += 2;
  for (const [key, value] of Map.prototype.entries.call(map)) {
    if (entries.length >= limit) break;
    entries.push(`${printer.value(key, depth)} => ${printer.value(value, depth)}`);
  }
  printer.indent -= 2;
  if (limit < size) entries.push(moreItems(size - limit));
  return entries;
}

/** What an iterator still has to give; changes the braces where these are pairs. */
function iteratorEntries(printer, iterator, depth, braces) {
  const [items, pairs] = native("inspect").preview_entries(iterator);
  if (!pairs) return listEntries(printer, items, items.length, depth);
  braces[0] = braces[0].replace(/ Iterator\] \{$/, " Entries] {");
  const count = items.length / 2;
  const limit = shown(printer, count);
  const entries = [];
  printer.indent += 2;
  for (let i = 0; i < limit; i++) {
    const pair = [printer.value(items[2 * i], depth), printer.value(items[2 * i + 1], depth)];
    entries.push(printer.layout(pair, "", ["[", "]"], true, depth));
  }
  printer.indent -= 2;
  if (limit < count) entries.push(moreItems(count - limit));
  return entries;
}

/** Weak collections tell what they hold only under `showHidden`, sorted since their order means nothing. */
function weakEntries(printer, collection, depth, isMap) {
  if (!printer.showHidden) return [printer.stylize("<items unknown>", "special")];
  const [items] = native("inspect").preview_entries(collection);
  const step = isMap ? 2 : 1;
  const count = items.length / step;
  const limit = shown(printer, count);
  const entries = [];
  printer.indent += 2;
  for (let i = 0; i < limit; i++) {
    const key = printer.value(items[i * step], depth);
    entries.push(isMap ? `${key} => ${printer.value(items[i * step + 1], depth)}` : key);
  }
  printer.indent -= 2;
  if (!printer.sorted) entries.sort();
  if (limit < count) entries.push(moreItems(count - limit));
  return entries;
}

const PENDING = 0;
const REJECTED = 2;

function promiseEntries(printer, promise, depth) {
  const [state, result] = native("inspect").promise_details(promise);
  if (state === PENDING) return [printer.stylize("<pending>", "special")];
  printer.indent += 2;
  const text = printer.value(result, depth);
  printer.indent -= 2;
  return [state === REJECTED ? `${printer.stylize("<rejected>", "special")} ${text}` : text];
}

/** Exports of a module; those that are not initialised yet throw when read. */
function namespaceEntries(printer, namespace, depth, keys) {
  const entries = [];
  for (const key of keys) {
    try {
      entries.push(printer.property(namespace, depth, key, false));
    } catch (error) {
      if (!(error instanceof ReferenceError)) throw error;
      const text = printer.property({ [key]: "" }, depth, key, false);
      entries.push(text.slice(0, text.lastIndexOf(" ") + 1) + printer.stylize("<uninitialized>", "special"));
    }
  }
  return entries;
}

return {
  arrayEntries, typedArrayEntries, bufferEntries, setEntries, mapEntries, iteratorEntries, weakEntries,
  promiseEntries, namespaceEntries, setSize, mapSize,
};
