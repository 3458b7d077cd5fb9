//! `native("encoding")`: UTF-8 through V8's own (SIMD) paths, the legacy encodings through `encoding_rs`, base64
//! through simdutf.
//!
//! A result of `undefined` means that the input was malformed; JavaScript makes the error.
#![allow(unsafe_code, reason = "typed arrays are read and written where V8 keeps them, without a copy")]

use std::cell::RefCell;

use encoding_rs::{Decoder, DecoderResult, Encoding};
use slab::Slab;
use v8::simdutf::{self, Base64Options, LastChunkHandling};

use crate::natives::natives;

natives! {
    atob, btoa, decode_utf8, decoder_decode, decoder_free, decoder_new, encode_into, encode_utf8, label_to_name, latin1,
}

/// The bytes of an `ArrayBuffer`, a `SharedArrayBuffer` or a view of one; nothing for any other value.
///
/// The slice is where V8 keeps the bytes: it must not be kept beyond the native function, nor across a call that
/// runs JavaScript, which could detach or resize the buffer.
pub(crate) fn bytes_of<'a>(value: v8::Local<'a, v8::Value>) -> &'a [u8] {
    &*view_bytes_mut(value)
}

/// As [`bytes_of`], to write into.
#[allow(clippy::mut_from_ref, reason = "the memory belongs to the JavaScript heap, not to the handle")]
pub(crate) fn view_bytes_mut<'a>(value: v8::Local<'a, v8::Value>) -> &'a mut [u8] {
    let (data, length) = if let Ok(view) = v8::Local::<v8::ArrayBufferView>::try_from(value) {
        (view.data().cast::<u8>(), view.byte_length())
    } else if let Ok(buffer) = v8::Local::<v8::ArrayBuffer>::try_from(value) {
        (buffer.data().map_or(std::ptr::null_mut(), |data| data.as_ptr().cast::<u8>()), buffer.byte_length())
    } else if let Ok(buffer) = v8::Local::<v8::SharedArrayBuffer>::try_from(value) {
        let store = buffer.get_backing_store();
        (store.data().map_or(std::ptr::null_mut(), |data| data.as_ptr().cast::<u8>()), buffer.byte_length())
    } else {
        (std::ptr::null_mut(), 0)
    };
    if data.is_null() || length == 0 {
        return &mut [];
    }
    // SAFETY: V8 keeps `length` bytes at `data` for as long as the handle keeps the buffer alive and no JavaScript
    // runs; this build keeps no typed array inside the moving heap (v8_typed_array_max_size_in_heap is 0).
    unsafe { std::slice::from_raw_parts_mut(data, length) }
}

pub(crate) fn utf8_string<'s>(
    scope: &v8::PinScope<'s, '_>,
    bytes: &[u8],
) -> Option<v8::Local<'s, v8::String>> {
    v8::String::new_from_utf8(scope, bytes, v8::NewStringType::Normal)
}

pub(crate) fn one_byte_string<'s>(
    scope: &v8::PinScope<'s, '_>,
    bytes: &[u8],
) -> Option<v8::Local<'s, v8::String>> {
    v8::String::new_from_one_byte(scope, bytes, v8::NewStringType::Normal)
}

/// Sets the result, or throws when the string would be longer than V8 allows.
pub(crate) fn return_string<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
    text: Option<v8::Local<'s, v8::String>>,
) {
    if let Some(text) = checked(scope, text) {
        rv.set(text.into());
    }
}

/// Throws when the string would be longer than V8 allows.
pub(crate) fn checked<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    text: Option<v8::Local<'s, v8::String>>,
) -> Option<v8::Local<'s, v8::String>> {
    if text.is_none() {
        let limit = v8::String::MAX_LENGTH;
        let message =
            crate::natives::string(scope, &format!("the text is longer than a string can be, {limit}"));
        let error = v8::Exception::range_error(scope, message);
        scope.throw_exception(error);
    }
    text
}

pub(crate) fn text_of<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    value: v8::Local<'_, v8::Value>,
) -> v8::Local<'s, v8::String> {
    value.to_string(scope).unwrap_or_else(|| v8::String::empty(scope))
}

