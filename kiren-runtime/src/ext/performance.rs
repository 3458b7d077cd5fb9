//! `native("performance")`: the clock of `performance.now()`.

use std::cell::Cell;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::natives::natives;
use crate::realm::Realm;

natives! { now, time_origin }

/// Milliseconds since the time origin, with fractions.
fn now(
    scope: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    rv.set_double(Realm::of(scope).now_ms());
}

thread_local! {
    static TIME_ORIGIN: Cell<Option<f64>> = const { Cell::new(None) };
}

/// The time origin in milliseconds since the epoch, computed once: later steps of the system clock do not move it.
fn time_origin(
    scope: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let origin = TIME_ORIGIN.get().unwrap_or_else(|| {
        let wall =
            SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64() * 1000.0);
        let origin = wall - Realm::of(scope).now_ms();
        TIME_ORIGIN.set(Some(origin));
        origin
    });
    rv.set_double(origin);
}
