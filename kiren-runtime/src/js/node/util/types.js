"use strict";
// node:util/types: what the engine says a value is.

const engine = native("types");

const types = {
  isArgumentsObject: engine.is_arguments_object,
  isArrayBuffer: engine.is_array_buffer,
  isAsyncFunction: engine.is_async_function,
  isBigIntObject: engine.is_big_int_object,
  isBooleanObject: engine.is_boolean_object,
  isDate: engine.is_date,
  isExternal: engine.is_external,
  isGeneratorFunction: engine.is_generator_function,
  isGeneratorObject: engine.is_generator_object,
  isMap: engine.is_map,
  isMapIterator: engine.is_map_iterator,
  isModuleNamespaceObject: engine.is_module_namespace_object,
  isNativeError: engine.is_native_error,
  isNumberObject: engine.is_number_object,
  isPromise: engine.is_promise,
  isProxy: engine.is_proxy,
  isRegExp: engine.is_reg_exp,
  isSet: engine.is_set,
  isSetIterator: engine.is_set_iterator,
  isSharedArrayBuffer: engine.is_shared_array_buffer,
  isStringObject: engine.is_string_object,
  isSymbolObject: engine.is_symbol_object,
  isWeakMap: engine.is_weak_map,
  isWeakSet: engine.is_weak_set,
  isAnyArrayBuffer: engine.is_any_array_buffer,
  isBoxedPrimitive: engine.is_boxed_primitive,
  isArrayBufferView: ArrayBuffer.isView,
  isDataView: engine.is_data_view,
  isTypedArray: engine.is_typed_array,
  isUint8Array: engine.is_uint8_array,
  isUint8ClampedArray: engine.is_uint8_clamped_array,
  isUint16Array: engine.is_uint16_array,
  isUint32Array: engine.is_uint32_array,
  isInt8Array: engine.is_int8_array,
  isInt16Array: engine.is_int16_array,
  isInt32Array: engine.is_int32_array,
  isFloat16Array: engine.is_float16_array,
  isFloat32Array: engine.is_float32_array,
  isFloat64Array: engine.is_float64_array,
  isBigInt64Array: engine.is_big_int64_array,
  isBigUint64Array: engine.is_big_uint64_array,
  isKeyObject: (value) => {
    const keys = load.loaded("node/crypto/keys");
    return keys !== undefined && value instanceof keys.KeyObject;
  },
  // There is no SubtleCrypto that could have made one.
  isCryptoKey: () => false,
};

for (const [name, is] of Object.entries(types)) {
  if (name !== "isArrayBufferView") Object.defineProperty(is, "name", { value: name, configurable: true });
}

return types;
