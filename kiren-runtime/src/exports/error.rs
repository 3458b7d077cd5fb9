//! Errors between V8 and Rust, with their stacks.

use hypers_modules::exports::CallError;

use crate::natives::{get, set, string};

/// Runs JavaScript; what it throws becomes an error of Rust.
pub(super) fn attempt<'s, 'i, T>(
    scope: &mut v8::PinScope<'s, 'i>,
    body: impl FnOnce(&mut v8::PinScope<'s, 'i>) -> Option<T>,
) -> Result<T, CallError> {
    v8::tc_scope!(let caught, scope);
    match (body(caught), caught.exception()) {
        (Some(value), _) => Ok(value),
        (None, Some(exception)) if !caught.has_terminated() => {
            caught.reset();
            Err(from_js(caught, exception, 0))
        }
        _ => Err(CallError::new("the program was ended")),
    }
}

/// Deepest chain of causes that is carried over.
const MOST_CAUSES: u32 = 8;

fn from_js<'s>(scope: &mut v8::PinScope<'s, '_>, thrown: v8::Local<'s, v8::Value>, depth: u32) -> CallError {
    v8::tc_scope!(let scope, scope);
    let object = v8::Local::<v8::Object>::try_from(thrown).ok().filter(|_| thrown.is_native_error());
    let Some(object) = object else {
        let text = thrown.to_detail_string(scope).map(|text| text.to_rust_string_lossy(scope));
        return CallError::new(text.unwrap_or_default());
    };
    let mut text = |name: &str| {
        let value = get(scope, object, name);
        value.is_string().then(|| value.to_rust_string_lossy(scope))
    };
    let name = text("name").unwrap_or_else(|| "Error".to_owned());
    let mut error = CallError::named(name, text("message").unwrap_or_default());
    if let Some(code) = text("code") {
        error = error.with_code(code);
    }
    if let Some(stack) = text("stack") {
        error = error.with_frames(frames(&stack));
    }
    let cause = get(scope, object, "cause");
    if depth < MOST_CAUSES && cause.is_native_error() {
        error = error.with_cause(from_js(scope, cause, depth + 1));
    }
    scope.reset();
    error
}

/// An error of a function that Rust called: V8 gives it the frames of the program below Rust too, which that one's
/// own error gets again when it comes there, behind those of Lua that may lie between.
pub(super) fn of_callee(scope: &mut v8::PinScope<'_, '_>, error: CallError) -> CallError {
    let empty = v8::String::empty(scope);
    let here = v8::Local::<v8::Object>::try_from(v8::Exception::error(scope, empty)).ok();
    let Some(here) = here.map(|here| get(scope, here, "stack").to_rust_string_lossy(scope)) else {
        return error;
    };
    let below: Vec<&str> = frames(&here).collect();
    let stack = error.stack();
    // Both may be cut off at their ends.
    let own = (0..stack.len())
        .find(|at| stack[*at..].iter().zip(&below).all(|(a, b)| a == b) && !below.is_empty())
        .unwrap_or(stack.len());
    error.with_newest_frames(own)
}

fn frames(stack: &str) -> impl Iterator<Item = &str> {
    stack.lines().filter_map(|line| line.strip_prefix("    at "))
}

/// Throws an error of Rust.
pub(super) fn throw(scope: &mut v8::PinScope<'_, '_>, error: &CallError) {
    let error = to_js(scope, error);
    scope.throw_exception(error);
}

/// An error of Rust as an `Error` of its class. Where it brings a stack, its frames come before those of the caller.
pub(super) fn to_js<'s>(scope: &mut v8::PinScope<'s, '_>, error: &CallError) -> v8::Local<'s, v8::Value> {
    let message = string(scope, error.message());
    let made = match error.name() {
        "TypeError" => v8::Exception::type_error(scope, message),
        "RangeError" => v8::Exception::range_error(scope, message),
        "SyntaxError" => v8::Exception::syntax_error(scope, message),
        "ReferenceError" => v8::Exception::reference_error(scope, message),
        _ => v8::Exception::error(scope, message),
    };
    let Ok(object) = v8::Local::<v8::Object>::try_from(made) else { return made };
    if get(scope, object, "name").to_rust_string_lossy(scope) != error.name() {
        define(scope, object, "name", error.name());
    }
    if let Some(code) = error.code() {
        let code = string(scope, code).into();
        set(scope, object, "code", code);
    }
    if let Some(cause) = error.cause() {
        let cause = to_js(scope, cause);
        let key = string(scope, "cause").into();
        object.define_own_property(scope, key, cause, v8::PropertyAttribute::DONT_ENUM);
    }
    if !error.stack().is_empty() {
        let here = get(scope, object, "stack").to_rust_string_lossy(scope);
        let mut stack = error.to_string();
        let known = error.stack().iter().map(String::as_str);
        // JavaScript that called Rust that called JavaScript has its frames in both.
        for frame in
            known.chain(frames(&here).filter(|frame| !error.stack().iter().any(|known| known == frame)))
        {
            stack.push_str("\n    at ");
            stack.push_str(frame);
        }
        define(scope, object, "stack", &stack);
    }
    made
}

fn define(scope: &mut v8::PinScope<'_, '_>, object: v8::Local<'_, v8::Object>, name: &str, text: &str) {
    let (key, value) = (string(scope, name).into(), string(scope, text).into());
    object.define_own_property(scope, key, value, v8::PropertyAttribute::DONT_ENUM);
}
