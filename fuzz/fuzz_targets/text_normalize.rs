//! Text comes from strangers: whatever is asked for, the answer is that of ICU4X and plain loops, in UTF-8, in UTF-16 and
//! in Latin-1, and the same when the text comes in chunks; ill-formed UTF-16 does no harm.
//!
//! `cargo +nightly fuzz run text_normalize`

#![no_main]

use elysia_text::{
    Latin1, NormalizedLatin1, Normalizer, Utf16, normalize, normalize_latin1, normalize_utf16,
};
use libfuzzer_sys::fuzz_target;

#[path = "../../elysia-text/tests/model/mod.rs"]
mod model;

// The input is what is asked for, where to cut (a bit for each character, over and over), and the text.
fuzz_target!(|input: (u8, u32, &[u8])| {
    let (index, cuts, bytes) = input;
    let index = usize::from(index) % 80;
    if let Ok(text) = std::str::from_utf8(bytes) {
        utf8(text, index, cuts);
    }
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    utf16(&units, index, cuts);
    latin1(bytes, index);
});

fn utf8(text: &str, index: usize, cuts: u32) {
    let to = model::normalizations()[index];
    let expected = model::model(text, index);
    assert_eq!(normalize(text, to), expected, "{text:?} with {to:?}");
    let units: Vec<u16> = text.encode_utf16().collect();
    assert!(
        expected.encode_utf16().eq(normalize_utf16(Utf16(&units), to).iter().copied()),
        "{text:?} with {to:?}"
    );
    let mut normalizer = Normalizer::new(to);
    let (mut made, mut start) = (String::new(), 0);
    for (number, (at, _)) in text.char_indices().enumerate() {
        if cuts >> (number % 32) & 1 == 1 {
            normalizer.push(&text[start..at], &mut made).expect("a short text");
            start = at;
        }
    }
    normalizer.push(&text[start..], &mut made).expect("a short text");
    normalizer.finish(&mut made);
    assert_eq!(made, expected, "{text:?} in chunks with {to:?}");
}

fn utf16(units: &[u16], index: usize, cuts: u32) {
    let to = model::normalizations()[index];
    let mut normalizer = Normalizer::new(to);
    let (mut made, mut start) = (Vec::new(), 0);
    for at in (0..units.len()).filter(|at| cuts >> (at % 32) & 1 == 1) {
        normalizer.push_utf16(&units[start..at], &mut made).expect("a short text");
        start = at;
    }
    normalizer.push_utf16(&units[start..], &mut made).expect("a short text");
    normalizer.finish_utf16(&mut made);
    assert_eq!(made, normalize_utf16(Utf16(units), to).as_ref(), "{units:x?} in chunks with {to:?}");
}

fn latin1(bytes: &[u8], index: usize) {
    let to = model::normalizations()[index];
    let text: String = bytes.iter().copied().map(char::from).collect();
    let found: Vec<u16> = match normalize_latin1(Latin1(bytes), to) {
        NormalizedLatin1::Borrowed(bytes) => bytes.iter().copied().map(u16::from).collect(),
        NormalizedLatin1::Latin1(bytes) => bytes.into_iter().map(u16::from).collect(),
        NormalizedLatin1::Utf16(units) => units,
    };
    assert!(model::model(&text, index).encode_utf16().eq(found), "{text:?} in Latin-1 with {to:?}");
}
