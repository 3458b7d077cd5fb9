"use strict";
// Serializer and Deserializer of node:v8, and the default ones, which also know typed arrays and Buffers.

const { Reader, Writer } = load("node/v8/wire");
const { Buffer } = load("node/buffer/class");
const { coded, invalidArgType } = load("node/errors");

class Serializer {
  #writer = new Writer({
    failure: (message) => new (this._getDataCloneError ?? Error)(message),
    sharedId: (buffer) => {
      if (this._getSharedArrayBufferId === undefined) {
        throw new Error(`#<SharedArrayBuffer> could not be cloned.`);
      }
      return this._getSharedArrayBufferId(buffer);
    },
    writeHost: (object) => {
      if (typeof this._writeHostObject !== "function") {
        throw new TypeError("serializer._writeHostObject is not a function");
      }
      this._writeHostObject(object);
    },
  });

  writeHeader() {
    this.#writer.header();
  }

  writeValue(value) {
    this.#writer.value(value);
    return true;
  }

  releaseBuffer() {
    return this.#writer.take();
  }

  transferArrayBuffer() {
    throw load("node/absent").notSupported("node:v8.Serializer.transferArrayBuffer");
  }

  writeUint32(value) {
    this.#writer.varint(value >>> 0);
  }

  writeUint64(high, low) {
    let value = BigInt(high >>> 0) << 32n | BigInt(low >>> 0);
    for (; value >= 0x80n; value >>= 7n) this.#writer.byte(Number(value & 0x7fn) | 0x80);
    this.#writer.byte(Number(value));
  }

  writeDouble(value) {
    this.#writer.double(Number(value));
  }

  writeRawBytes(source) {
    this.#writer.raw(bytesOf(source, "source"));
  }

  _setTreatArrayBufferViewsAsHostObjects(flag) {
    this.#writer.viewsAreHostObjects = Boolean(flag);
  }
}

Serializer.prototype._getDataCloneError = Error;

function bytesOf(value, name) {
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (load("blob").isArrayBuffer(value)) return new Uint8Array(value);
  throw invalidArgType(name, "an instance of Buffer, TypedArray, or DataView", value);
}

class Deserializer {
  #reader;

  constructor(buffer) {
    if (!ArrayBuffer.isView(buffer)) {
      throw coded(TypeError, "ERR_INVALID_ARG_TYPE", "buffer must be a TypedArray or a DataView");
    }
    const bytes = bytesOf(buffer, "buffer");
    this.buffer = buffer;
    this.#reader = new Reader(bytes, {
      sharedBuffer: () => {
        throw new Error("Unable to deserialize cloned data.");
      },
      readHost: () => {
        if (typeof this._readHostObject !== "function") {
          throw new TypeError("deserializer._readHostObject is not a function");
        }
        return this._readHostObject();
      },
    });
  }

  readHeader() {
    return this.#reader.header();
  }

  readValue() {
    return this.#reader.value();
  }

  getWireFormatVersion() {
    return this.#reader.version;
  }

  transferArrayBuffer() {
    throw load("node/absent").notSupported("node:v8.Deserializer.transferArrayBuffer");
  }

  readUint32() {
    return this.#reader.varint();
  }

  readUint64() {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.#reader.byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return [Number(value >> 32n), Number(value & 0xffffffffn)];
    }
  }

  readDouble() {
    return this.#reader.double();
  }

  readRawBytes(length) {
    const bytes = this.#reader.raw(length);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }
}

// The kinds of views, by the number that stands for them.
const VIEWS = [
  Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array,
  Float64Array,
  DataView, Buffer, BigInt64Array, BigUint64Array, Float16Array,
];
const BUFFER = 10;

class DefaultSerializer extends Serializer {
  constructor() {
    super();
    this._setTreatArrayBufferViewsAsHostObjects(true);
  }

  _writeHostObject(view) {
    const name = view[Symbol.toStringTag] ?? "DataView";
    const kind = Buffer.isBuffer(view) ? BUFFER : VIEWS.findIndex((Class) => Class.name === name);
    this.writeUint32(kind);
    this.writeUint32(view.byteLength);
    this.writeRawBytes(view);
  }
}

class DefaultDeserializer extends Deserializer {
  _readHostObject() {
    const kind = this.readUint32();
    const Class = VIEWS[kind];
    if (Class === undefined) throw new Error("Unable to deserialize cloned data.");
    const bytes = this.readRawBytes(this.readUint32());
    if (kind === BUFFER) return bytes;
    // In the buffer that is read, where the elements lie even there; else in a copy.
    const width = Class.BYTES_PER_ELEMENT ?? 1;
    const { buffer, byteOffset } = bytes.byteOffset % width === 0 ? bytes : new Uint8Array(bytes);
    return new Class(buffer, byteOffset, bytes.length / width);
  }
}

function serialize(value) {
  const serializer = new DefaultSerializer();
  serializer.writeHeader();
  serializer.writeValue(value);
  return serializer.releaseBuffer();
}

function deserialize(buffer) {
  const deserializer = new DefaultDeserializer(buffer);
  deserializer.readHeader();
  return deserializer.readValue();
}

return { DefaultDeserializer, DefaultSerializer, Deserializer, Serializer, deserialize, serialize };