/// `encode_utf8(text)`: a new `Uint8Array`.
fn encode_utf8(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let text = text_of(scope, args.get(0));
    let length = text.utf8_length(scope);
    let buffer = v8::ArrayBuffer::new(scope, length);
    let bytes = view_bytes_mut(buffer.into());
    text.write_utf8_v2(scope, bytes, v8::WriteFlags::kReplaceInvalidUtf8, None);
    if let Some(array) = v8::Uint8Array::new(scope, buffer, 0, length) {
        rv.set(array.into());
    }
}

/// `encode_into(text, destination, counts)`: writes whole characters, and how many UTF-16 units were read and bytes
/// written into the `Uint32Array` `counts`.
fn encode_into(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    let text = text_of(scope, args.get(0));
    let destination = view_bytes_mut(args.get(1));
    let mut read = 0;
    let written = if destination.is_empty() {
        0
    } else {
        text.write_utf8_v2(scope, destination, v8::WriteFlags::kReplaceInvalidUtf8, Some(&mut read))
    };
    for (chunk, count) in view_bytes_mut(args.get(2)).chunks_exact_mut(4).zip([read, written]) {
        chunk.copy_from_slice(&(count as u32).to_ne_bytes());
    }
}

/// `decode_utf8(bytes, fatal, keep_mark)`.
fn decode_utf8(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    rv: v8::ReturnValue<'_, v8::Value>,
) {
    let mut bytes = bytes_of(args.get(0));
    let (fatal, keep_mark) = (args.get(1).is_true(), args.get(2).is_true());
    if fatal && !simdutf::validate_utf8(bytes) {
        return;
    }
    if !keep_mark {
        bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    }
    let text = utf8_string(scope, bytes);
    return_string(scope, rv, text);
}

/// `latin1(bytes)`: one character per byte.
fn latin1(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    rv: v8::ReturnValue<'_, v8::Value>,
) {
    let text = one_byte_string(scope, bytes_of(args.get(0)));
    return_string(scope, rv, text);
}

/// `label_to_name(label)`: the name of an encoding in lower case, or `undefined`.
fn label_to_name(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    rv: v8::ReturnValue<'_, v8::Value>,
) {
    let label = args.get(0).to_rust_string_lossy(scope);
    if let Some(encoding) = Encoding::for_label(label.as_bytes()) {
        let name = encoding.name().to_ascii_lowercase();
        let name = one_byte_string(scope, name.as_bytes());
        return_string(scope, rv, name);
    }
}

/// A `TextDecoder` in the middle of a stream.
struct StreamDecoder {
    decoder: Decoder,
    fatal: bool,
}

impl StreamDecoder {
    /// Decodes a chunk to UTF-8; `None` when it is malformed and that is fatal.
    fn decode(&mut self, bytes: &[u8], last: bool) -> Option<String> {
        let mut text = String::new();
        if self.fatal {
            text.reserve(self.decoder.max_utf8_buffer_length_without_replacement(bytes.len())?);
            match self.decoder.decode_to_string_without_replacement(bytes, &mut text, last).0 {
                DecoderResult::InputEmpty => Some(text),
                DecoderResult::Malformed(..) | DecoderResult::OutputFull => None,
            }
        } else {
            text.reserve(self.decoder.max_utf8_buffer_length(bytes.len())?);
            let _ = self.decoder.decode_to_string(bytes, &mut text, last);
            Some(text)
        }
    }
}

thread_local! {
    // One isolate per thread; ids are handed to `encoding.js`.
    static DECODERS: RefCell<Slab<StreamDecoder>> = const { RefCell::new(Slab::new()) };
}

/// `decoder_new(name, fatal, keep_mark)`: the id of a decoder.
fn decoder_new(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let name = args.get(0).to_rust_string_lossy(scope);
    let encoding = Encoding::for_label(name.as_bytes()).unwrap_or(encoding_rs::UTF_8);
    let decoder = if args.get(2).is_true() {
        encoding.new_decoder_without_bom_handling()
    } else {
        encoding.new_decoder_with_bom_removal()
    };
    let id = DECODERS
        .with_borrow_mut(|decoders| decoders.insert(StreamDecoder { decoder, fatal: args.get(1).is_true() }));
    rv.set_uint32(id as u32);
}

