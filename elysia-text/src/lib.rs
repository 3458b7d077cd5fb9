#![cfg_attr(feature = "normalization", doc = include_str!("../README.md"))]
// The program in there asks for forms.
#![cfg_attr(not(feature = "normalization"), doc = "Text as people read it, without normalization forms.")]
// WebAssembly goes without std: its way of reporting a panic is as large as the rest.
#![cfg_attr(target_arch = "wasm32", no_std)]

extern crate alloc;

mod held;
mod normalize;
mod segment;
mod simd;
mod tables;
mod text;
mod tokenize;
mod truncate;
mod words;

#[cfg(feature = "normalization")]
pub use normalize::{Form, is_normalized};
pub use normalize::{
    Normalization, NormalizedLatin1, Normalizer, PendingError, normalize, normalize_latin1, normalize_utf16,
};
pub use segment::{
    Graphemes, WordSegment, WordSegments, graphemes, is_grapheme_boundary, next_grapheme_boundary,
    previous_grapheme_boundary, words,
};
pub use tables::UNICODE_VERSION;
pub use text::{Latin1, Text, Utf16};
pub use tokenize::{Kind, Kinds, Token, Tokenization, Tokenizer, Tokens, tokenize};
pub use truncate::{Cut, Truncation, Truncator, Unit, grapheme_count, truncate, width};
pub use words::{WordCounter, Words, word_count};
