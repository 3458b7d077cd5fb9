"use strict";
// module.SourceMap: a source map (ECMA-426) that is asked for positions.

const { invalidArgType } = load("node/errors");

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

class SourceMap {
  #payload;
  #lineLengths;
  #entries = [];

  constructor(payload, { lineLengths } = {}) {
    if (payload === null || typeof payload !== "object") throw invalidArgType("payload", "of type object", payload);
    this.#payload = structuredClone(payload);
    this.#lineLengths = lineLengths;
    const sections = payload.sections ?? [{ offset: { line: 0, column: 0 }, map: payload }];
    for (const { offset, map } of sections) this.#read(map, offset.line, offset.column);
  }

  get payload() {
    return structuredClone(this.#payload);
  }

  get lineLengths() {
    return this.#lineLengths;
  }

  // The mapping at or before a position of the generated file, both from 0.
  findEntry(line, column) {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const entry = this.#entries[middle];
      const isBefore = entry.generatedLine < line || (entry.generatedLine === line && entry.generatedColumn <= column);
      if (isBefore) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? {} : { ...this.#entries[low - 1] };
  }

  // The original place of a position as call sites give it, from 1.
  findOrigin(line, column) {
    const { originalSource, originalLine, originalColumn, name, ...entry } = this.findEntry(line - 1, column - 1);
    if (originalSource === undefined || entry.generatedLine === undefined) return {};
    return {
      name,
      fileName: originalSource,
      lineNumber: originalLine + (line - 1 - entry.generatedLine) + 1,
      columnNumber: originalColumn + (column - 1 - entry.generatedColumn) + 1,
    };
  }

  #read({ mappings = "", sources = [], names = [], sourceRoot }, firstLine, firstColumn) {
    const root = sourceRoot ? `${String(sourceRoot).replace(/\/$/, "")}/` : "";
    let source = 0;
    let originalLine = 0;
    let originalColumn = 0;
    let name = 0;
    mappings.split(";").forEach((line, at) => {
      let generatedColumn = at === 0 ? firstColumn : 0;
      for (const segment of line.split(",")) {
        if (segment === "") continue;
        const numbers = decode(segment);
        generatedColumn += numbers[0];
        const entry = { generatedLine: firstLine + at, generatedColumn };
        if (numbers.length >= 4) {
          source += numbers[1];
          originalLine += numbers[2];
          originalColumn += numbers[3];
          Object.assign(entry, { originalSource: root + sources[source], originalLine, originalColumn });
        }
        if (numbers.length >= 5) entry.name = names[name += numbers[4]];
        this.#entries.push(entry);
      }
    });
  }
}

// Base 64 VLQ: five bits of a number for each digit, the lowest first, then its sign.
function decode(segment) {
  const numbers = [];
  let value = 0;
  let shift = 0;
  for (const character of segment) {
    const digit = DIGITS.indexOf(character);
    if (digit === -1) throw new SyntaxError(`"${character}" is no digit of a mapping`);
    value += (digit & 31) * 2 ** shift;
    shift += 5;
    if (digit & 32) continue;
    numbers.push(value % 2 === 1 ? -(value - 1) / 2 : value / 2);
    value = 0;
    shift = 0;
  }
  return numbers;
}

return { SourceMap };
