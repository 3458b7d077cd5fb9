//! Truncation of a text of which only the beginning may be there.

use elysia_text::{Text, Unit, Utf16, truncate};

/// The beginning of the text does not tell.
pub(crate) const MORE: u32 = u32::MAX;

/// In the order of `core.js`.
const UNITS: [Unit; 5] = [Unit::Graphemes, Unit::Bytes, Unit::Characters, Unit::Words, Unit::Columns];

/// What `Truncation::cut` gives, with an ellipsis in UTF-16: that of UTF-8 would come with all that measures UTF-8.
pub(crate) fn cut(text: &[u16], all: bool, limit: usize, unit: usize, ellipsis: &[u16]) -> u32 {
    let (text, ellipsis, unit) = (Utf16(text), Utf16(ellipsis), UNITS[unit % UNITS.len()]);
    let end = truncate(text, limit, unit).len();
    if !all && !is_decided(text, end) {
        return MORE;
    }
    let is_cut = end < text.len() && !ellipsis.is_empty();
    match limit.checked_sub(size(ellipsis, limit, unit)) {
        Some(budget) if is_cut => (truncate(text, budget, unit).len() as u32) << 1 | 1,
        _ => (end as u32) << 1,
    }
}

/// How much of a limit the ellipsis takes; more than `limit` if it is longer. In words it takes nothing.
fn size(ellipsis: Utf16<'_>, limit: usize, unit: Unit) -> usize {
    let fits = |limit: usize| unit == Unit::Words || truncate(ellipsis, limit, unit).len() == ellipsis.len();
    // Three bytes a unit are the most.
    let (mut least, mut most) = (0, limit.min(3 * ellipsis.len()) + 1);
    while least < most {
        let middle = least.midpoint(most);
        if fits(middle) { most = middle } else { least = middle + 1 }
    }
    least
}

/// Whether the text is cut at `end` whatever follows this beginning of it: what is kept ends before the beginning does, and
/// so does the cluster behind it, the first that is too much.
fn is_decided(text: Utf16<'_>, end: usize) -> bool {
    // Of a surrogate pair the half is no character yet.
    let is_half = text.0.last().is_some_and(|last| last & 0xFC00 == 0xD800);
    let known = text.len() - usize::from(is_half);
    end < known && {
        let rest = text.slice(end..known);
        truncate(rest, 1, Unit::Graphemes).len() < rest.len()
    }
}
