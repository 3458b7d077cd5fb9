//! Truncation of a text that comes in pieces.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::Truncation;
use super::meter::Meter;
use crate::held::Held;
use crate::text::{Text, Utf16};

/// [`Truncation::apply`] for a text that comes in pieces, cut anywhere.
///
/// Holds back what is not known to be kept: mostly a grapheme cluster and as much as the ellipsis would replace, never
/// more than about 65,536 bytes beyond that. A longer cluster may be split by a limit in bytes, characters or words.
///
/// ```
/// use elysia_text::{Truncation, Truncator, Unit};
///
/// let mut out = String::new();
/// let mut truncator = Truncator::new(Truncation::new(6, Unit::Graphemes).ellipsis("…"));
/// for piece in ["Grü", "ße aus", " Köln"] {
///     if !truncator.push(piece, &mut out) {
///         break;
///     }
/// }
/// truncator.finish(&mut out);
/// assert_eq!(out, "Grüße…");
/// ```
#[derive(Clone, Debug)]
pub struct Truncator<B = String> {
    ellipsis: B,
    meter: Meter,
    /// What has come from where `meter` is sure.
    pending: B,
    /// The first unit of what may become a surrogate pair.
    high_surrogate: Option<u16>,
    is_cut: bool,
}

impl Truncator {
    /// For UTF-8; has seen nothing yet.
    #[must_use]
    pub fn new(truncation: Truncation<'_>) -> Self {
        Self::with(truncation, truncation.ellipsis.to_owned())
    }

    /// Takes the next piece and appends what is kept for sure to `out`. False once the text has been cut: the ellipsis
    /// is in `out` then, and nothing more is wanted.
    pub fn push(&mut self, text: &str, out: &mut String) -> bool {
        self.take(text, out)
    }

    /// Appends what was held back, if the text has not been cut.
    pub fn finish(self, out: &mut String) {
        out.push_str(&self.pending);
    }
}

impl Truncator<Vec<u16>> {
    /// For UTF-16; has seen nothing yet.
    #[must_use]
    pub fn utf16(truncation: Truncation<'_>) -> Self {
        Self::with(truncation, truncation.ellipsis.encode_utf16().collect())
    }

    /// As [`Truncator::push`]; a piece may end between the surrogates of a pair.
    pub fn push(&mut self, mut units: &[u16], out: &mut Vec<u16>) -> bool {
        if let (Some(high), Some((first, rest))) = (self.high_surrogate, units.split_first()) {
            self.high_surrogate = None;
            if (0xDC00..=0xDFFF).contains(first) {
                self.take(Utf16(&[high, *first]), out);
                units = rest;
            } else {
                self.take(Utf16(&[high]), out);
            }
        }
        if let Some((high @ 0xD800..=0xDBFF, before)) = units.split_last() {
            self.high_surrogate = Some(*high);
            units = before;
        }
        self.take(Utf16(units), out)
    }

    /// Appends what was held back, if the text has not been cut.
    pub fn finish(mut self, out: &mut Vec<u16>) {
        if let Some(high) = self.high_surrogate.take() {
            self.take(Utf16(&[high]), out);
        }
        out.extend(self.pending);
    }
}

impl<B: Held> Truncator<B> {
    fn with(truncation: Truncation<'_>, ellipsis: B) -> Self {
        let limits = truncation.limits();
        Self {
            ellipsis: if limits.has_ellipsis { ellipsis } else { B::default() },
            meter: Meter::new(truncation.unit, limits),
            pending: B::default(),
            high_surrogate: None,
            is_cut: false,
        }
    }

    fn take(&mut self, text: B::Text<'_>, out: &mut B) -> bool {
        if self.is_cut {
            return false;
        }
        let (start, piece_start) = (self.meter.sure(), self.meter.at());
        let (end, is_cut) = match self.meter.measure(text) {
            ControlFlow::Continue(()) => (self.meter.sure(), false),
            ControlFlow::Break(end) => (end, true),
        };
        if end < piece_start {
            out.append(self.pending.text().slice(0..end - start));
            self.pending.remove_first(end - start);
            self.pending.append(text);
        } else {
            out.append(self.pending.text());
            out.append(text.slice(0..end - piece_start));
            self.pending = B::default();
            self.pending.append(text.slice(end - piece_start..text.len()));
        }
        if is_cut {
            self.pending = B::default();
            out.append(self.ellipsis.text());
        }
        self.is_cut = is_cut;
        !is_cut
    }
}
