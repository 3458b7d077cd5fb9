//! `native("wasm")`: the bytes of a module that V8 compiles while they arrive.

use std::cell::RefCell;

use crate::natives::natives;
use crate::realm::Realm;

natives! { wasm_abort, wasm_finish, wasm_push }

/// Modules that are being received; their numbers are what JavaScript holds.
#[derive(Default)]
pub(crate) struct WasmStreams(RefCell<slab::Slab<v8::WasmStreaming<false>>>);

/// V8 calls this for `WebAssembly.compileStreaming(source)`.
pub(crate) fn start<'a>(
    scope: &mut v8::PinScope<'a, '_>,
    source: v8::Local<'a, v8::Value>,
    streaming: v8::WasmStreaming<false>,
) {
    let realm = Realm::of(scope);
    let id = realm.wasm_streams.0.borrow_mut().insert(streaming);
    let id = v8::Integer::new_from_unsigned(scope, id as u32).into();
    realm.call_host(scope, "feedWasm", &[source, id]);
}

fn take(
    scope: &v8::PinScope<'_, '_>,
    args: &v8::FunctionCallbackArguments<'_>,
) -> Option<v8::WasmStreaming<false>> {
    let id = args.get(0).uint32_value(scope)? as usize;
    Realm::of(scope).wasm_streams.0.borrow_mut().try_remove(id)
}

/// `wasm_push(id, bytes)`.
fn wasm_push(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    let Ok(view) = v8::Local::<v8::ArrayBufferView>::try_from(args.get(1)) else { return };
    let mut bytes = vec![0; view.byte_length()];
    view.copy_contents(&mut bytes);
    let id = args.get(0).uint32_value(scope).unwrap_or(u32::MAX) as usize;
    if let Some(streaming) = Realm::of(scope).wasm_streams.0.borrow_mut().get_mut(id) {
        streaming.on_bytes_received(&bytes);
    }
}

/// `wasm_finish(id)`: all bytes are there.
fn wasm_finish(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    if let Some(streaming) = take(scope, &args) {
        streaming.finish();
    }
}

/// `wasm_abort(id, error)`: they will never be.
fn wasm_abort(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    if let Some(streaming) = take(scope, &args) {
        streaming.abort(Some(args.get(1)));
    }
}
