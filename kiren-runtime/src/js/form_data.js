"use strict";
// FormData, and the two encodings of it: https://xhr.spec.whatwg.org/#interface-formdata,
// https://www.rfc-editor.org/rfc/rfc7578 and https://url.spec.whatwg.org/#application/x-www-form-urlencoded
//
// For other modules:
//   isFormData(value)
//   encodeFormData(formData) -> Blob of type multipart/form-data
//   parseFormData(bytes, contentType) -> FormData; throws a TypeError for other types and for malformed bodies

const { Blob, blobFromBytes, fileFromBlob, isBlob, isFile } = load("blob");
const { definePairs, describe, required, show, usv } = load("webidl");

const MAX_PARTS = 10_000;
const MAX_PART_HEADER = 16_384;

let isFormData, entryAt, entriesOf;

class FormData {
  #entries = []; // [name, string | File]

  constructor(form = undefined) {
    if (form !== undefined) throw new TypeError(`FormData constructor: expected no argument, found ${show(form)}`);
  }

  append(name, value, filename = undefined) {
    required(2, arguments.length, "FormData.append");
    this.#entries.push(entry("FormData.append", name, value, filename, arguments.length > 2));
  }

  delete(name) {
    required(1, arguments.length, "FormData.delete");
    name = usv(name);
    this.#entries = this.#entries.filter((item) => item[0] !== name);
  }

  get(name) {
    required(1, arguments.length, "FormData.get");
    name = usv(name);
    const found = this.#entries.find((item) => item[0] === name);
    return found === undefined ? null : found[1];
  }

  getAll(name) {
    required(1, arguments.length, "FormData.getAll");
    name = usv(name);
    return this.#entries.filter((item) => item[0] === name).map((item) => item[1]);
  }

  has(name) {
    required(1, arguments.length, "FormData.has");
    name = usv(name);
    return this.#entries.some((item) => item[0] === name);
  }

  set(name, value, filename = undefined) {
    required(2, arguments.length, "FormData.set");
    const made = entry("FormData.set", name, value, filename, arguments.length > 2);
    const at = this.#entries.findIndex((item) => item[0] === made[0]);
    if (at < 0) {
      this.#entries.push(made);
    } else {
      this.#entries = this.#entries.filter((item, i) => i <= at || item[0] !== made[0]);
      this.#entries[at] = made;
    }
  }

  static {
    isFormData = (value) => #entries in value;
    entriesOf = (form) => form.#entries;
    entryAt = (form, index) => {
      const item = form.#entries[index];
      return item === undefined ? undefined : [item[0], item[1]];
    };
  }
}

Object.defineProperty(FormData, "length", { value: 0, configurable: true });
definePairs(FormData, entryAt);
describe(FormData);

function entry(what, name, value, filename, named) {
  name = usv(name);
  if (!isBlob(value)) {
    if (named) throw new TypeError(`${what}: expected a Blob where a file name is given, found ${show(value)}`);
    return [name, usv(value)];
  }
  if (filename !== undefined) filename = usv(filename);
  if (isFile(value)) {
    return [name, filename === undefined ? value : fileFromBlob(value, filename, value.lastModified)];
  }
  return [name, fileFromBlob(value, filename ?? "blob")];
}

