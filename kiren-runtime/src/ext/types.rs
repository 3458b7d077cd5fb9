//! `native("types")`: what the engine says a value is, whatever its prototype claims (`node:util`'s `types`).

use crate::natives::natives;

/// Defines one native per predicate of [`v8::Value`], under the same name, and `install`.
macro_rules! predicates {
    ($($name:ident),* ; $($own:ident = $is:path),* $(,)?) => {
        natives! { $($name,)* $($own),* }
        $(predicates! { @define $name, v8::Value::$name })*
        $(predicates! { @define $own, $is })*
    };
    (@define $name:ident, $is:path) => {
        fn $name(
            _: &mut v8::PinScope<'_, '_>,
            args: v8::FunctionCallbackArguments<'_>,
            mut rv: v8::ReturnValue<'_, v8::Value>,
        ) {
            rv.set_bool($is(&args.get(0)));
        }
    };
}

predicates! {
    is_arguments_object, is_array_buffer, is_array_buffer_view, is_async_function, is_big_int64_array,
    is_big_int_object, is_big_uint64_array, is_boolean_object, is_data_view, is_date, is_external,
    is_float16_array, is_float32_array, is_float64_array, is_generator_function, is_generator_object,
    is_int16_array, is_int32_array, is_int8_array, is_map, is_map_iterator, is_module_namespace_object,
    is_native_error, is_number_object, is_promise, is_proxy, is_reg_exp, is_set, is_set_iterator,
    is_shared_array_buffer, is_string_object, is_symbol_object, is_typed_array, is_uint16_array,
    is_uint32_array, is_uint8_array, is_uint8_clamped_array, is_weak_map, is_weak_set;
    is_any_array_buffer = is_any_buffer,
    is_boxed_primitive = is_boxed,
}

fn is_any_buffer(value: &v8::Value) -> bool {
    value.is_array_buffer() || value.is_shared_array_buffer()
}

/// Whether the value is an object around a primitive, like `new String("s")`.
pub(super) fn is_boxed(value: &v8::Value) -> bool {
    value.is_string_object()
        || value.is_number_object()
        || value.is_boolean_object()
        || value.is_big_int_object()
        || value.is_symbol_object()
}
