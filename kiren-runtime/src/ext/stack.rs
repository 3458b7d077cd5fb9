//! `native("stack")`: positions of generated code in the files that people wrote.

use crate::error::Place;
use crate::natives::{natives, string};
use crate::realm::Realm;

natives! { map_position }

/// `map_position(file, line, column)`, counted from 1: `"file:line:column"` of the original, or `undefined` where the
/// file was not transpiled.
fn map_position(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let file = args.get(0).to_rust_string_lossy(scope);
    let number = |value: v8::Local<'_, v8::Value>| value.uint32_value(scope).unwrap_or(1);
    let generated = Place { file, line: number(args.get(1)), column: number(args.get(2)) };
    if let Some(place) = Realm::of(scope).modules.mapped_place(&generated) {
        let text = string(scope, &format!("{}:{}:{}", place.file, place.line, place.column));
        rv.set(text.into());
    }
}