function escapeName(name) {
  return name.replace(/\n/g, "%0A").replace(/\r/g, "%0D").replace(/"/g, "%22");
}

function withCrLf(text) {
  return text.replace(/\r\n?|\n/g, "\r\n");
}

function encodeFormData(form) {
  const boundary = `----KrepisFormBoundary${load("crypto").randomHex(16)}`;
  const parts = [];
  let text = "";
  for (const [name, value] of entriesOf(form)) {
    text += `--${boundary}\r\nContent-Disposition: form-data; name="${escapeName(withCrLf(name))}"`;
    if (typeof value === "string") {
      text += `\r\n\r\n${withCrLf(value)}\r\n`;
    } else {
      const type = value.type === "" ? "application/octet-stream" : value.type;
      text += `; filename="${escapeName(value.name)}"\r\nContent-Type: ${type}\r\n\r\n`;
      parts.push(text, value);
      text = "\r\n";
    }
  }
  parts.push(`${text}--${boundary}--\r\n`);
  const blob = new Blob(parts);
  // The boundary is case-sensitive, which the type of a user's Blob is not.
  return blobFromBytes(load("blob").blobBytes(blob), `multipart/form-data; boundary=${boundary}`);
}

function parseFormData(bytes, contentType) {
  const mime = load("mime").parse(contentType);
  if (mime !== null) {
    if (mime.essence === "multipart/form-data") return parseMultipart(bytes, mime.parameters.get("boundary"));
    if (mime.essence === "application/x-www-form-urlencoded") return parseUrlEncoded(bytes);
  }
  const found = contentType === "" ? "none" : show(contentType);
  throw new TypeError(
    `Body.formData: expected Content-Type multipart/form-data or application/x-www-form-urlencoded, found ${found}`,
  );
}

function parseUrlEncoded(bytes) {
  const form = new FormData();
  const text = load("encoding").decode(bytes, true);
  const list = load("url_search_params").parseQuery(text);
  const entries = entriesOf(form);
  for (let i = 0; i < list.length; i += 2) entries.push([list[i], list[i + 1]]);
  return form;
}

function malformed(why) {
  return new TypeError(`Body.formData: malformed multipart body: ${why}`);
}

// One character per byte, so that V8's fast substring search finds boundaries in the bytes.
function parseMultipart(bytes, boundary) {
  if (boundary === undefined || boundary === "") throw malformed("the Content-Type names no boundary");
  const { decode, latin1 } = load("encoding");
  const form = new FormData();
  const entries = entriesOf(form);
  const text = latin1(bytes);
  const dash = `--${boundary}`;
  const separator = `\r\n${dash}`;
  // A preamble before the first boundary is allowed (RFC 2046) and ignored.
  let at;
  if (text.startsWith(dash)) {
    at = dash.length;
  } else {
    at = text.indexOf(separator);
    if (at < 0) throw malformed("the boundary does not occur");
    at += separator.length;
  }
  for (;;) {
    if (text.startsWith("--", at)) return form;
    if (!text.startsWith("\r\n", at)) throw malformed("expected a line break after the boundary");
    const headEnd = text.startsWith("\r\n\r\n", at) ? at : text.indexOf("\r\n\r\n", at + 2);
    if (headEnd < 0) throw malformed("the headers of a part do not end");
    if (headEnd - at > MAX_PART_HEADER) throw malformed(`the headers of a part exceed ${MAX_PART_HEADER} bytes`);
    const head = partHeaders(decode(bytes.subarray(at + 2, Math.max(headEnd, at + 2))));
    const start = headEnd + 4;
    // The separator may follow at once, sharing the head's last line break, when the part is empty.
    const end = text.indexOf(separator, start - 2);
    if (end < 0) throw malformed("the last part has no end");
    const content = bytes.subarray(start, Math.max(end, start));
    if (entries.length === MAX_PARTS) throw malformed(`more than ${MAX_PARTS} parts`);
    if (head.filename === undefined) {
      entries.push([head.name, decode(content, true)]);
    } else {
      const blob = blobFromBytes(content.slice(), head.type);
      entries.push([head.name, fileFromBlob(blob, head.filename)]);
    }
    at = end + separator.length;
  }
}

function partHeaders(text) {
  let name;
  let filename;
  let type = "text/plain";
  for (const line of text.split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon < 0) {
      if (line === "") continue;
      throw malformed("expected a header line in a part");
    }
    const field = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (field === "content-disposition") {
      if (!/^form-data\s*(?:;|$)/i.test(value)) throw malformed("expected Content-Disposition: form-data");
      name = dispositionParameter(value, "name");
      filename = dispositionParameter(value, "filename");
    } else if (field === "content-type") {
      type = value;
    }
  }
  if (name === undefined) throw malformed("a part has no name");
  return { name, filename, type: /[^ -~]/.test(type) ? "" : type };
}

function dispositionParameter(value, name) {
  const match = new RegExp(`;\\s*${name}\\s*=\\s*(?:"([^"]*)"|([^\\s;]+))`, "i").exec(value);
  if (match === null) return undefined;
  return (match[1] ?? match[2]).replace(/%0A|%0D|%22/gi, decodeURIComponent);
}

return { FormData, encodeFormData, isFormData, parseFormData };
