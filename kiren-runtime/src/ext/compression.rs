//! `native("compression")`: the coders behind `CompressionStream` and `DecompressionStream`.
//!
//! A coder is a number, never used twice. JavaScript closes it when its stream ends early, or when the stream was
//! collected; at its end or on an error it closes itself.

pub(crate) mod coder;

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::natives::{natives, string, throw_error, throw_type_error, uint8_array};
use coder::{CodeError, Coder, Format};

natives! { close, create, finish, has_more, pull, push }

/// The most that one call gives back.
const PIECE_BYTES: usize = 64 * 1024;

struct Coders {
    open: BTreeMap<u32, Coder>,
    made: u32,
    piece: Vec<u8>,
}

thread_local! {
    static CODERS: RefCell<Coders> =
        const { RefCell::new(Coders { open: BTreeMap::new(), made: 0, piece: Vec::new() }) };
}

/// `create(format, compress) -> handle`
fn create(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let name = args.get(0).to_rust_string_lossy(scope);
    let Some(format) = Format::parse(&name) else {
        throw_type_error(scope, &format!("compression: unknown format {name:?}"));
        return;
    };
    match Coder::new(format, args.get(1).is_true()) {
        Ok(coder) => {
            let handle = CODERS.with_borrow_mut(|coders| {
                coders.made = coders.made.wrapping_add(1);
                coders.open.insert(coders.made, coder);
                coders.made
            });
            rv.set_uint32(handle);
        }
        Err(error) => throw_error(scope, &error.to_string()),
    }
}

/// `push(handle, bytes) -> Uint8Array`: takes input in and gives the first piece of what comes out.
fn push(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Ok(view) = v8::Local::<v8::ArrayBufferView>::try_from(args.get(1)) else {
        throw_type_error(scope, "compression: expected an ArrayBufferView");
        return;
    };
    let mut storage = [0; v8::TYPED_ARRAY_MAX_SIZE_IN_HEAP];
    let bytes = view.get_contents(&mut storage);
    let handle = handle(&args);
    CODERS.with_borrow_mut(|coders| {
        if let Some(coder) = coders.open.get_mut(&handle) {
            coder.push(bytes);
        }
    });
    give(scope, handle, rv);
}

/// `finish(handle) -> Uint8Array`: there is no more input; gives the first piece of the rest.
fn finish(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    rv: v8::ReturnValue<'_, v8::Value>,
) {
    let handle = handle(&args);
    CODERS.with_borrow_mut(|coders| {
        if let Some(coder) = coders.open.get_mut(&handle) {
            coder.finish();
        }
    });
    give(scope, handle, rv);
}

/// `pull(handle) -> Uint8Array`: the next piece, empty when the coder wants input or has ended.
fn pull(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    rv: v8::ReturnValue<'_, v8::Value>,
) {
    give(scope, handle(&args), rv);
}

/// `has_more(handle) -> boolean`: whether the last piece was full, so that more may follow without input.
fn has_more(
    _: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let handle = handle(&args);
    rv.set_bool(CODERS.with_borrow(|coders| coders.open.get(&handle).is_some_and(Coder::has_more)));
}

/// `close(handle)`: harmless for one that is closed.
fn close(
    _: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    let handle = handle(&args);
    CODERS.with_borrow_mut(|coders| coders.open.remove(&handle));
}

/// The handle that JavaScript passed. One that never was is like one that is closed.
fn handle(args: &v8::FunctionCallbackArguments<'_>) -> u32 {
    v8::Local::<v8::Uint32>::try_from(args.get(0)).map_or(0, |number| number.value())
}

fn give(scope: &mut v8::PinScope<'_, '_>, handle: u32, mut rv: v8::ReturnValue<'_, v8::Value>) {
    match next_piece(handle) {
        Ok(piece) => rv.set(uint8_array(scope, piece).into()),
        Err(error) => {
            let message = string(scope, &error.to_string());
            let error = v8::Exception::type_error(scope, message);
            scope.throw_exception(error);
        }
    }
}

fn next_piece(handle: u32) -> Result<Vec<u8>, CodeError> {
    CODERS.with_borrow_mut(|coders| {
        let Some(coder) = coders.open.get_mut(&handle) else { return Ok(Vec::new()) };
        coders.piece.resize(PIECE_BYTES, 0);
        let result = coder.pull(&mut coders.piece).map(|length| coders.piece[..length].to_vec());
        let ended = coder.is_finishing() && result.as_ref().is_ok_and(Vec::is_empty);
        if result.is_err() || ended {
            coders.open.remove(&handle);
        }
        result
    })
}
