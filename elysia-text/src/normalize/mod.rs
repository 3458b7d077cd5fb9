//! Unicode normalization forms (UAX #15), and clean-ups that come with them.
//!
//! Without the feature `normalization` there are no forms ([`Form`] and what takes one), only the clean-ups.

mod buffer;
mod clean;
#[cfg(feature = "normalization")]
mod form;
#[cfg(feature = "normalization")]
mod hangul;
mod latin1;
#[cfg(feature = "normalization")]
mod scan;
mod stream;

use alloc::borrow::Cow;
use core::ops::Range;

use crate::text::{Latin1, Text, Utf16};
use buffer::Buffer;

#[cfg(feature = "normalization")]
pub use form::{Form, is_normalized};
pub use latin1::NormalizedLatin1;
pub use stream::{Normalizer, PendingError};

/// What [`normalize`] does, in this order: strip control characters, fold case, bring to the form, collapse white
/// space, trim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Normalization {
    #[cfg(feature = "normalization")]
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
            #[cfg(feature = "normalization")]
            form: None,
            strips_controls: false,
            folds_case: false,
            collapses_white_space: false,
            trims: false,
        }
    }

    /// Only the form.
    #[cfg(feature = "normalization")]
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
    ///
    /// With a form, the text is folded in NFD and then brought to the form (the Unicode Standard, D145); NFKC and NFKD are
    /// folded once more, for `№` has capitals only there (D146). Without a form it is folded code point by code point.
    #[must_use]
    pub const fn case_fold(self) -> Self {
        Self { folds_case: true, ..self }
    }

    /// Makes one space of each run of white space (`White_Space`).
    #[must_use]
    pub const fn collapse_white_space(self) -> Self {
        Self { collapses_white_space: true, ..self }
    }

    /// Takes white space (`White_Space`) from both ends.
    #[must_use]
    pub const fn trim(self) -> Self {
        Self { trims: true, ..self }
    }

    /// What is done one after the other, before white space is cleaned up.
    fn passes(self) -> impl Iterator<Item = Pass> {
        let when = |is_wanted: bool, pass: Pass| is_wanted.then_some(pass);
        let strip = when(self.strips_controls, Pass::Strip);
        let fold = when(self.folds_case, Pass::Fold);
        #[cfg(feature = "normalization")]
        let passes = {
            let decompose = when(self.folds_case && self.form.is_some(), Pass::DecomposeToFold);
            let folds_again = |form: Form| self.folds_case && form.is_compatible();
            let form = |form| if folds_again(form) { Pass::FormToFold(form) } else { Pass::Form(form) };
            [strip, decompose, fold, self.form.map(form)]
        };
        #[cfg(not(feature = "normalization"))]
        let passes = [strip, fold];
        passes.into_iter().flatten()
    }

    /// What to keep of `text`, and what becomes of that if white space in it is to be collapsed: trimming first gives
    /// the same, and lets more texts stay as they are.
    fn clean_white_space<B: Buffer>(self, text: B::Text<'_>) -> (Range<usize>, Option<B>) {
        let range = if self.trims { clean::trimmed(text) } else { 0..text.len() };
        let kept = text.slice(range.clone());
        (range, if self.collapses_white_space { clean::collapse_white_space(kept) } else { None })
    }
}

#[cfg(feature = "normalization")]
impl From<Form> for Normalization {
    fn from(form: Form) -> Self {
        Self::new(form)
    }
}

/// One way over a whole text.
#[derive(Clone, Copy)]
enum Pass {
    Strip,
    #[cfg(feature = "normalization")]
    DecomposeToFold,
    Fold,
    #[cfg(feature = "normalization")]
    Form(Form),
    /// Where the form changes what is folded, that is folded again, and brought to the form.
    #[cfg(feature = "normalization")]
    FormToFold(Form),
}

