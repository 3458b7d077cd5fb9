//! `native("timers")`: the clock, and what the event loop must know of timers and immediates.

#![allow(unsafe_code, reason = "V8 calls a fast function by its C address")]

use std::sync::OnceLock;
use std::time::Instant;

use crate::natives;
use crate::realm::Realm;

mod slow {
    use super::{schedule, set_immediates, set_referenced};

    crate::natives::natives! { schedule, set_immediates, set_referenced }
}

pub(crate) fn install(scope: &mut v8::PinScope<'_, '_>, group: v8::Local<'_, v8::Object>) {
    slow::install(scope, group);
    let template = v8::FunctionTemplate::builder(now).build_fast(scope, &[FAST_NOW]);
    if let Some(function) = template.get_function(scope) {
        natives::set(scope, group, "now", function.into());
    }
}

static ORIGIN: OnceLock<Instant> = OnceLock::new();

/// Milliseconds since the process first asked, with fractions: the clock of timers, monotonic.
pub(crate) fn now_ms() -> f64 {
    ORIGIN.get_or_init(Instant::now).elapsed().as_secs_f64() * 1000.0
}

/// `now()` as optimised code calls it: no allocation, and not through a callback as [`now`].
extern "C" fn fast_now(_receiver: v8::Local<'_, v8::Value>) -> f64 {
    now_ms()
}

const FAST_NOW: v8::fast_api::CFunction = v8::fast_api::CFunction::new(
    fast_now as _,
    &v8::fast_api::CFunctionInfo::new(
        v8::fast_api::Type::Float64.as_info(),
        &[v8::fast_api::Type::V8Value.as_info()],
        v8::fast_api::Int64Representation::Number,
    ),
);

/// See [`now_ms`].
fn now(
    _: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    rv.set_double(now_ms());
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
