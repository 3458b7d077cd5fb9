//! Boundaries of grapheme clusters and words (UAX #29, of the version of [`crate::UNICODE_VERSION`]).
//!
//! Each kind of boundary is a state machine in a table ([`GraphemeBreaker`], [`WordBreaker`]), which streams feed code
//! point by code point; the iterators over whole texts run the same tables.
//!
//! These are the default rules: no dictionary finds the words of Thai, Lao, Khmer, Burmese, Chinese or Japanese, whose
//! letters are mostly words of their own here. Nothing is tailored to a language.

#[cfg(not(target_arch = "wasm32"))]
mod ascii;
mod grapheme_breaker;
mod graphemes;
#[cfg(test)]
pub(crate) mod tests;
mod word_breaker;
mod words;

pub(crate) use grapheme_breaker::GraphemeBreaker;
pub use graphemes::{
    Graphemes, graphemes, is_grapheme_boundary, next_grapheme_boundary, previous_grapheme_boundary,
};
pub(crate) use word_breaker::WordBreaker;
pub use words::{WordSegment, WordSegments, words};
