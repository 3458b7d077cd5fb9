"use strict";
// console.table (https://console.spec.whatwg.org/#table): rows and columns of an array, object, Map, Set or
// iterator.

const { inspect, textWidth } = load("inspect");

const ITERATION = "(iteration index)";
const INDEX = "(index)";
const VALUES = "Values";

/** The drawn table, or undefined where the data has no rows to draw. */
function renderTable(data, columns, colors) {
  if (columns !== undefined && !Array.isArray(columns)) {
    const error = new TypeError(
      `The "properties" argument must be an instance of Array. Received ${describe(columns)}`,
    );
    error.code = "ERR_INVALID_ARG_TYPE";
    throw error;
  }
  if (data === null || typeof data !== "object") return undefined;
  const types = native("types");
  if (types.is_map(data)) return renderPairs([...Map.prototype.entries.call(data)].flat(), colors);
  if (types.is_map_iterator(data)) {
    const [items, pairs] = native("inspect").preview_entries(data);
    return pairs ? renderPairs(items, colors) : renderList(items, colors);
  }
  if (types.is_set_iterator(data)) {
    const [items, pairs] = native("inspect").preview_entries(data);
    return renderList(pairs ? items.filter((_, i) => i % 2 === 0) : items, colors);
  }
  if (types.is_set(data)) return renderList([...Set.prototype.values.call(data)], colors);
  return renderRows(data, columns, colors);
}

function describe(value) {
  if (value === null) return "null";
  if (typeof value === "function") return `function ${value.name}`;
  if (typeof value === "object") return `an instance of ${value.constructor?.name ?? "Object"}`;
  return `type ${typeof value} (${inspect(value)})`;
}

function cell(value, colors) {
  const record = value !== null && typeof value === "object" && !Array.isArray(value);
  const wide = record && Object.keys(value).length > 2;
  return inspect(value, { depth: wide ? -1 : 0, maxArrayLength: 3, breakLength: Infinity, colors });
}

function renderList(items, colors) {
  return draw([ITERATION, VALUES], [items.map((_, i) => `${i}`), items.map((item) => cell(item, colors))]);
}

function renderPairs(items, colors) {
  const columns = [[], [], []];
  for (let i = 0; i < items.length; i += 2) {
    columns[0].push(`${i / 2}`);
    columns[1].push(cell(items[i], colors));
    columns[2].push(cell(items[i + 1], colors));
  }
  return draw([ITERATION, "Key", VALUES], columns);
}

function renderRows(data, wanted, colors) {
  const names = Object.keys(data);
  const columns = new Map(); // Column name to its cells, undefined where a row lacks it.
  const values = [];
  for (let row = 0; row < names.length; row++) {
    const item = data[names[row]];
    const primitive = item === null || (typeof item !== "object" && typeof item !== "function");
    if (primitive && wanted === undefined) {
      values[row] = cell(item, colors);
      continue;
    }
    for (const key of wanted ?? Object.keys(item)) {
      let column = columns.get(key);
      if (column === undefined) columns.set(key, column = []);
      if (!primitive && Object.hasOwn(item, key)) column[row] = cell(item[key], colors);
    }
  }
  const heads = [INDEX, ...[...columns.keys()].map(String)];
  const cells = [names, ...columns.values()];
  if (values.length > 0) {
    heads.push(VALUES);
    cells.push(values);
  }
  return draw(heads, cells);
}

function draw(heads, columns) {
  const count = Math.max(...columns.map((column) => column.length));
  const widths = heads.map((head, i) => {
    let width = textWidth(head);
    for (const text of columns[i]) if (text !== undefined) width = Math.max(width, textWidth(text));
    return width + 2;
  });
  const bars = widths.map((width) => "\u2500".repeat(width));
  const line = (left, middle, right) => left + bars.join(middle) + right;
  const row = (texts) =>
    `\u2502${
      texts.map((text, i) => ` ${text}${" ".repeat(widths[i] - textWidth(text) - 1)}`).join("\u2502")
    }\u2502`;
  const lines = [line("\u250c", "\u252c", "\u2510"), row(heads), line("\u251c", "\u253c", "\u2524")];
  for (let i = 0; i < count; i++) lines.push(row(columns.map((column) => column[i] ?? "")));
  lines.push(line("\u2514", "\u2534", "\u2518"));
  return lines.join("\n");
}

return { renderTable };
