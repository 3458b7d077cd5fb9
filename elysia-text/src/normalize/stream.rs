//! Normalization of a text that comes in chunks.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::buffer::Buffer;
use super::{Normalization, Pass, clean};
use crate::text::{Text, Utf16};

/// [`normalize`](super::normalize()) for a text in chunks, with the same answer wherever it was cut.
///
/// A character can change with those that follow, so the last ones of a chunk are held back: those since the last
/// character that does not join what stands before it, commonly a letter with its marks, and white space that may turn
/// out to be the end. One encoding is to be used for all chunks of a text.
///
/// ```
/// use elysia_text::{Normalization, Normalizer};
///
/// let mut normalizer = Normalizer::new(Normalization::none().collapse_white_space().trim());
/// let mut text = String::new();
/// normalizer.push("  from the ", &mut text)?;
/// normalizer.push(" network\r\n", &mut text)?;
/// normalizer.finish(&mut text);
/// assert_eq!(text, "from the network");
/// # Ok::<(), elysia_text::PendingError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Normalizer {
    to: Normalization,
    /// Code points since the last place where the text can be cut, before folding and the form.
    pending: Vec<u32>,
    /// The first unit of what may become a surrogate pair.
    high_surrogate: Option<u16>,
    /// White space that is written when something follows; one space if it is collapsed.
    space: Vec<u32>,
    /// Nothing but white space was there yet.
    is_at_start: bool,
}

/// More would have to be held back than [`Normalizer::MOST_PENDING`] code points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PendingError {
    /// A character has so many combining marks.
    Marks,
    /// A run of white space is so long, which is to be trimmed if nothing follows.
    WhiteSpace,
}

impl fmt::Display for PendingError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (run, advice) = match self {
            Self::Marks => {
                ("characters that combine with one another", "text of people has a few dozen at most")
            }
            Self::WhiteSpace => {
                ("white space that may be the end", "collapse it, or trim the whole text instead")
            }
        };
        let most = Normalizer::MOST_PENDING;
        write!(formatter, "expected no more than {most} code points in a run of {run}, found more; {advice}")
    }
}

impl core::error::Error for PendingError {}

impl Normalizer {
    /// How many code points are held back at most, besides those of one chunk.
    pub const MOST_PENDING: usize = 16_384;

    /// At the beginning of a text.
    pub fn new(to: impl Into<Normalization>) -> Self {
        let to = to.into();
        Self { to, pending: Vec::new(), high_surrogate: None, space: Vec::new(), is_at_start: true }
    }

    /// Appends to `to` what is certain once `chunk` is there.
    ///
    /// # Errors
    ///
    /// If more is held back than [`Self::MOST_PENDING`]. Nothing is lost, but no further chunk is taken.
    pub fn push(&mut self, chunk: &str, to: &mut String) -> Result<(), PendingError> {
        self.check()?;
        self.without_controls(chunk, |normalizer, piece| normalizer.push_piece(piece, to));
        self.check()
    }

    /// [`Self::push`] for UTF-16; a chunk may end in the middle of a surrogate pair.
    ///
    /// # Errors
    ///
    /// As [`Self::push`].
    pub fn push_utf16(&mut self, chunk: &[u16], to: &mut Vec<u16>) -> Result<(), PendingError> {
        self.check()?;
        self.without_controls(Utf16(chunk), |normalizer, piece| normalizer.push_units(piece.0, to));
        self.check()
    }

    /// Appends what was held back, at the end of the text.
    pub fn finish(mut self, to: &mut String) {
        self.write_rest(to);
    }

    /// [`Self::finish`] for UTF-16.
    pub fn finish_utf16(mut self, to: &mut Vec<u16>) {
        if let Some(high) = self.high_surrogate.take() {
            self.push_piece(Utf16(&[high]), to);
        }
        self.write_rest(to);
    }

    fn check(&self) -> Result<(), PendingError> {
        if self.pending.len() > Self::MOST_PENDING {
            return Err(PendingError::Marks);
        }
        if self.space.len() > Self::MOST_PENDING {
            return Err(PendingError::WhiteSpace);
        }
        Ok(())
    }