impl Pass {
    /// What becomes of `text`; `None` if it stays as it is.
    fn run<B: Buffer>(self, text: B::Text<'_>) -> Option<B> {
        match self {
            Self::Strip => clean::strip_controls(text),
            #[cfg(feature = "normalization")]
            Self::DecomposeToFold if !clean::folds_in_context(text) => None,
            #[cfg(feature = "normalization")]
            Self::DecomposeToFold => form::to_form(text, Form::Nfd),
            Self::Fold => clean::fold_case(text),
            #[cfg(feature = "normalization")]
            Self::Form(form) => form::to_form(text, form),
            #[cfg(feature = "normalization")]
            Self::FormToFold(form) => {
                let made: B = form::to_form(text, form)?;
                let Some(folded) = clean::fold_case::<B>(made.text()) else { return Some(made) };
                Some(form::to_form(folded.text(), form).unwrap_or(folded))
            }
        }
    }

    /// All of `passes`, one after the other.
    fn run_all<B: Buffer>(passes: impl Iterator<Item = Self>, text: B::Text<'_>) -> Option<B> {
        let mut made: Option<B> = None;
        for pass in passes {
            let next = match &made {
                Some(made) => pass.run(made.text()),
                None => pass.run(text),
            };
            made = next.or(made);
        }
        made
    }
}

/// `text` in a normalization form, cleaned up as asked; borrowed when it is a part of `text`.
///
/// ```
/// # #[cfg(feature = "normalization")] {
/// use elysia_text::{Form, Normalization, normalize};
///
/// assert_eq!(normalize("cafe\u{301}", Form::Nfc), "caf\u{e9}");
/// let search = Normalization::new(Form::Nfkc).case_fold().collapse_white_space().trim();
/// assert_eq!(normalize("  The \t STRASSE and the Straße ", search), "the strasse and the strasse");
/// # }
/// ```
pub fn normalize(text: &str, to: impl Into<Normalization>) -> Cow<'_, str> {
    match apply(text, to.into()) {
        Applied::Kept(range) => Cow::Borrowed(&text[range]),
        Applied::Made(made) => Cow::Owned(made),
    }
}

/// [`normalize`] for UTF-16; lone surrogates stay as they are.
///
/// ```
/// use elysia_text::{Normalization, Utf16, normalize_utf16};
///
/// let units: Vec<u16> = "  Ünits\t".encode_utf16().collect();
/// let expected: Vec<u16> = "ünits".encode_utf16().collect();
/// assert_eq!(normalize_utf16(Utf16(&units), Normalization::none().case_fold().trim()), expected);
/// ```
pub fn normalize_utf16<'a>(text: Utf16<'a>, to: impl Into<Normalization>) -> Cow<'a, [u16]> {
    match apply(text, to.into()) {
        Applied::Kept(range) => Cow::Borrowed(&text.0[range]),
        Applied::Made(made) => Cow::Owned(made),
    }
}

/// [`normalize`] for Latin-1, which is in NFC as it is.
///
/// ```
/// use elysia_text::{Latin1, Normalization, NormalizedLatin1, normalize_latin1};
///
/// let fold = Normalization::none().case_fold();
/// assert_eq!(normalize_latin1(Latin1(b"K\xD6LN"), fold), NormalizedLatin1::Latin1(b"k\xF6ln".to_vec()));
/// // The micro sign becomes a Greek letter.
/// assert_eq!(normalize_latin1(Latin1(b"\xB5"), fold), NormalizedLatin1::Utf16(vec![0x3BC]));
/// ```
pub fn normalize_latin1<'a>(text: Latin1<'a>, to: impl Into<Normalization>) -> NormalizedLatin1<'a> {
    latin1::normalize(text, to.into())
}

/// What has become of a text.
enum Applied<B> {
    /// This part of the source.
    Kept(Range<usize>),
    Made(B),
}

fn apply<B: Buffer>(text: B::Text<'_>, to: Normalization) -> Applied<B> {
    match Pass::run_all::<B>(to.passes(), text) {
        None => match to.clean_white_space(text) {
            (_, Some(collapsed)) => Applied::Made(collapsed),
            (range, None) => Applied::Kept(range),
        },
        Some(made) => match to.clean_white_space(made.text()) {
            (_, Some(collapsed)) => Applied::Made(collapsed),
            (range, None) => Applied::Made(made.cut(range)),
        },
    }
}
