"use strict";
// node:util/types: what the engine says a value is.

const engine = native("types");

const types = {
  isExternal: engine.is_external,
  isDate: engine.is_date,
  isArgumentsObject: engine.is_arguments_object,
  isBigIntObject: engine.is_big_int_object,
  isBooleanObject: engine.is_boolean_object,
  isNumberObject: engine.is_number_object,
  isStringObject: engine.is_string_object,
  isSymbolObject: engine.is_symbol_object,
  isBoxedPrimitive: engine.is_boxed_primitive,
  isNativeError: engine.is_native_error,
  isRegExp: engine.is_reg_exp,
  isAsyncFunction: engine.is_async_function,
  isGeneratorFunction: engine.is_generator_function,
  isGeneratorObject: engine.is_generator_object,
  isPromise: engine.is_promise,
  isMap: engine.is_map,
  isSet: engine.is_set,
  isMapIterator: engine.is_map_iterator,
  isSetIterator: engine.is_set_iterator,
  isWeakMap: engine.is_weak_map,
  isWeakSet: engine.is_weak_set,
  isArrayBuffer: engine.is_array_buffer,
  isDataView: engine.is_data_view,
  isSharedArrayBuffer: engine.is_shared_array_buffer,
  isProxy: engine.is_proxy,
  isModuleNamespaceObject: engine.is_module_namespace_object,
  isAnyArrayBuffer: engine.is_any_array_buffer,
  isArrayBufferView: ArrayBuffer.isView,
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
};

for (const [name, is] of Object.entries(types)) {
  if (name !== "isArrayBufferView") Object.defineProperty(is, "name", { value: name, configurable: true });
}

return types;
