//! The beginning of a text, no longer than a limit.

mod meter;
mod stream;
#[cfg(test)]
mod tests;
mod width;

use std::borrow::Cow;
use std::ops::ControlFlow;

use crate::segment::{is_grapheme_boundary, previous_grapheme_boundary};
use crate::simd::is_white_space;
use crate::text::Text;
use meter::{LONGEST_PENDING, Meter};
pub use stream::Truncator;
pub use width::{grapheme_count, width};

/// What a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Unit {
    /// Bytes that the text has in UTF-8, whatever it is in; a lone surrogate has three, as U+FFFD, which stands for it
    /// there.
    Bytes,
    /// Code points; a lone surrogate is one.
    Characters,
    /// Extended grapheme clusters (UAX #29): what a reader takes for one character.
    #[default]
    Graphemes,
    /// Words between white space.
    Words,
    /// Columns of a terminal, as [`width`] counts them.
    Columns,
}

/// A limit, and what to show where something was cut off.
///
/// What is kept always ends with a whole grapheme cluster, whatever the limit counts. With [`Unit::Words`] it ends with the
/// last word, without the white space after it; a text of no more words keeps what white space it has.
///
/// What is looked at is what is kept, what else could still be within the limit, and one cluster; after the last word
/// also white space. For [`Unit::Bytes`] UTF-8 is only looked at around the limit.
///
/// So that a stream ([`Truncator`]) need not hold back more and cuts at the same place, a text is not looked at for more
/// than 65,536 bytes of UTF-8 that may be kept or not, depending on what follows: it is cut before them. That many marks on
/// one letter beyond the limit less the ellipsis can do that, controls that have no columns, or white space after the
/// last word.
///
/// ```
/// use elysia_text::{Truncation, Unit};
///
/// let title = Truncation::new(10, Unit::Columns).ellipsis("…");
/// assert_eq!(title.apply("Grüße aus Köln"), "Grüße aus…");
/// assert_eq!(title.apply("東京からのご挨拶"), "東京から…");
/// assert_eq!(title.apply("Grüße"), "Grüße");
/// assert_eq!(Truncation::new(2, Unit::Words).ellipsis(" …").apply("one  two  three"), "one  two …");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Truncation<'a> {
    limit: usize,
    unit: Unit,
    ellipsis: &'a str,
}

/// Where a text is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    /// What is kept ends here, in units of the text.
    pub end: usize,
    /// Whether the ellipsis follows.
    pub has_ellipsis: bool,
}

/// How long what is kept may be.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// Without ellipsis.
    limit: usize,
    /// Before the ellipsis.
    budget: usize,
    has_ellipsis: bool,
}

impl<'a> Truncation<'a> {
    /// At most `limit` times `unit`, nothing to show the cut.
    #[must_use]
    pub const fn new(limit: usize, unit: Unit) -> Self {
        Self { limit, unit, ellipsis: "" }
    }

    /// Shows a cut with `ellipsis`, which the limit includes, but for one in words; it is left out where it alone is
    /// longer than the limit. It should not begin with what joins the character before it, such as an accent.
    #[must_use]
    pub const fn ellipsis(self, ellipsis: &'a str) -> Self {
        Self { ellipsis, ..self }
    }

    /// Where `text` is to be cut; at its end if it is short enough.
    pub fn cut<T: Text>(&self, text: T) -> Cut {
        // What a unit can have at most: a Latin-1 or UTF-16 unit is three bytes, one of UTF-16 two columns.
        let most = match self.unit {
            Unit::Characters | Unit::Graphemes | Unit::Words => 1,
            Unit::Columns => 2,
            Unit::Bytes => 3,
        };
        let whole = Cut { end: text.len(), has_ellipsis: false };
        if text.len() <= self.limit / most {
            return whole;
        }
        let limits = self.limits();
        let end = match self.unit {
            Unit::Bytes if T::IS_UTF8 => (text.len() > limits.limit).then(|| floor(text, limits.budget)),
            Unit::Bytes => end_of_code_points(text, limits, true),
            Unit::Characters => end_of_code_points(text, limits, false),
            Unit::Words => end_of_words(text, limits.limit),
            Unit::Graphemes | Unit::Columns => Meter::new(self.unit, limits).measure(text).break_value(),
        };
        end.map_or(whole, |end| Cut { end, has_ellipsis: limits.has_ellipsis })
    }

