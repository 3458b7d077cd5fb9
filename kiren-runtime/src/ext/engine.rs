//! `native("engine")`: what V8 says of its heap and its promises (`node:v8`, `node:async_hooks`).

use crate::natives::{get, natives, set, string};

natives! { heap_code_statistics, heap_space_statistics, heap_statistics, set_promise_hooks }

fn numbers<'s>(scope: &mut v8::PinScope<'s, '_>, fields: &[(&str, usize)]) -> v8::Local<'s, v8::Object> {
    let object = v8::Object::new(scope);
    for (name, value) in fields {
        #[allow(clippy::cast_precision_loss, reason = "no heap has 2^53 bytes")]
        let value = v8::Number::new(scope, *value as f64);
        set(scope, object, name, value.into());
    }
    object
}

/// `heap_statistics()`: the fields of `v8.getHeapStatistics()`.
fn heap_statistics(
    scope: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let heap = scope.get_heap_statistics();
    let fields = [
        ("total_heap_size", heap.total_heap_size()),
        ("total_heap_size_executable", heap.total_heap_size_executable()),
        ("total_physical_size", heap.total_physical_size()),
        ("total_available_size", heap.total_available_size()),
        ("used_heap_size", heap.used_heap_size()),
        ("heap_size_limit", heap.heap_size_limit()),
        ("malloced_memory", heap.malloced_memory()),
        ("peak_malloced_memory", heap.peak_malloced_memory()),
        ("does_zap_garbage", usize::from(heap.does_zap_garbage())),
        ("number_of_native_contexts", heap.number_of_native_contexts()),
        ("number_of_detached_contexts", heap.number_of_detached_contexts()),
        ("total_global_handles_size", heap.total_global_handles_size()),
        ("used_global_handles_size", heap.used_global_handles_size()),
        ("external_memory", heap.external_memory()),
        ("total_allocated_bytes", usize::try_from(heap.total_allocated_bytes()).unwrap_or(usize::MAX)),
    ];
    rv.set(numbers(scope, &fields).into());
}

/// `heap_space_statistics()`: an object for each space of the heap.
fn heap_space_statistics(
    scope: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let mut spaces: Vec<v8::Local<'_, v8::Value>> = Vec::new();
    for index in 0..scope.number_of_heap_spaces() {
        let Some(space) = scope.get_heap_space_statistics(index) else { continue };
        let object = v8::Object::new(scope);
        let name = string(scope, &space.space_name().to_string_lossy());
        set(scope, object, "space_name", name.into());
        let fields = [
            ("space_size", space.space_size()),
            ("space_used_size", space.space_used_size()),
            ("space_available_size", space.space_available_size()),
            ("physical_space_size", space.physical_space_size()),
        ];
        let values = numbers(scope, &fields);
        for (name, _) in fields {
            let value = get(scope, values, name);
            set(scope, object, name, value);
        }
        spaces.push(object.into());
    }
    rv.set(v8::Array::new_with_elements(scope, &spaces).into());
}

/// `heap_code_statistics()`: the fields of `v8.getHeapCodeStatistics()`.
fn heap_code_statistics(
    scope: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Some(code) = scope.get_heap_code_and_metadata_statistics() else { return };
    let fields = [
        ("code_and_metadata_size", code.code_and_metadata_size()),
        ("bytecode_and_metadata_size", code.bytecode_and_metadata_size()),
        ("external_script_source_size", code.external_script_source_size()),
        ("cpu_profiler_metadata_size", code.cpu_profiler_metadata_size()),
    ];
    rv.set(numbers(scope, &fields).into());
}

/// `set_promise_hooks(init, before, after, settled)`: functions that V8 calls with every promise of this context, or
/// `undefined` for none. While there is one, promises are slower.
fn set_promise_hooks(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    let [init, before, after, settled] =
        [0, 1, 2, 3].map(|at| v8::Local::<v8::Function>::try_from(args.get(at)).ok());
    scope.set_promise_hooks(init, before, after, settled);
}
