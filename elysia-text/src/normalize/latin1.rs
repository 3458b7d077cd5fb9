//! One-byte text: what needs nothing above U+00FF stays so.

use alloc::vec::Vec;

use super::{Applied, Normalization, apply, buffer::Buffer};
use crate::text::{Latin1, Text, Utf16};

/// What has become of one-byte text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NormalizedLatin1<'a> {
    /// A part of the input, which may be all of it.
    Borrowed(&'a [u8]),
    /// Still one byte a character.
    Latin1(Vec<u8>),
    /// With characters above U+00FF.
    Utf16(Vec<u16>),
}

pub(super) fn normalize(text: Latin1<'_>, to: Normalization) -> NormalizedLatin1<'_> {
    if stays_one_byte(text, to) {
        return match apply::<Vec<u8>>(text, without_form(to)) {
            Applied::Kept(range) => NormalizedLatin1::Borrowed(&text.0[range]),
            Applied::Made(made) => NormalizedLatin1::Latin1(made),
        };
    }
    let wide: Vec<u16> = text.0.iter().copied().map(u16::from).collect();
    let made = match apply::<Vec<u16>>(Utf16(&wide), to) {
        Applied::Kept(range) => wide.cut(range),
        Applied::Made(made) => made,
    };
    if made.iter().all(|unit| *unit <= 0xFF) {
        NormalizedLatin1::Latin1(made.into_iter().map(|unit| unit as u8).collect())
    } else {
        NormalizedLatin1::Utf16(made)
    }
}

/// Whether the clean-ups alone give the answer: the form leaves `text` as it is (NFC does), and folding has no U+00B5,
/// the only one that leaves Latin-1. A folded text is in NFC again, but what is in another form need not be after it.
fn stays_one_byte(text: Latin1<'_>, to: Normalization) -> bool {
    text.ascii_run_end(0) == text.len() || keeps_form(text, to) && !(to.folds_case && text.0.contains(&0xB5))
}

#[cfg(feature = "normalization")]
fn keeps_form(text: Latin1<'_>, to: Normalization) -> bool {
    to.form.is_none_or(|form| super::is_normalized(text, form))
}

#[cfg(feature = "normalization")]
fn without_form(to: Normalization) -> Normalization {
    Normalization { form: None, ..to }
}

#[cfg(not(feature = "normalization"))]
fn keeps_form(_: Latin1<'_>, _: Normalization) -> bool {
    true
}

#[cfg(not(feature = "normalization"))]
fn without_form(to: Normalization) -> Normalization {
    to
}
