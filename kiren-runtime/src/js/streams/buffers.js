"use strict";
// Array buffers and views as the byte streams need them: getters that a subclass or a patched prototype cannot
// intercept, transfer, and the Web IDL checks for views.
// Spec: https://webidl.spec.whatwg.org/#js-buffer-source-types

const { apply, describe } = load("streams/base");
const { getOwnPropertyDescriptor, getPrototypeOf } = Object;

const typedArrayPrototype = getPrototypeOf(Uint8Array.prototype);
const getterOf = (prototype, name) => getOwnPropertyDescriptor(prototype, name).get;
const typedBuffer = getterOf(typedArrayPrototype, "buffer");
const typedOffset = getterOf(typedArrayPrototype, "byteOffset");
const typedByteLength = getterOf(typedArrayPrototype, "byteLength");
const typedLength = getterOf(typedArrayPrototype, "length");
const typedName = getterOf(typedArrayPrototype, Symbol.toStringTag);
const dataBuffer = getterOf(DataView.prototype, "buffer");
const dataOffset = getterOf(DataView.prototype, "byteOffset");
const dataByteLength = getterOf(DataView.prototype, "byteLength");
const bufferByteLength = getterOf(ArrayBuffer.prototype, "byteLength");
const bufferDetached = getterOf(ArrayBuffer.prototype, "detached");
const bufferResizable = getterOf(ArrayBuffer.prototype, "resizable");
const bufferTransfer = ArrayBuffer.prototype.transfer;
const bufferSlice = ArrayBuffer.prototype.slice;
const typedSet = typedArrayPrototype.set;
const { isView } = ArrayBuffer;

const constructors = { __proto__: null };
for (const name of [
  "Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array", "Uint32Array",
  "BigInt64Array", "BigUint64Array", "Float16Array", "Float32Array", "Float64Array",
]) {
  if (typeof globalThis[name] === "function") constructors[name] = globalThis[name];
}

/// The constructor of a typed array, undefined for a DataView.
function constructorOf(view) {
  const name = apply(typedName, view, []);
  return name === undefined ? undefined : constructors[name];
}

function isTyped(view) {
  return apply(typedName, view, []) !== undefined;
}

function bufferOf(view) {
  return isTyped(view) ? apply(typedBuffer, view, []) : apply(dataBuffer, view, []);
}

function offsetOf(view) {
  return isTyped(view) ? apply(typedOffset, view, []) : apply(dataOffset, view, []);
}

/// 0 for a view of a detached buffer.
function byteLengthOf(view) {
  if (isTyped(view)) return apply(typedByteLength, view, []);
  return isDetached(apply(dataBuffer, view, [])) ? 0 : apply(dataByteLength, view, []);
}

function lengthOf(view) {
  return isTyped(view) ? apply(typedLength, view, []) : byteLengthOf(view);
}

function sizeOf(buffer) {
  return apply(bufferByteLength, buffer, []);
}

function isDetached(buffer) {
  return apply(bufferDetached, buffer, []);
}

/// Moves the bytes to a new buffer without a copy. Throws where they cannot be moved (WebAssembly memory).
function transfer(buffer) {
  return apply(bufferTransfer, buffer, []);
}

function slice(buffer, from, to) {
  return apply(bufferSlice, buffer, [from, to]);
}

function copy(target, targetOffset, source, sourceOffset, count) {
  apply(typedSet, new Uint8Array(target, targetOffset, count), [new Uint8Array(source, sourceOffset, count)]);
}

function isShared(buffer) {
  try {
    apply(bufferByteLength, buffer, []);
    return false;
  } catch {
    return true;
  }
}

/// Web IDL ArrayBufferView: neither shared nor resizable.
function checkView(view, name) {
  if (!isView(view)) throw new TypeError(`${name} must be an ArrayBufferView, received ${describe(view)}`);
  const buffer = bufferOf(view);
  if (isShared(buffer)) throw new TypeError(`${name} must not be backed by a SharedArrayBuffer`);
  if (apply(bufferResizable, buffer, [])) throw new TypeError(`${name} must not be backed by a resizable ArrayBuffer`);
}

return {
  bufferOf,
  byteLengthOf,
  checkView,
  constructorOf,
  copy,
  isDetached,
  isShared,
  lengthOf,
  offsetOf,
  sizeOf,
  slice,
  transfer,
};
