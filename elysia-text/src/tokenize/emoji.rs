//! Emoji (UTS #51): which grapheme clusters are shown as one.

use super::window::Window;
use crate::segment::GraphemeBreaker;
use crate::tables::Grapheme;
use crate::text::Text;

const TEXT_STYLE: u32 = 0xFE0E;
const EMOJI_STYLE: u32 = 0xFE0F;
const KEYCAP: u32 = 0x20E3;

/// The end of the emoji that begins at `start`, a cluster's boundary, if one does.
///
/// It is a whole cluster, and so takes the modifiers, tags and joined emoji that belong to it. Sequences without
/// the U+FE0F that they should have (unqualified ones) are emoji where something else says so: a keycap, a modifier,
/// another emoji after a joiner.
pub(super) fn emoji_end<T: Text>(window: &Window<T>, start: usize) -> Option<usize> {
    let base = window.look(start)?;
    if !base.properties.is_emoji() {
        return None;
    }
    let is_ascii = base.code_point < 0x80;
    if is_ascii && window.ascii(base.next) < 0x80 {
        return None;
    }
    // Half a flag is none, though its property says so.
    let is_half_flag = base.properties.grapheme() == Grapheme::RegionalIndicator;
    let mut is_emoji = base.properties.is_emoji_by_itself() && !is_half_flag;
    let mut clusters = GraphemeBreaker::new();
    clusters.push(base.properties);
    let (mut at, mut before) = (base.next, base.code_point);
    while let Some(part) = window.look(at) {
        if clusters.push(part.properties) {
            break;
        }
        let is_second = at == base.next;
        match part.code_point {
            KEYCAP if is_ascii => is_emoji |= is_second || before == EMOJI_STYLE,
            _ if is_ascii => {}
            TEXT_STYLE if is_second => is_emoji = false,
            EMOJI_STYLE if is_second => is_emoji = !is_half_flag,
            _ => {
                is_emoji |= part.properties.is_emoji_modifier() && is_second && !is_half_flag
                    || is_half_flag && part.properties.grapheme() == Grapheme::RegionalIndicator
                    || part.properties.is_pictographic();
            }
        }
        (at, before) = (part.next, part.code_point);
    }
    is_emoji.then_some(at)
}
