//! `native("async_context")`: the value that V8 carries along with every continuation, for `AsyncLocalStorage`.

use crate::natives::natives;

natives! { get, set }

/// `get()`: what was set when this continuation was made.
fn get(
    scope: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    rv.set(scope.get_continuation_preserved_embedder_data());
}

/// `set(value)`: for the rest of this continuation and those that it makes.
fn set(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    scope.set_continuation_preserved_embedder_data(args.get(0));
}
