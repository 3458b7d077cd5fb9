"use strict";
// Blob and File, in memory: https://w3c.github.io/FileAPI/
//
// A Blob is a list of byte chunks that nobody else can change; slices share them.
//
// For other modules:
//   isBlob(value)
//   blobBytes(blob) -> one Uint8Array, at once; the caller may keep it but not change it
//   blobChunks(blob) -> Uint8Array[], not to be changed
//   blobFromBytes(u8, type) -> Blob over these bytes without a copy

const { describe, dictionary, integer, required, sequence, show, string, usv } = load("webidl");

const EMPTY = new Uint8Array(0);
const CHUNK = 65536; // of stream()

let isBlob, blobBytes, blobChunks, blobFromBytes, fill;

/** The type of a Blob: lower case, or empty when it has characters that no MIME type has. */
function mimeType(type) {
  type = string(type);
  return /[^ -~]/.test(type) ? "" : type.toLowerCase();
}

/** Copies a blob part: a string, a view or a buffer. */
function chunkOf(part, endings) {
  if (typeof part === "string") {
    return load("encoding").encode(endings === "native" ? part.replace(/\r\n?|\n/g, "\n") : part);
  }
  return (ArrayBuffer.isView(part) ? bytesOfView(part) : new Uint8Array(part)).slice();
}

function bytesOfView(view) {
  return view instanceof Uint8Array ? view : new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

function isArrayBuffer(value) {
  return value instanceof ArrayBuffer || typeof SharedArrayBuffer === "function" && value instanceof SharedArrayBuffer;
}

class Blob {
  #chunks = [];
  #size = 0;
  #type = "";

  constructor(parts = undefined, options = undefined) {
    if (parts === undefined && options === undefined) return;
    const items = parts === undefined ? [] : blobParts(parts);
    const { endings = "transparent", type = "" } = dictionary(options, "Blob constructor, options") ?? {};
    const end = string(endings);
    if (end !== "transparent" && end !== "native") {
      throw new TypeError(`Blob constructor, endings: expected "transparent" or "native", found ${show(end)}`);
    }
    this.#type = mimeType(type);
    for (const item of items) {
      if (isBlob(item)) {
        for (const chunk of item.#chunks) this.#add(chunk);
      } else {
        this.#add(chunkOf(item, end));
      }
    }
  }

  #add(chunk) {
    if (chunk.byteLength === 0) return;
    this.#chunks.push(chunk);
    this.#size += chunk.byteLength;
  }

  get size() {
    return this.#size;
  }

  get type() {
    return this.#type;
  }

  slice(start = 0, end = undefined, contentType = "") {
    const size = this.#size;
    const at = (value) => {
      const x = integer(value, 64, "Blob.slice", { signed: true, clamp: true });
      return x < 0 ? Math.max(size + x, 0) : Math.min(x, size);
    };
    let from = at(start);
    const to = Math.max(end === undefined ? size : at(end), from);
    const blob = new Blob();
    blob.#type = mimeType(contentType);
    let offset = 0;
    for (const chunk of this.#chunks) {
      const next = offset + chunk.byteLength;
      if (next > from && offset < to) {
        blob.#add(chunk.subarray(from - offset, Math.min(to, next) - offset));
        from = next;
      }
      offset = next;
      if (offset >= to) break;
    }
    return blob;
  }

  stream() {
    const chunks = this.#chunks;
    const { ReadableStream } = load("streams");
    let index = 0;
    let offset = 0;
    return new ReadableStream({
      type: "bytes",
      pull(controller) {
        if (index === chunks.length) {
          controller.close();
          controller.byobRequest?.respond(0);
          return;
        }
        const chunk = chunks[index];
        const end = Math.min(offset + CHUNK, chunk.byteLength);
        controller.enqueue(chunk.slice(offset, end)); // a copy: the stream hands the buffer over
        offset = end;
        if (end === chunk.byteLength) {
          index++;
          offset = 0;
        }
      },
    }, { highWaterMark: 0 });
  }

  #copy() {
    const bytes = new Uint8Array(this.#size);
    let offset = 0;
    for (const chunk of this.#chunks) {
      bytes.set(chunk, offset);
      offset += chunk.byteLength;
    }
    return bytes;
  }

  async text() {
    return load("encoding").decode(blobBytes(this));
  }

  async arrayBuffer() {
    return this.#copy().buffer;
  }

  async bytes() {
    return this.#copy();
  }

  static {
    isBlob = (value) => typeof value === "object" && value !== null && #chunks in value;
    blobBytes = (blob) => {
      const chunks = blob.#chunks;
      if (chunks.length === 0) return EMPTY;
      if (chunks.length > 1) blob.#chunks = [blob.#copy()];
      return blob.#chunks[0];
    };
    blobChunks = (blob) => blob.#chunks;
    blobFromBytes = (bytes, type = "") => {
      const blob = new Blob();
      blob.#type = type;
      blob.#add(bytes);
      return blob;
    };
    fill = (blob, source) => {
      blob.#chunks = source.#chunks;
      blob.#size = source.#size;
      blob.#type = source.#type;
    };
  }
}

Object.defineProperty(Blob, "length", { value: 0, configurable: true });
describe(Blob);

function blobParts(parts) {
  if (parts === null || typeof parts !== "object" && typeof parts !== "function") {
    throw new TypeError(`Blob constructor: expected an iterable of parts, found ${show(parts)}`);
  }
  return sequence(parts, "Blob constructor", (part) =>
    isBlob(part) || ArrayBuffer.isView(part) || isArrayBuffer(part) ? part : string(part)
  );
}

class File extends Blob {
  #name;
  #lastModified;

  constructor(parts, name, options = undefined) {
    required(2, arguments.length, "File constructor");
    if (parts === undefined) blobParts(parts);
    dictionary(options, "File constructor, options");
    super(parts, options ?? undefined);
    this.#name = usv(name);
    const modified = options?.lastModified;
    this.#lastModified = modified === undefined
      ? Date.now()
      : integer(modified, 64, "File constructor, lastModified", { signed: true });
  }

  get name() {
    return this.#name;
  }

  get lastModified() {
    return this.#lastModified;
  }

  get webkitRelativePath() {
    this.#name;
    return "";
  }

  static isFile(value) {
    return isBlob(value) && #name in value;
  }
}

const { isFile } = File;
delete File.isFile;
describe(File);

/** A File with the bytes of a Blob, not copied. */
function fileFromBlob(blob, name, lastModified = Date.now()) {
  const file = new File([], name, { lastModified });
  fill(file, blob);
  return file;
}

return { Blob, File, blobBytes, blobChunks, blobFromBytes, bytesOfView, fileFromBlob, fill, isArrayBuffer, isBlob, isFile };
