//! `native("async_context")`: the value that V8 carries along with every promise reaction and every `await`.
//!
//! `get()` and `set(value)` are V8's own, which optimised code calls without a call: the value is a field of the isolate.

use crate::natives::{get, set};

const FUNCTIONS: &[(&str, &str)] =
    &[("get", "getContinuationPreservedEmbedderData"), ("set", "setContinuationPreservedEmbedderData")];

pub(crate) fn install(scope: &mut v8::PinScope<'_, '_>, group: v8::Local<'_, v8::Object>) {
    let context = scope.get_current_context();
    let extras = context.get_extras_binding_object(scope);
    for (name, of_v8) in FUNCTIONS {
        let function = get(scope, extras, of_v8);
        debug_assert!(function.is_function(), "V8 has no {of_v8}");
        set(scope, group, name, function);
    }
}
