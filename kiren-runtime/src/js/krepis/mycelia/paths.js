"use strict";
// How paths are read: docs/mycelia-layout.md, "How a path is read". Places are counted in UTF-16 units here, limits in
// bytes of UTF-8, as there.

/** A path of more bytes has no route. */
const MOST_BYTES = 65535;

const UPPER = /[A-Z]/g;
const BEYOND_ASCII = /[^\x00-\x7f]/;
const SLASH_ESCAPE = /%(2f)/gi;

/** Whether `text` has more bytes of UTF-8 between two places than `most`. */
function isLonger(text, start, end, most) {
  if ((end - start) * 3 <= most) return false;
  let bytes = end - start;
  for (let at = start; at < end; at++) {
    const unit = text.charCodeAt(at);
    // Both halves of a pair: four bytes.
    if (unit > 0x7f) bytes += unit < 0x800 || (unit & 0xf800) === 0xd800 ? 1 : 2;
  }
  return bytes > most;
}

function isTooLong(path) {
  return isLonger(path, 0, path.length, MOST_BYTES);
}

/** Without one slash at the end, after something else. */
function trimSlash(path) {
  const last = path.length - 1;
  return last > 0 && path.charCodeAt(last) === 47 && path.charCodeAt(last - 1) !== 47 ? path.slice(0, last) : path;
}

/** ASCII letters in lower case; the length stays. */
function fold(text) {
  if (!BEYOND_ASCII.test(text)) return text.toLowerCase();
  return text.replace(UPPER, (letter) => letter.toLowerCase());
}

/** A path as it is matched. */
class Reading {
  constructor(path, text, folded, places) {
    /** As it was given, but for a slash at the end that does not count. */
    this.path = path;
    /** Decoded: what constraints see. */
    this.text = text;
    /** What text of patterns is compared with. */
    this.folded = folded;
    /** Where in `path` each place of `text` is; null where they are the same. */
    this.places = places;
  }

  /** A part of the path, by its places in the text. */
  slice(start, end) {
    const { path, places } = this;
    return places === null ? path.slice(start, end) : path.slice(places[start], places[end]);
  }
}

/** What a path is for a table with these options; null when it is too long to have a route. */
function read(path, { percentDecoding, trailingSlash, ignoreCase }) {
  if (isTooLong(path)) return null;
  const trimmed = trailingSlash === "ignore" ? trimSlash(path) : path;
  let text = trimmed;
  let places = null;
  if (percentDecoding && trimmed.includes("%")) {
    text = trimmed.split("/").map(decodeSegment).join("/");
    if (text !== trimmed) places = placesOf(trimmed, text);
  }
  return new Reading(trimmed, text, ignoreCase ? fold(text) : text, places);
}

/** Everything but %2F; as it is written where an escape is malformed or not UTF-8. */
function decodeSegment(segment) {
  if (!segment.includes("%")) return segment;
  try {
    return decodeURIComponent(segment.replace(SLASH_ESCAPE, "%25$1"));
  } catch {
    return segment;
  }
}

/** The place in `path` of each place in its text. */
function placesOf(path, text) {
  const places = new Uint16Array(text.length + 1);
  let at = 0;
  let place = 0;
  for (const segment of path.split("/")) {
    const end = at + segment.length;
    const isDecoded = decodeSegment(segment) !== segment;
    while (at < end) {
      places[place++] = at;
      const escapes = isDecoded ? escapesAt(path, at) : 0;
      // A character of four bytes is a pair of units.
      if (escapes === 4) places[place++] = at;
      at += escapes === 0 ? 1 : escapes * 3;
    }
    // The slash.
    places[place++] = at++;
  }
  return places;
}

/** How many escapes stand for the character at `at` of a segment that can be decoded; 0 for one that stands for itself. */
function escapesAt(path, at) {
  if (path.charCodeAt(at) !== 37) return 0;
  const byte = Number.parseInt(path.slice(at + 1, at + 3), 16);
  if (byte === 47) return 0;
  return byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

return { fold, isLonger, isTooLong, read, trimSlash };
