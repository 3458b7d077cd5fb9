//! `native("tasks")`: ticks, microtasks and errors that nobody caught.

use crate::natives::natives;
use crate::realm::Realm;

natives! { drain, enqueue_microtask, report_uncaught, run_microtasks, set_has_ticks }

fn set_has_ticks(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    Realm::of(scope).state.has_ticks.set(args.get(0).is_true());
}

fn run_microtasks(
    scope: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    scope.perform_microtask_checkpoint();
}

/// Ticks, microtasks and rejections, as after a callback of the event loop.
fn drain(
    scope: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    Realm::of(scope).drain(scope);
}

fn enqueue_microtask(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    if let Ok(function) = v8::Local::<v8::Function>::try_from(args.get(0)) {
        scope.enqueue_microtask(function);
    }
}

fn report_uncaught(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    let error = args.get(0);
    let message = v8::Exception::create_message(scope, error);
    Realm::of(scope).report_uncaught(scope, error, Some(message), "uncaughtException");
}
