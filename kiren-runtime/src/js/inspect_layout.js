"use strict";
// How the entries of one value become lines: on one line where they fit, short array entries in columns,
// else one entry a line.

const { textWidth } = load("inspect_text");

// Terminal cells are about two and a half times as high as wide: aim at a square block of columns.
const CELL_RATIO = 2.5;
const MAX_COLUMNS = 15;
const SEPARATOR = ", ";

/**
 * Joins `entries` between `braces`. `base` stands before the opening brace (a function's or an error's text).
 * `columns` allows an array-like value to be laid out in columns; `value` is that array, where there is one.
 */
function layout(printer, entries, base, braces, columns, depth, value) {
  const { compact } = printer;
  if (compact === true) return layoutDense(printer, entries, base, braces);
  if (typeof compact === "number" && compact >= 1) {
    const count = entries.length;
    if (columns && count > 6) entries = inColumns(printer, entries, value);
    // At most `compact` levels share a line.
    if (printer.level - depth < compact && count === entries.length) {
      const start = entries.length + printer.indent + braces[0].length + base.length + 10;
      if (fits(printer, entries, start, base)) {
        const line = entries.join(SEPARATOR);
        if (!line.includes("\n")) return `${base === "" ? "" : `${base} `}${braces[0]} ${line} ${braces[1]}`;
      }
    }
  }
  const newline = `\n${" ".repeat(printer.indent)}`;
  return `${base === "" ? "" : `${base} `}${braces[0]}${newline}  ${entries.join(`,${newline}  `)}` +
    `${newline}${braces[1]}`;
}

function layoutDense(printer, entries, base, braces) {
  if (fits(printer, entries, 0, base) && !entries.some((entry) => entry.includes("\n"))) {
    return `${braces[0]}${base === "" ? "" : ` ${base}`} ${entries.join(SEPARATOR)} ${braces[1]}`;
  }
  const newline = `\n${" ".repeat(printer.indent)}`;
  const lead = base === "" && braces[0].length === 1 ? " " : `${base === "" ? "" : ` ${base}`}${newline}  `;
  return `${braces[0]}${lead}${entries.join(`,${newline}  `)} ${braces[1]}`;
}

function fits(printer, entries, start, base) {
  let total = entries.length + start;
  if (total + entries.length > printer.breakLength) return false;
  for (let i = 0; i < entries.length; i++) {
    total += printer.colors ? textWidth(entries[i]) : entries[i].length;
    if (total > printer.breakLength) return false;
  }
  return base === "" || !base.includes("\n");
}

/** The entries as rows of aligned columns, or the entries themselves where columns would not look better. */
function inColumns(printer, entries, value) {
  // The closing "... n more items" keeps a line of its own.
  const hasTrailer = value !== undefined && printer.maxArrayLength < entries.length;
  const count = hasTrailer ? entries.length - 1 : entries.length;
  const widths = new Array(count);
  let total = 0;
  let longest = 0;
  for (let i = 0; i < count; i++) {
    const width = textWidth(entries[i], printer.colors);
    widths[i] = width;
    total += width + SEPARATOR.length;
    if (width > longest) longest = width;
  }
  const cell = longest + SEPARATOR.length;
  if (cell * 3 + printer.indent >= printer.breakLength || (total / cell <= 5 && longest > 6)) return entries;

  // The further the average falls below the longest, the more columns are worth it.
  const bias = Math.max(cell - 3 - Math.sqrt(cell - total / entries.length), 1);
  const columns = Math.min(
    Math.round(Math.sqrt(CELL_RATIO * bias * count) / bias),
    Math.floor((printer.breakLength - printer.indent) / cell),
    printer.compact * 4,
    MAX_COLUMNS,
  );
  if (columns <= 1) return entries;
  const columnWidths = [];
  for (let column = 0; column < columns; column++) {
    let widest = 0;
    for (let i = column; i < count; i += columns) widest = Math.max(widest, widths[i]);
    columnWidths.push(widest + SEPARATOR.length);
  }

  const alignRight = value !== undefined && isNumeric(value, entries.length);
  const rows = [];
  for (let i = 0; i < count; i += columns) {
    const last = Math.min(i + columns, count) - 1;
    let row = "";
    for (let j = i; j < last; j++) {
      const pad = " ".repeat(Math.max(0, columnWidths[j - i] - widths[j] - SEPARATOR.length));
      row += alignRight ? `${pad}${entries[j]}${SEPARATOR}` : `${entries[j]}${SEPARATOR}${pad}`;
    }
    if (alignRight) row += " ".repeat(Math.max(0, columnWidths[last - i] - SEPARATOR.length - widths[last]));
    rows.push(row + entries[last]);
  }
  if (hasTrailer) rows.push(entries[count]);
  return rows;
}

function isNumeric(value, count) {
  for (let i = 0; i < count; i++) {
    if (typeof value[i] !== "number" && typeof value[i] !== "bigint") return false;
  }
  return true;
}

return { layout };
