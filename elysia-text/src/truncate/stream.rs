//! Truncation of a text that comes in pieces.

use std::ops::ControlFlow;

use super::Truncation;
use super::meter::Meter;

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
pub struct Truncator<'a> {
    ellipsis: &'a str,
    meter: Meter,
    /// What has come from where `meter` is sure.
    pending: String,
    is_cut: bool,
}

impl<'a> Truncator<'a> {
    /// Has seen nothing yet.
    #[must_use]
    pub fn new(truncation: Truncation<'a>) -> Self {
        let limits = truncation.limits();
        Self {
            ellipsis: if limits.has_ellipsis { truncation.ellipsis } else { "" },
            meter: Meter::new(truncation.unit, limits),
            pending: String::new(),
            is_cut: false,
        }
    }

    /// Takes the next piece and appends what is kept for sure to `out`. False once the text has been cut: the ellipsis
    /// is in `out` then, and nothing more is wanted.
    pub fn push(&mut self, text: &str, out: &mut String) -> bool {
        if self.is_cut {
            return false;
        }
        let (start, piece_start) = (self.meter.sure(), self.meter.at());
        let (end, is_cut) = match self.meter.measure(text) {
            ControlFlow::Continue(()) => (self.meter.sure(), false),
            ControlFlow::Break(end) => (end, true),
        };
        if end < piece_start {
            out.extend(self.pending.drain(..end - start));
            self.pending.push_str(text);
        } else {
            let (kept, rest) = text.split_at(end - piece_start);
            out.push_str(&self.pending);
            out.push_str(kept);
            self.pending.clear();
            self.pending.push_str(rest);
        }
        if is_cut {
            self.pending = String::new();
            out.push_str(self.ellipsis);
        }
        self.is_cut = is_cut;
        !is_cut
    }

    /// Appends what was held back, if the text has not been cut.
    pub fn finish(self, out: &mut String) {
        out.push_str(&self.pending);
    }
}