    /// `text` itself if it is short enough, or its beginning with the ellipsis.
    #[must_use]
    pub fn apply<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let cut = self.cut(text);
        let kept = &text[..cut.end];
        if cut.has_ellipsis { Cow::Owned([kept, self.ellipsis].concat()) } else { Cow::Borrowed(kept) }
    }

    fn limits(&self) -> Limits {
        let len = match self.unit {
            Unit::Bytes => self.ellipsis.len(),
            Unit::Characters => self.ellipsis.chars().count(),
            Unit::Graphemes => grapheme_count(self.ellipsis),
            Unit::Columns => width(self.ellipsis),
            Unit::Words => 0,
        };
        let has_ellipsis = !self.ellipsis.is_empty() && len <= self.limit;
        Limits {
            limit: self.limit,
            budget: if has_ellipsis { self.limit - len } else { self.limit },
            has_ellipsis,
        }
    }
}

/// The longest beginning of `text` that is at most `limit` times `unit` and ends with a whole grapheme cluster; with
/// [`Unit::Words`], with a word.
///
/// ```
/// use elysia_text::{Unit, truncate};
///
/// assert_eq!(truncate("👩‍🚀 to 🌍", 3, Unit::Graphemes), "👩‍🚀 t");
/// assert_eq!(truncate("👩‍🚀 to 🌍", 10, Unit::Bytes), "");
/// ```
pub fn truncate<T: Text>(text: T, limit: usize, unit: Unit) -> T {
    text.slice(0..Truncation::new(limit, unit).cut(text).end)
}

/// Where to cut a text whose code points count as bytes of UTF-8, or as 1; `None` if it is within the limit.
fn end_of_code_points<T: Text>(text: T, limits: Limits, as_bytes: bool) -> Option<usize> {
    let (end, left) = skip_code_points(text, 0, limits.budget, as_bytes);
    let (within, _) = skip_code_points(text, end, left + (limits.limit - limits.budget), as_bytes);
    (within < text.len()).then(|| floor(text, end))
}

/// As far as a budget reaches from `at` on, and what is left of it.
fn skip_code_points<T: Text>(text: T, mut at: usize, mut budget: usize, as_bytes: bool) -> (usize, usize) {
    while at < text.len() {
        let (code_point, next) = text.decode(at);
        let Some(left) = budget.checked_sub(if as_bytes { utf8_len(code_point) } else { 1 }) else {
            break;
        };
        (at, budget) = (next, left);
        if code_point < 0x80 && budget > 0 {
            let ascii_end = text.ascii_end(at..text.len().min(at.saturating_add(budget)));
            (at, budget) = (ascii_end, budget - (ascii_end - at));
        }
    }
    (at, budget)
}

/// Where to cut after the last word that is within the limit; `None` if no word is beyond it.
fn end_of_words<T: Text>(text: T, limit: usize) -> Option<usize> {
    let beyond = match text.word_start(false, limit) {
        ControlFlow::Break(beyond) => Some(beyond),
        ControlFlow::Continue(count) if count < limit => return None,
        ControlFlow::Continue(_) => None,
    };
    let (mut end, mut white_space) = (beyond.unwrap_or(text.len()), 0);
    while end > 0
        && let (code_point, start) = text.decode_before(end)
        && is_white_space(code_point)
    {
        end = start;
        white_space += utf8_len(code_point);
    }
    (beyond.is_some() || white_space > LONGEST_PENDING).then(|| floor(text, end))
}

/// The last boundary of grapheme clusters up to `at`.
fn floor<T: Text>(text: T, mut at: usize) -> usize {
    const CONTINUATION: std::ops::Range<u32> = 0x80..0xC0;
    while T::IS_UTF8 && text.unit(at).is_some_and(|unit| CONTINUATION.contains(&unit)) {
        at -= 1;
    }
    if is_grapheme_boundary(text, at) { at } else { previous_grapheme_boundary(text, at).unwrap_or(0) }
}

/// Bytes of a code point in UTF-8; of a surrogate those of U+FFFD.
#[inline]
fn utf8_len(code_point: u32) -> usize {
    match code_point {
        0..0x80 => 1,
        0x80..0x800 => 2,
        0x800..0x1_0000 => 3,
        _ => 4,
    }
}
