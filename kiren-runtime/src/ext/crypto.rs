//! `native("crypto")`: random bytes of the operating system.

use crate::ext::encoding::view_bytes_mut;
use crate::natives::{natives, throw_error};

natives! { fill_random }

/// `fill_random(view)`.
fn fill_random(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    if let Err(error) = getrandom::fill(view_bytes_mut(args.get(0))) {
        throw_error(scope, &format!("the operating system gave no random bytes: {error}"));
    }
}
