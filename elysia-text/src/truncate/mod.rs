//! The beginning of a text, no longer than a limit.

use std::borrow::Cow;

use crate::text::Text;

/// What a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Unit {
    /// Bytes that the text has in UTF-8.
    Bytes,
    /// Code points.
    Characters,
    /// Extended grapheme clusters (UAX #29): what a reader takes for one character.
    #[default]
    Graphemes,
    /// Words between white space.
    Words,
    /// Columns of a terminal (UAX #11).
    Columns,
}

/// A limit, and what to show where something was cut off.
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

impl<'a> Truncation<'a> {
    /// At most `limit` times `unit`, nothing to show the cut.
    #[must_use]
    pub const fn new(limit: usize, unit: Unit) -> Self {
        Self { limit, unit, ellipsis: "" }
    }

    /// Shows a cut with `ellipsis`, which the limit includes; it is left out where it alone is longer than the limit.
    #[must_use]
    pub const fn ellipsis(self, ellipsis: &'a str) -> Self {
        Self { ellipsis, ..self }
    }

    /// Where `text` is to be cut; at its end if it is short enough.
    pub fn cut(&self, text: impl Text) -> Cut {
        Cut {
            end: text.len().min(self.limit),
            has_ellipsis: text.len() > self.limit && !self.ellipsis.is_empty(),
        }
    }

    /// `text` itself if it is short enough, or its beginning with the ellipsis.
    #[must_use]
    pub fn apply<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let cut = self.cut(text);
        let kept = &text[..cut.end];
        if cut.has_ellipsis { Cow::Owned([kept, self.ellipsis].concat()) } else { Cow::Borrowed(kept) }
    }
}

/// The longest beginning of `text` that is at most `limit` times `unit` and ends with a whole grapheme cluster.
pub fn truncate<T: Text>(text: T, limit: usize, unit: Unit) -> T {
    text.slice(0..Truncation::new(limit, unit).cut(text).end)
}