/// `decoder_decode(id, bytes, last)`.
fn decoder_decode(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    rv: v8::ReturnValue<'_, v8::Value>,
) {
    let id = args.get(0).uint32_value(scope).unwrap_or(u32::MAX) as usize;
    let (bytes, last) = (bytes_of(args.get(1)), args.get(2).is_true());
    let decoded = DECODERS
        .with_borrow_mut(|decoders| decoders.get_mut(id).and_then(|decoder| decoder.decode(bytes, last)));
    if let Some(text) = decoded {
        let text = utf8_string(scope, text.as_bytes());
        return_string(scope, rv, text);
    }
}

/// `decoder_free(id)`.
fn decoder_free(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    let id = args.get(0).uint32_value(scope).unwrap_or(u32::MAX) as usize;
    DECODERS.with_borrow_mut(|decoders| decoders.try_remove(id));
}

/// The characters of a string as bytes; `None` when one is past U+00FF.
fn latin1_bytes(scope: &mut v8::PinScope<'_, '_>, value: v8::Local<'_, v8::Value>) -> Option<Vec<u8>> {
    let text = value.to_string(scope)?;
    if !text.contains_only_onebyte() {
        return None;
    }
    let mut bytes = vec![0; text.length()];
    text.write_one_byte_v2(scope, 0, &mut bytes, v8::WriteFlags::empty());
    Some(bytes)
}

/// `atob(text)`: forgiving base64, to one character per byte.
fn atob(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Some(input) = latin1_bytes(scope, args.get(0)) else { return };
    let mut output = vec![0; simdutf::maximal_binary_length_from_base64(&input)];
    // SAFETY: the output is as long as the function asks for.
    let result = unsafe {
        simdutf::base64_to_binary(&input, &mut output, Base64Options::Default, LastChunkHandling::Loose)
    };
    if result.is_ok() {
        let text = one_byte_string(scope, &output[..result.count]);
        return_string(scope, rv, text);
    }
}

/// `btoa(text)`.
fn btoa(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Some(input) = latin1_bytes(scope, args.get(0)) else { return };
    let mut output = vec![0; simdutf::base64_length_from_binary(input.len(), Base64Options::Default)];
    // SAFETY: the output is as long as the function asks for.
    let length = unsafe { simdutf::binary_to_base64(&input, &mut output, Base64Options::Default) };
    let text = one_byte_string(scope, &output[..length]);
    return_string(scope, rv, text);
}

#[cfg(test)]
mod tests {
    use super::{Encoding, StreamDecoder};

    fn stream(label: &str, fatal: bool) -> StreamDecoder {
        let encoding = Encoding::for_label(label.as_bytes()).expect("a known label");
        StreamDecoder { decoder: encoding.new_decoder_with_bom_removal(), fatal }
    }

    #[test]
    fn a_character_may_be_cut_between_chunks() {
        let mut decoder = stream("utf-8", false);
        assert_eq!(decoder.decode(b"\xef\xbb\xbfa\xe2\x82", false).as_deref(), Some("a"));
        assert_eq!(decoder.decode(b"\xac", false).as_deref(), Some("\u{20ac}"));
        assert_eq!(decoder.decode(b"\xe2", true).as_deref(), Some("\u{fffd}"));
        let mut decoder = stream("shift_jis", false);
        assert_eq!(decoder.decode(b"\x93", false).as_deref(), Some(""));
        assert_eq!(decoder.decode(b"\xfa", true).as_deref(), Some("\u{65e5}"));
    }

    #[test]
    fn a_fatal_decoder_refuses_what_is_malformed() {
        assert_eq!(stream("utf-8", true).decode(b"\xff", false), None);
        assert_eq!(stream("utf-8", true).decode(b"\xe2", true), None);
        assert_eq!(stream("utf-8", true).decode(b"\xe2", false).as_deref(), Some(""));
    }
}
