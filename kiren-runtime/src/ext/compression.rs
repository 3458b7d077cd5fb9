//! `native("compression")`: the coders behind `CompressionStream` and `DecompressionStream`.
//!
//! A coder is a number, never used twice. JavaScript closes it when its stream ends early, or when the stream was
//! collected; at its end or on an error it closes itself.

pub(crate) mod coder;

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::natives::{natives, string, throw_error, throw_type_error, uint8_array};
use coder::{CodeError, Coder, Flush, Format, Settings};

natives! { close, create, finish, flush, has_more, pull, push, unused }

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

/// `create(format, compress, parameters?, dictionary?, stops?) -> handle`
///
/// `parameters` are numbers and their values in turn (see [`Settings`]). A decoder that `stops` leaves what follows the end
/// of the compressed data alone (see `unused`), and stays open until `close`.
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
    let settings = Settings {
        parameters: pairs(scope, args.get(2)),
        dictionary: bytes(args.get(3)),
        stops: args.get(4).is_true(),
    };
    match Coder::with(format, args.get(1).is_true(), settings) {
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

fn pairs(scope: &mut v8::PinScope<'_, '_>, list: v8::Local<'_, v8::Value>) -> Vec<(u32, i32)> {
    let Ok(list) = v8::Local::<v8::Array>::try_from(list) else { return Vec::new() };
    let numbers: Vec<i32> =
        (0..list.length()).filter_map(|at| list.get_index(scope, at)?.int32_value(scope)).collect();
    numbers.chunks_exact(2).map(|pair| (pair[0].cast_unsigned(), pair[1])).collect()
}

fn bytes(value: v8::Local<'_, v8::Value>) -> Option<Vec<u8>> {
    let view = v8::Local::<v8::ArrayBufferView>::try_from(value).ok()?;
    let mut storage = [0; v8::TYPED_ARRAY_MAX_SIZE_IN_HEAP];
    Some(view.get_contents(&mut storage).to_vec())
}

/// `flush(handle, full) -> Uint8Array`: has all that was pushed come out; gives the first piece. After a full one, whoever reads
/// can begin there.
fn flush(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    rv: v8::ReturnValue<'_, v8::Value>,
) {
    let handle = handle(&args);
    let kind = if args.get(1).is_true() { Flush::Full } else { Flush::Sync };
    CODERS.with_borrow_mut(|coders| {
        if let Some(coder) = coders.open.get_mut(&handle) {
            coder.flush(kind);
        }
    });
    give(scope, handle, rv);
}

/// `unused(handle) -> number`: how many bytes were pushed that lie behind the end of the compressed data; -1 before the end.
fn unused(
    _: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let handle = handle(&args);
    let count = CODERS.with_borrow(|coders| coders.open.get(&handle).and_then(Coder::unused));
    #[allow(clippy::cast_precision_loss, reason = "no input has 2^53 bytes")]
    rv.set_double(count.map_or(-1.0, |count| count as f64));
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
        let ended = coder.closes_itself() && result.as_ref().is_ok_and(Vec::is_empty);
        if result.is_err() || ended {
            coders.open.remove(&handle);
        }
        result
    })
}
