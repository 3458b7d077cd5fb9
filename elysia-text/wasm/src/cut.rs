//! Truncation of a text of which only the beginning may be there.

use elysia_text::{Text, Truncation, Unit, Utf16, truncate};

/// The beginning of the text does not tell.
pub(crate) const MORE: u32 = u32::MAX;

/// In the order of `core.js`.
const UNITS: [Unit; 5] = [Unit::Graphemes, Unit::Bytes, Unit::Characters, Unit::Words, Unit::Columns];

pub(crate) fn cut(text: &[u16], all: bool, limit: usize, unit: usize, ellipsis: &[u16]) -> u32 {
    let (text, unit) = (Utf16(text), UNITS[unit % UNITS.len()]);
    if !all && !is_decided(text, limit, unit) {
        return MORE;
    }
    let ellipsis = String::from_utf16_lossy(ellipsis);
    let cut = Truncation::new(limit, unit).ellipsis(&ellipsis).cut(text);
    (cut.end as u32) << 1 | u32::from(cut.has_ellipsis)
}

/// Whether the text is cut at the same place whatever follows this beginning: what is kept ends before the beginning does,
/// and so does the cluster behind it, the first that is too much.
fn is_decided(text: Utf16<'_>, limit: usize, unit: Unit) -> bool {
    // Of a surrogate pair the half is no character yet.
    let is_half = text.0.last().is_some_and(|last| last & 0xFC00 == 0xD800);
    let text = text.slice(0..text.len() - usize::from(is_half));
    let kept = truncate(text, limit, unit).len();
    let rest = text.slice(kept..text.len());
    truncate(rest, 1, Unit::Graphemes).len() < rest.len()
}
