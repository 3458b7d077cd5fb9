//! What is done with text in Rust, side by side. Each peer's module offers figures by name, `WORK-TEXT`; the texts are those
//! of `inputs.rs`.
//!
//! | work | one call |
//! |---|---|
//! | `nfc`, `nfd`, `nfkc`, `nfkd` | the text in a normalization form |
//! | `words` | how many words stand between white space |
//! | `unicode_words` | how many words UAX #29 finds |
//! | `bytes`, `characters`, `graphemes`, `columns` | the first 100 of them |
//! | `ten_graphemes`, `first_words` | the first 10 grapheme clusters, or 20 words |
//! | `tokens` | every token of the text, one after the other |
//! | `clusters` | every grapheme cluster of the text, one after the other |
//! | `cut` | all of the text but its last cluster; the peers: every cluster |
//!
//! What comes out is checked before it is timed wherever all agree on what it is.

use harness::{Figure, Peer};

mod icu;
pub mod inputs;
mod krepis;
mod normalization;
mod plain;
mod segmentation;

pub const PEERS: &[Peer] = &[
    Peer { name: "krepis", figure: |name| figure(name, krepis::figure) },
    Peer { name: "krepis without addresses", figure: |name| figure(name, krepis::without_addresses) },
    Peer { name: "unicode-normalization", figure: |name| figure(name, normalization::figure) },
    Peer {
        name: "unicode-normalization quick check",
        figure: |name| figure(name, normalization::quick_check),
    },
    Peer { name: "unicode-segmentation", figure: |name| figure(name, segmentation::figure) },
    Peer { name: "icu_normalizer", figure: |name| figure(name, icu::normalizer) },
    Peer { name: "icu_segmenter", figure: |name| figure(name, icu::segmenter) },
    Peer { name: "std", figure: |name| figure(name, plain::figure) },
];

/// How much `bytes`, `characters`, `graphemes` and `columns` leave, and `first_words`.
const LIMIT: usize = 100;
const WORD_LIMIT: usize = 20;

/// The chart's texts are many, and the slowest peers take seconds to check: the smaller sizes tell.
const CHECKED: usize = 1 << 17;

fn figure(name: &str, of: fn(&str, String) -> Option<Figure>) -> Option<Figure> {
    let (work, text) = name.split_once('-')?;
    of(work, inputs::text(text)?)
}

/// Calls `one` with the text, whose result is the same as that of `reference`.
fn agreeing<T: PartialEq + std::fmt::Debug + 'static>(
    text: String,
    reference: impl Fn(&str) -> T,
    one: impl Fn(&str) -> T + 'static,
) -> Figure {
    if text.len() <= CHECKED {
        assert_eq!(one(&text), reference(&text), "all agree");
    }
    Figure::calls(move || one(std::hint::black_box(&text)))
}
