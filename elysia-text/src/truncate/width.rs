//! How many columns and grapheme clusters a text has.

use crate::segment::GraphemeBreaker;
use crate::tables::{Grapheme, Properties, properties};
use crate::text::Text;

/// How many columns of a terminal `text` takes: the sum of those of its grapheme clusters.
///
/// A cluster takes 0, 1 or 2: those of its first code point that takes any (UAX #11: wide and full-width characters take
/// 2, ambiguous ones 1; marks, format and control characters none, so neither do tabs and line feeds). Flags, emoji
/// sequences with U+200D, and what U+FE0F or a skin tone makes an emoji take 2. Terminals differ in the latter; U+FE0E
/// changes nothing.
///
/// ```
/// assert_eq!(elysia_text::width("Köln"), 4);
/// assert_eq!(elysia_text::width("東京"), 4);
/// assert_eq!(elysia_text::width("👩‍🚀🇫🇮☎\u{fe0f}\n"), 6);
/// ```
pub fn width<T: Text>(text: T) -> usize {
    let (mut at, mut columns) = (0, 0);
    let (mut breaker, mut cluster) = (GraphemeBreaker::new(), ClusterWidth::default());
    while at < text.len() {
        let (code_point, next) = text.decode(at);
        let properties = properties(code_point);
        if breaker.push(properties) {
            columns += cluster.columns();
            cluster = ClusterWidth::default();
        }
        cluster.push(code_point, properties);
        at = next;
        if is_printable(code_point) {
            let end = text.printable_end(at..text.len());
            if end > at {
                columns += end - at;
                cluster = ClusterWidth::of(text.decode(end - 1).0);
                at = end;
            }
        }
    }
    columns + cluster.columns()
}

/// How many extended grapheme clusters `text` has.
///
/// ```
/// assert_eq!(elysia_text::grapheme_count("e\u{301}\r\n🇫🇮"), 3);
/// ```
pub fn grapheme_count<T: Text>(text: T) -> usize {
    let (mut at, mut count) = (0, 0);
    let mut breaker = GraphemeBreaker::new();
    while at < text.len() {
        let (code_point, next) = text.decode(at);
        count += usize::from(breaker.push(properties(code_point)));
        at = next;
        if is_printable(code_point) {
            let end = text.printable_end(at..text.len());
            count += end - at;
            at = end;
        }
    }
    count
}

/// U+0020 to U+007E: after one of these the next is a cluster of one column, and the state of the rules is the same.
#[inline]
pub(super) fn is_printable(code_point: u32) -> bool {
    matches!(code_point, 0x20..=0x7E)
}

/// The columns of a grapheme cluster, code point by code point; they never become fewer.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ClusterWidth {
    columns: usize,
    /// Of the first code point that takes any: whether it is an emoji, or one half of a flag.
    is_emoji: bool,
    is_flag: bool,
    is_after_joiner: bool,
}

impl ClusterWidth {
    /// The most that a cluster takes.
    pub(super) const MOST: usize = 2;

    pub(super) fn of(code_point: u32) -> Self {
        let mut width = Self::default();
        width.push(code_point, properties(code_point));
        width
    }

    #[inline]
    pub(super) fn push(&mut self, code_point: u32, properties: Properties) {
        const EMOJI_PRESENTATION: u32 = 0xFE0F;
        let is_flag = properties.grapheme() == Grapheme::RegionalIndicator;
        if self.columns == 0 {
            self.columns = properties.width();
            (self.is_emoji, self.is_flag) = (properties.is_emoji(), is_flag);
        } else if self.columns < Self::MOST
            && (self.is_emoji && (code_point == EMOJI_PRESENTATION || properties.is_emoji_modifier())
                || self.is_after_joiner && properties.is_pictographic()
                || self.is_flag && is_flag)
        {
            self.columns = Self::MOST;
        }
        self.is_after_joiner = properties.grapheme() == Grapheme::Joiner;
    }

    #[inline]
    pub(super) const fn columns(self) -> usize {
        self.columns
    }
}
