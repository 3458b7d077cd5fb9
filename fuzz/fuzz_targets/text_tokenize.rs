//! Any text is covered by its tokens, in UTF-8 and in UTF-16, well-formed or not; they lie on boundaries of characters
//! and of grapheme clusters, and are the same in chunks.
//!
//! `cargo +nightly fuzz run text_tokenize`

#![no_main]

use elysia_text::{Kind, Kinds, Text, Token, Tokenization, Tokenizer, Utf16, is_grapheme_boundary, tokenize};
use libfuzzer_sys::fuzz_target;

// The first byte says how long chunks are, the second how long tokens may be.
fuzz_target!(|input: &[u8]| {
    let [chunk, longest, rest @ ..] = input else { return };
    let chunk = usize::from(*chunk % 32) + 1;
    let whole = Tokenization::new().kinds(Kinds::ALL).addresses(longest % 8 != 7);
    let short = whole.longest(usize::from(*longest));
    if let Ok(text) = std::str::from_utf8(rest) {
        let tokens = tokens(text, whole);
        for (_, start) in &tokens {
            assert!(is_grapheme_boundary(text, *start), "{text:?} is cut at {start}");
        }
        let units: Vec<u16> = text.encode_utf16().collect();
        let utf16 = tokenize(Utf16(&units), whole).map(|token| (token.kind, token.text.len()));
        let expected = tokenize(text, whole).map(|token| (token.kind, token.text.encode_utf16().count()));
        assert!(utf16.eq(expected), "{text:?} differs in UTF-16");
        check_chunks(text, whole, chunk);
        check_chunks(text, short, chunk);
        assert!(tokenize(text, short).all(|token| token.text.len() <= usize::from(*longest).max(4)));
    }
    let units: Vec<u16> = rest.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    for options in [whole, short] {
        let expected = tokens(Utf16(&units), options);
        let mut found = Vec::new();
        let mut take = |token: Token<Utf16<'_>>| found.push((token.kind, token.start));
        let mut tokenizer = Tokenizer::utf16(options);
        units.chunks(chunk).for_each(|chunk| tokenizer.push(chunk, &mut take));
        tokenizer.finish(&mut take);
        assert_eq!(found, expected, "{units:04x?}");
    }
});

fn tokens(text: impl Text, options: Tokenization) -> Vec<(Kind, usize)> {
    let mut end = 0;
    let tokens = tokenize(text, options).map(|token| {
        assert!(token.start == end && !token.text.is_empty());
        end += token.text.len();
        (token.kind, token.start)
    });
    let tokens = tokens.collect();
    assert_eq!(end, text.len());
    tokens
}

fn check_chunks(text: &str, options: Tokenization, size: usize) {
    let expected = tokens(text, options);
    let mut found = Vec::new();
    let mut take = |token: Token<&str>| found.push((token.kind, token.start));
    let mut tokenizer = Tokenizer::new(options);
    let mut rest = text;
    while !rest.is_empty() {
        let (chunk, after) = rest.split_at(rest.ceil_char_boundary(size));
        tokenizer.push(chunk, &mut take);
        rest = after;
    }
    tokenizer.finish(&mut take);
    assert_eq!(found, expected, "{text:?}");
}
