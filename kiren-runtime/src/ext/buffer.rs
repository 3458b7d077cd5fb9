//! `native("buffer")`: what `node:buffer` does with bytes: text in and out of them, search, comparison, filling.
//!
//! Encodings are numbers: those of `js/node/buffer/encodings.js`.

use v8::simdutf::{self, Base64Options};

use crate::ext::encoding::{bytes_of, one_byte_string, return_string, text_of, utf8_string, view_bytes_mut};
use crate::natives::natives;

natives! { byte_length, compare, decode, encode, index_of, is_ascii, is_utf8, write }

const UTF8: u32 = 0;
const UTF16: u32 = 1;
const LATIN1: u32 = 2;
const ASCII: u32 = 3;
const BASE64: u32 = 4;
const BASE64_URL: u32 = 5;
const HEX: u32 = 6;

/// The part of a view between two indices, as far as it is there.
fn slice<'a>(
    scope: &mut v8::PinScope<'_, '_>,
    args: &v8::FunctionCallbackArguments<'a>,
    bytes: &'a [u8],
    first: i32,
) -> &'a [u8] {
    let start = index(scope, args.get(first), 0).min(bytes.len());
    let end = index(scope, args.get(first + 1), bytes.len()).min(bytes.len());
    bytes.get(start..end).unwrap_or_default()
}

fn index(scope: &mut v8::PinScope<'_, '_>, value: v8::Local<'_, v8::Value>, missing: usize) -> usize {
    match value.is_number() {
        true => value.number_value(scope).map_or(missing, |number| number as usize),
        false => missing,
    }
}

fn encoding(scope: &mut v8::PinScope<'_, '_>, value: v8::Local<'_, v8::Value>) -> u32 {
    value.uint32_value(scope).unwrap_or(UTF8)
}

/// `decode(encoding, bytes, start, end)`: text.
fn decode(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    rv: v8::ReturnValue<'_, v8::Value>,
) {
    let encoding = encoding(scope, args.get(0));
    let bytes = slice(scope, &args, bytes_of(args.get(1)), 2);
    let text = match encoding {
        UTF16 => {
            let units: Vec<u16> =
                bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
            v8::String::new_from_two_byte(scope, &units, v8::NewStringType::Normal)
        }
        LATIN1 => one_byte_string(scope, bytes),
        ASCII if bytes.is_ascii() => one_byte_string(scope, bytes),
        ASCII => one_byte_string(scope, &bytes.iter().map(|byte| byte & 0x7f).collect::<Vec<_>>()),
        BASE64 => one_byte_string(scope, &to_base64(bytes, Base64Options::Default)),
        BASE64_URL => one_byte_string(scope, &to_base64(bytes, Base64Options::Url)),
        HEX => one_byte_string(scope, &to_hex(bytes)),
        _ => utf8_string(scope, bytes),
    };
    return_string(scope, rv, text);
}

fn to_base64(bytes: &[u8], options: Base64Options) -> Vec<u8> {
    let mut output = vec![0; simdutf::base64_length_from_binary(bytes.len(), options)];
    #[allow(unsafe_code, reason = "a C++ function writes into a slice")]
    // SAFETY: the output is as long as the function asks for.
    let length = unsafe { simdutf::binary_to_base64(bytes, &mut output, options) };
    output.truncate(length);
    output
}

fn to_hex(bytes: &[u8]) -> Vec<u8> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = |byte: &u8| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]];
    bytes.iter().flat_map(digits).collect()
}

/// `encode(encoding, text)`: a new `Uint8Array`.
fn encode(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let encoding = encoding(scope, args.get(0));
    let text = text_of(scope, args.get(1));
    let bytes = encoded(scope, encoding, text);
    rv.set(crate::natives::uint8_array(scope, bytes).into());
}

fn encoded(scope: &mut v8::PinScope<'_, '_>, encoding: u32, text: v8::Local<'_, v8::String>) -> Vec<u8> {
    match encoding {
        UTF16 => units_of(scope, text).into_iter().flat_map(u16::to_le_bytes).collect(),
        LATIN1 | ASCII if text.contains_only_onebyte() => one_bytes_of(scope, text),
        LATIN1 | ASCII => units_of(scope, text).into_iter().map(|unit| unit as u8).collect(),
        BASE64 | BASE64_URL => from_base64(&units_of(scope, text)),
        HEX => from_hex(&units_of(scope, text)),
        _ => {
            let mut bytes = vec![0; text.utf8_length(scope)];
            text.write_utf8_v2(scope, &mut bytes, v8::WriteFlags::kReplaceInvalidUtf8, None);
            bytes
        }
    }
}

fn units_of(scope: &mut v8::PinScope<'_, '_>, text: v8::Local<'_, v8::String>) -> Vec<u16> {
    let mut units = vec![0; text.length()];
    text.write_v2(scope, 0, &mut units, v8::WriteFlags::empty());
    units
}

fn one_bytes_of(scope: &mut v8::PinScope<'_, '_>, text: v8::Local<'_, v8::String>) -> Vec<u8> {
    let mut bytes = vec![0; text.length()];
    text.write_one_byte_v2(scope, 0, &mut bytes, v8::WriteFlags::empty());
    bytes
}