    /// Control characters are taken out before anything else sees what they stood between.
    fn without_controls<T: Text>(&mut self, chunk: T, mut push: impl FnMut(&mut Self, T)) {
        let mut at = 0;
        while self.to.strips_controls
            && let Some(controls) = clean::next_run(chunk, at, clean::is_stripped)
        {
            push(self, chunk.slice(at..controls.start));
            at = controls.end;
        }
        push(self, chunk.slice(at..chunk.len()));
    }

    fn push_units(&mut self, mut units: &[u16], to: &mut Vec<u16>) {
        let Some(&first) = units.first() else { return };
        if let Some(high) = self.high_surrogate.take() {
            if first & 0xFC00 == 0xDC00 {
                self.push_piece(Utf16(&[high, first]), to);
                units = &units[1..];
            } else {
                self.push_piece(Utf16(&[high]), to);
            }
        }
        if let [rest @ .., last] = units
            && last & 0xFC00 == 0xD800
        {
            self.high_surrogate = Some(*last);
            units = rest;
        }
        self.push_piece(Utf16(units), to);
    }

    #[cfg(feature = "normalization")]
    fn push_piece<B: Buffer>(&mut self, text: B::Text<'_>, to: &mut B) {
        let Some(form) = self.to.form else {
            return self.transform(text, to);
        };
        let rules = form.rules();
        let Some(first) = rules.first_cut(text) else {
            return self.hold(text);
        };
        self.hold(text.slice(0..first));
        self.write_pending(to);
        let last = rules.last_cut(text);
        self.transform(text.slice(first..last), to);
        self.hold(text.slice(last..text.len()));
    }

    #[cfg(not(feature = "normalization"))]
    fn push_piece<B: Buffer>(&mut self, text: B::Text<'_>, to: &mut B) {
        self.transform(text, to);
    }

    #[cfg(feature = "normalization")]
    fn hold<T: Text>(&mut self, text: T) {
        extend(&mut self.pending, text);
    }

    fn write_rest<B: Buffer>(&mut self, to: &mut B) {
        self.write_pending(to);
        if !self.to.trims {
            self.write_space(to);
        }
    }

    fn write_pending<B: Buffer>(&mut self, to: &mut B) {
        let mut text = B::with_capacity(self.pending.len());
        self.pending.drain(..).for_each(|code_point| text.push(code_point));
        self.transform(text.text(), to);
    }

    /// Folds and brings to the form what can be cut off on both sides.
    fn transform<B: Buffer>(&mut self, text: B::Text<'_>, to: &mut B) {
        let passes = self.to.passes().filter(|pass| !matches!(pass, Pass::Strip));
        match Pass::run_all::<B>(passes, text) {
            Some(made) => self.write(made.text(), to),
            None => self.write(text, to),
        }
    }

    fn write<B: Buffer>(&mut self, text: B::Text<'_>, to: &mut B) {
        if !self.to.trims && !self.to.collapses_white_space {
            return to.push_text(text);
        }
        let range = clean::trimmed(text);
        self.hold_space(text.slice(0..range.start));
        if range.is_empty() {
            return;
        }
        self.write_space(to);
        self.is_at_start = false;
        self.hold_space(text.slice(range.end..text.len()));
        let text = text.slice(range);
        match self.to.collapses_white_space.then(|| clean::collapse_white_space::<B>(text)).flatten() {
            Some(made) => to.push_text(made.text()),
            None => to.push_text(text),
        }
    }

    fn hold_space<T: Text>(&mut self, space: T) {
        // What stands at the beginning is never written if it is trimmed.
        if space.is_empty() || self.to.trims && self.is_at_start {
            return;
        }
        if self.to.collapses_white_space {
            self.space.clear();
            self.space.push(0x20);
        } else {
            extend(&mut self.space, space);
        }
    }

    fn write_space<B: Buffer>(&mut self, to: &mut B) {
        self.space.drain(..).for_each(|code_point| to.push(code_point));
    }
}

fn extend<T: Text>(code_points: &mut Vec<u32>, text: T) {
    let mut at = 0;
    while at < text.len() {
        let (code_point, next) = text.decode(at);
        code_points.push(code_point);
        at = next;
    }
}
