//! The clean-ups: each reads as far as the text stays as it is, and only then copies.

use core::ops::Range;

use super::buffer::Buffer;
use crate::tables::{Folding, folding, properties};
use crate::text::Text;

/// `Cc` that is no `White_Space`.
pub(super) const fn is_stripped(code_point: u32) -> bool {
    matches!(code_point, 0x00..=0x08 | 0x0E..=0x1F | 0x7F..=0x84 | 0x86..=0x9F)
}

#[inline]
pub(super) fn is_white_space(code_point: u32) -> bool {
    /// A bit for each: no branch, for where words end cannot be foreseen.
    const ASCII: u64 = 0b1_1111 << 0x09 | 1 << 0x20;
    match code_point {
        0x00..0x80 => (code_point < 64) & (ASCII >> (code_point % 64) & 1 != 0),
        _ => properties(code_point).is_white_space(),
    }
}

/// Without control characters; `None` if there are none.
pub(super) fn strip_controls<B: Buffer>(text: B::Text<'_>) -> Option<B> {
    let mut run = next_run(text, 0, is_stripped)?;
    let mut made = B::with_capacity(text.len());
    made.push_text(text.slice(0..run.start));
    loop {
        let next = next_run(text, run.end, is_stripped);
        let kept_end = next.as_ref().map_or(text.len(), |next| next.start);
        made.push_text(text.slice(run.end..kept_end));
        match next {
            Some(next) => run = next,
            None => return Some(made),
        }
    }
}

/// With one space for each run of white space; `None` if it is so.
pub(super) fn collapse_white_space<B: Buffer>(text: B::Text<'_>) -> Option<B> {
    let mut made: Option<B> = None;
    let (mut copied, mut at, mut is_after_space) = (0, 0, false);
    while at < text.len() {
        let (code_point, next) = text.decode(at);
        let is_space = is_white_space(code_point);
        if !(is_space & ((code_point != 0x20) | is_after_space)) {
            (at, is_after_space) = (next, is_space);
            continue;
        }
        let made = made.get_or_insert_with(|| B::with_capacity(text.len()));
        made.push_text(text.slice(copied..at));
        if !is_after_space {
            made.push(0x20);
        }
        copied = at + leading_white_space(text.slice(at..text.len()));
        (at, is_after_space) = (copied, false);
    }
    let mut made = made?;
    made.push_text(text.slice(copied..text.len()));
    Some(made)
}

/// With cases folded; `None` if they are.
pub(super) fn fold_case<B: Buffer>(text: B::Text<'_>) -> Option<B> {
    let mut at = unfolded(text)?;
    let mut made = B::with_capacity(text.len());
    made.push_text(text.slice(0..at));
    while at < text.len() {
        let (code_point, next) = text.decode(at);
        if code_point < 0x80 {
            let end = text.ascii_run_end(next);
            made.push_ascii_lowercase(text.slice(at..end));
            at = end;
        } else {
            folding(code_point).for_each(|folded| made.push(folded));
            at = next;
        }
    }
    Some(made)
}

/// Where the first code point is that folding changes.
fn unfolded<T: Text>(text: T) -> Option<usize> {
    let mut at = 0;
    while at < text.len() {
        let (code_point, next) = text.decode(at);
        let is_folded = match code_point {
            0x00..0x80 => !matches!(code_point, 0x41..0x5B),
            _ => folding(code_point) == Folding::One(code_point),
        };
        if !is_folded {
            return Some(at);
        }
        at = next;
    }
    None
}

/// Whether folding depends on how `text` is decomposed: U+0345, and what has it in its decomposition, folds to a letter
/// that marks do not move across.
#[cfg(feature = "normalization")]
pub(super) fn folds_in_context<T: Text>(text: T) -> bool {
    let mut at = 0;
    while at < text.len() {
        let (code_point, next) = text.decode(at);
        if is_folded_in_context(code_point) {
            return true;
        }
        at = if code_point < 0x80 { text.ascii_run_end(at) } else { next };
    }
    false
}

/// With some of Greek Extended that does not.
#[cfg(feature = "normalization")]
const fn is_folded_in_context(code_point: u32) -> bool {
    matches!(code_point, 0x345 | 0x1F80..=0x1FFF)
}

/// `text` but for white space at both ends.
pub(super) fn trimmed<T: Text>(text: T) -> Range<usize> {
    let start = leading_white_space(text);
    let mut end = text.len();
    while end > start {
        let (code_point, before) = text.decode_before(end);
        if !is_white_space(code_point) {
            break;
        }
        end = before;
    }
    start..end
}

fn leading_white_space<T: Text>(text: T) -> usize {
    let mut at = 0;
    while at < text.len() {
        let (code_point, next) = text.decode(at);
        if !is_white_space(code_point) {
            break;
        }
        at = next;
    }
    at
}

/// The next run at or after `from` of code points that `is_in` takes.
#[inline]
pub(super) fn next_run<T: Text>(text: T, from: usize, is_in: impl Fn(u32) -> bool) -> Option<Range<usize>> {
    let mut at = from;
    while at < text.len() {
        let (code_point, next) = text.decode(at);
        if is_in(code_point) {
            let mut end = next;
            while end < text.len() {
                let (code_point, next) = text.decode(end);
                if !is_in(code_point) {
                    break;
                }
                end = next;
            }
            return Some(at..end);
        }
        at = next;
    }
    None
}

#[cfg(all(test, feature = "normalization"))]
mod tests {
    use super::super::{Form, normalize};
    use super::*;

    /// Then it is so for texts of them too: marks fold to themselves, so that it is all the same when they are moved.
    #[test]
    fn other_characters_fold_as_their_decompositions_do() {
        for char in (0..0x11_0000).filter(|char| !is_folded_in_context(*char)).filter_map(char::from_u32) {
            let text = char.to_string();
            let decomposed = normalize(&text, Form::Nfd);
            let folded = |text: &str| fold_case(text).unwrap_or_else(|| text.to_owned());
            assert_eq!(
                normalize(&folded(&text), Form::Nfd),
                normalize(&folded(&decomposed), Form::Nfd),
                "U+{:04X}",
                u32::from(char)
            );
            assert!(
                crate::tables::entry(char.into()).class() == 0 || folded(&text) == text,
                "U+{:04X}",
                u32::from(char)
            );
        }
    }
}