/// Both alphabets at once; what belongs to neither is passed over, padding included.
fn from_base64(units: &[u16]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(units.len() / 4 * 3 + 3);
    let mut bits = 0u32;
    let mut count = 0;
    for unit in units {
        let Some(value) = base64_value(*unit) else { continue };
        bits = bits << 6 | value;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    bytes.truncate(base64_len(units));
    bytes
}

fn base64_value(unit: u16) -> Option<u32> {
    Some(match u8::try_from(unit).ok()? {
        byte @ b'A'..=b'Z' => u32::from(byte - b'A'),
        byte @ b'a'..=b'z' => u32::from(byte - b'a') + 26,
        byte @ b'0'..=b'9' => u32::from(byte - b'0') + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    })
}

/// The most bytes that base64 text of this length and padding stands for.
fn base64_len(units: &[u16]) -> usize {
    let padding = units.iter().rev().take(2).take_while(|unit| **unit == u16::from(b'=')).count();
    let length = units.len() - padding;
    length / 4 * 3 + [0, 0, 1, 2][length % 4]
}

/// Pairs of digits, up to the first that is none.
fn from_hex(units: &[u16]) -> Vec<u8> {
    let digit = |unit: u16| char::from_u32(u32::from(unit)).and_then(|digit| digit.to_digit(16));
    let pairs = units.chunks_exact(2).map_while(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?));
    pairs.map(|byte| byte as u8).collect()
}

/// `byte_length(encoding, text)`.
fn byte_length(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let encoding = encoding(scope, args.get(0));
    let text = text_of(scope, args.get(1));
    let length = match encoding {
        UTF16 => text.length() * 2,
        LATIN1 | ASCII => text.length(),
        HEX => text.length() / 2,
        BASE64 | BASE64_URL => base64_len(&units_of(scope, text)),
        _ => text.utf8_length(scope),
    };
    rv.set_double(length as f64);
}

/// `write(encoding, bytes, text, offset, length)`: how many bytes were written; no character is cut.
fn write(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let encoding = encoding(scope, args.get(0));
    let text = text_of(scope, args.get(2));
    let bytes = view_bytes_mut(args.get(1));
    let start = index(scope, args.get(3), 0).min(bytes.len());
    let room = index(scope, args.get(4), usize::MAX).min(bytes.len() - start);
    let room = &mut bytes[start..start + room];
    let written = match encoding {
        UTF8 if room.is_empty() => 0,
        UTF8 => text.write_utf8_v2(scope, room, v8::WriteFlags::kReplaceInvalidUtf8, None),
        encoding => {
            let encoded = encoded(scope, encoding, text);
            let whole = if encoding == UTF16 { room.len() / 2 * 2 } else { room.len() };
            let count = encoded.len().min(whole);
            room[..count].copy_from_slice(&encoded[..count]);
            count
        }
    };
    rv.set_double(written as f64);
}

/// `compare(a, aStart, aEnd, b, bStart, bEnd)`: -1, 0 or 1.
fn compare(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let a = slice(scope, &args, bytes_of(args.get(0)), 1);
    let b = slice(scope, &args, bytes_of(args.get(3)), 4);
    rv.set_int32(a.cmp(b) as i32);
}

/// `index_of(bytes, needle, offset, forward, step)`: -1 when it is not there. With a `step` of 2, only even distances
/// from the start count.
fn index_of(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let (bytes, needle) = (bytes_of(args.get(0)), bytes_of(args.get(1)));
    let offset = index(scope, args.get(2), 0).min(bytes.len());
    let step = index(scope, args.get(4), 1).max(1);
    let offset = offset / step * step;
    let found = if args.get(3).is_true() {
        let mut found = memchr::memmem::find_iter(&bytes[offset..], needle).map(|at| at + offset);
        match step {
            1 => found.next(),
            // Matches may overlap, which an iterator over matches passes over.
            _ => (offset..bytes.len()).find(|at| at % step == 0 && bytes[*at..].starts_with(needle)),
        }
    } else {
        let end = (offset + needle.len()).min(bytes.len());
        match step {
            1 => memchr::memmem::rfind(&bytes[..end], needle),
            _ => (0..=offset).rev().find(|at| at % step == 0 && bytes[*at..].starts_with(needle)),
        }
    };
    rv.set_double(found.map_or(-1.0, |at| at as f64));
}

fn is_ascii(
    _: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    rv.set_bool(bytes_of(args.get(0)).is_ascii());
}

fn is_utf8(
    _: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    rv.set_bool(simdutf::validate_utf8(bytes_of(args.get(0))));
}

#[cfg(test)]
mod tests {
    use super::{base64_len, from_base64, from_hex};

    fn units(text: &str) -> Vec<u16> {
        text.encode_utf16().collect()
    }

    #[test]
    fn base64_takes_both_alphabets_and_passes_over_the_rest() {
        for (text, bytes) in [
            ("aGk=", &b"hi"[..]),
            ("aGk", b"hi"),
            ("a G\nk", b"hi"),
            ("-_-_", b"\xfb\xff\xbf"),
            ("+/+/", b"\xfb\xff\xbf"),
            ("a", b""),
            ("", b""),
        ] {
            assert_eq!(from_base64(&units(text)), bytes, "{text}");
        }
        assert_eq!(base64_len(&units("aGk=")), 2);
    }

    #[test]
    fn hex_ends_at_what_is_no_digit() {
        assert_eq!(from_hex(&units("00ffAb")), b"\x00\xff\xab");
        assert_eq!(from_hex(&units("12zz34")), b"\x12");
        assert_eq!(from_hex(&units("123")), b"\x12");
    }
}
