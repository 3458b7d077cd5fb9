//! `native("timers")`: the clock, and what the event loop must know of timers and immediates.

use crate::natives::natives;
use crate::realm::Realm;

natives! { now, schedule, set_immediates, set_referenced }

/// Milliseconds since the runtime started, with fractions.
fn now(
    scope: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    rv.set_double(Realm::of(scope).now_ms());
}

/// Sets the time of the earliest timer.
fn schedule(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    let realm = Realm::of(scope);
    realm.state.next_timer.set(args.get(0).number_value(scope).unwrap_or(f64::INFINITY));
    realm.state.changed.set(true);
}

/// Whether any timer keeps the program alive.
fn set_referenced(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    let realm = Realm::of(scope);
    realm.state.timers_referenced.set(args.get(0).is_true());
    realm.state.changed.set(true);
}

/// Whether immediates wait, and whether any of them keeps the program alive.
fn set_immediates(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    let realm = Realm::of(scope);
    realm.state.immediates_waiting.set(args.get(0).is_true());
    realm.state.immediates_referenced.set(args.get(1).is_true());
    realm.state.changed.set(true);
}
