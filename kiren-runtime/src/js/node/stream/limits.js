"use strict";
// How much a stream holds before it asks for less.

const { invalidArgValue, outOfRange } = load("node/errors");

let bytes = 64 * 1024;
let objects = 16;

function getDefaultHighWaterMark(objectMode) {
  return objectMode ? objects : bytes;
}

function setDefaultHighWaterMark(objectMode, value) {
  if (typeof value !== "number") throw load("node/errors").invalidArgType("value", "of type number", value);
  if (!Number.isInteger(value) || value < 0) throw outOfRange("value", ">= 0", value);
  if (objectMode) objects = value;
  else bytes = value;
}

// What the options of one side say, or the default. A duplex has an option for each of its sides.
function highWaterMarkOf(objectMode, options, sideKey, isDuplex) {
  const value = options.highWaterMark ?? (isDuplex ? options[sideKey] : null);
  if (value === undefined || value === null) return getDefaultHighWaterMark(objectMode);
  if (!Number.isInteger(value) || value < 0) {
    const name = options.highWaterMark === undefined && isDuplex ? `options.${sideKey}` : "options.highWaterMark";
    throw invalidArgValue(name, value);
  }
  return Math.floor(value);
}

return { getDefaultHighWaterMark, highWaterMarkOf, setDefaultHighWaterMark };
