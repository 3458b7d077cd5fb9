//! The four forms of UAX #15.
//!
//! A text is cut before every character that does not join those before it ([`Entry::joins`]); what lies between two
//! cuts has a form of its own. Most of these segments are one character that stays, and are only read.

use alloc::vec::Vec;
use core::ops::{ControlFlow, Range};

use super::buffer::Buffer;
use super::hangul;
use super::scan::{Scan, Suspect};
use crate::tables::{Entry, Inert, entry};
use crate::text::Text;

/// A Unicode normalization form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Form {
    /// Canonical composition.
    #[default]
    Nfc,
    /// Canonical decomposition.
    Nfd,
    /// Compatibility composition.
    Nfkc,
    /// Compatibility decomposition.
    Nfkd,
}

impl Form {
    pub(super) const fn is_compatible(self) -> bool {
        matches!(self, Self::Nfkc | Self::Nfkd)
    }
}

/// Whether `text` is in the form: as fast as the quick check of UAX #15, but the answer is exact.
///
/// ```
/// use elysia_text::{Form, is_normalized};
///
/// assert!(is_normalized("café", Form::Nfc));
/// assert!(!is_normalized("café", Form::Nfd));
/// ```
pub fn is_normalized(text: impl Text, form: Form) -> bool {
    let mut is_normalized = true;
    form.rules().for_each_change(text, |_, _| {
        is_normalized = false;
        ControlFlow::Break(())
    });
    is_normalized
}

/// `text` in the form; `None` if it is that already.
pub(super) fn to_form<B: Buffer>(text: B::Text<'_>, form: Form) -> Option<B> {
    let rules = form.rules();
    // Most decomposed texts are longer by less.
    let capacity = if rules.composes { text.len() } else { text.len() + text.len() / 2 };
    let mut made: Option<B> = None;
    let mut copied = 0;
    rules.for_each_change(text, |range, segment| {
        let made = made.get_or_insert_with(|| B::with_capacity(capacity));
        if copied < range.start {
            made.push_text(text.slice(copied..range.start));
        }
        segment.iter().for_each(|classed| made.push(classed & CODE_POINT));
        copied = range.end;
        ControlFlow::Continue(())
    });
    let mut made = made?;
    made.push_text(text.slice(copied..text.len()));
    Some(made)
}

/// What differs between the forms.
#[derive(Clone, Copy)]
pub(super) struct Rules {
    /// All code points below stay as they are, whatever stands before.
    plain_below: u32,
    number: u32,
    active: u32,
    suspect: u32,
    joins: u32,
    /// Not in the decomposed form that belongs to this one.
    decomposes: u32,
    composes: bool,
    is_compatible: bool,
}

impl Form {
    pub(super) const fn rules(self) -> Rules {
        let (number, plain_below) = match self {
            Self::Nfc => (0, 0x300),
            Self::Nfd => (1, 0xC0),
            Self::Nfkc => (2, 0xA0),
            Self::Nfkd => (3, 0xA0),
        };
        Rules {
            plain_below,
            number,
            active: Entry::active(number),
            suspect: Entry::suspect(number),
            joins: Entry::joins(number),
            decomposes: Entry::suspect(number | 1),
            composes: matches!(self, Self::Nfc | Self::Nfkc),
            is_compatible: matches!(self, Self::Nfkc | Self::Nfkd),
        }
    }
}

impl Rules {
    pub(super) fn inert(self) -> &'static Inert {
        Inert::of(self.number)
    }

    #[inline]
    pub(super) fn is_active(self, entry: Entry) -> bool {
        entry.has(self.active)
    }

    #[inline]
    pub(super) fn is_suspect(self, entry: Entry) -> bool {
        entry.has(self.suspect)
    }

    /// The segments that are not in the form, and what they become.
    fn for_each_change<T: Text>(
        self,
        text: T,
        mut change: impl FnMut(Range<usize>, &[u32]) -> ControlFlow<()>,
    ) {
        let (mut few, mut buffer) = ([0; 3], Vec::new());
        // Where what was last dealt with ends.
        let mut settled = 0;
        let mut scan = Scan::new(self, text);
        while let Some(Suspect { at, end: next, code_point, entry, last_class }) = scan.next() {
            let start = if entry.has(self.joins) { self.segment_start(text, settled..at) } else { at };
            let made;
            if !self.composes
                && start == at
                && (scan.is_inert_at(next) || !self.joins_at(text, next))
                && let Some(decomposed) = self.decompose_one(code_point, entry, &mut few)
            {
                (settled, made) = (next, decomposed);
            } else if self.composes
                && start < at
                && last_class == 0
                && let Some((end, length)) = self.compose_few(text, start, at, &mut few)
            {
                (settled, made) = (end, &few[..length]);
            } else {
                settled = self.segment_end(text, next);
                let segment = text.slice(start..settled);
                self.rewrite(segment, &mut buffer);
                made = if is_same(segment, &buffer) { &[] } else { &buffer };
            }
            if !made.is_empty() && change(start..settled, made).is_break() {
                return;
            }
            scan.resume(settled);
        }
    }

    /// What a character becomes that decomposes by itself.
    #[inline]
    fn decompose_one(self, code_point: u32, entry: Entry, few: &mut [u32; 3]) -> Option<&[u32]> {
        if hangul::is_syllable(code_point) {
            return hangul::decompose(code_point, few);
        }
        let mapping = self.mapping(entry);
        (!mapping.is_empty()).then_some(mapping)
    }

    /// The short way for a character at `start` that composes with those that follow from `at` on: where these end, and
    /// how many characters are in `few` then, 0 if all stay. `None` if it takes the long way.
    #[inline]
    fn compose_few<T: Text>(
        self,
        text: T,
        start: usize,
        at: usize,
        few: &mut [u32; 3],
    ) -> Option<(usize, usize)> {
        let (mut starter, _) = text.decode(start);
        let mut last_class = entry(starter).canonical().last().map_or(0, |classed| class(*classed));
        let (mut end, mut is_same) = (at, true);
        loop {
            let (code_point, next) = text.decode(end);
            let entry = entry(code_point);
            if entry.has(self.decomposes) || entry.class() < last_class && entry.class() != 0 {
                return None;
            }
            end = next;
            let goes_on = self.joins_at(text, next);
            let composite = if entry.has(self.suspect) { composite(starter, code_point) } else { None };
            match composite {
                Some(composite) => {
                    (starter, last_class, is_same) = (composite, entry.class(), false);
                    if goes_on {
                        continue;
                    }
                    few[0] = starter;
                    return Some((end, 1));
                }
                None if goes_on => return None,
                None if is_same => return Some((end, 0)),
                None => {
                    (few[0], few[1]) = (starter, code_point);
                    return Some((end, 2));
                }
            }
        }
    }

    /// Brings a whole segment to the form.
    fn rewrite<T: Text>(self, segment: T, made: &mut Vec<u32>) {
        made.clear();
        let mut at = 0;
        while at < segment.len() {
            let (code_point, next) = segment.decode(at);
            let entry = entry(code_point);
            let mapping = self.mapping(entry);
            if !mapping.is_empty() {
                made.extend_from_slice(mapping);
            } else if let Some(jamo) = hangul::decompose(code_point, &mut [0; 3]) {
                made.extend_from_slice(jamo);
            } else {
                made.push(code_point | entry.class() << 24);
            }
            at = next;
        }
        order(made);
        if self.composes {
            compose(made);
        }
    }

    #[inline]
    fn mapping(self, entry: Entry) -> &'static [u32] {
        if self.is_compatible { entry.compatible() } else { entry.canonical() }
    }

    /// The first place where `text` can be cut.
    pub(super) fn first_cut<T: Text>(self, text: T) -> Option<usize> {
        let end = self.segment_end(text, 0);
        (end < text.len()).then_some(end)
    }

    /// The last place where `text` can be cut; its end if there is none.
    pub(super) fn last_cut<T: Text>(self, text: T) -> usize {
        let mut end = text.len();
        while end > 0 {
            let (code_point, start) = text.decode_before(end);
            if !self.joins(code_point) {
                return start;
            }
            end = start;
        }
        text.len()
    }

    /// Where the segment begins that reaches to the end of `range`, at its start if that joins as well.
    fn segment_start<T: Text>(self, text: T, range: Range<usize>) -> usize {
        let mut start = range.end;
        while start > range.start {
            let (code_point, before) = text.decode_before(start);
            start = before;
            if !self.joins(code_point) {
                break;
            }
        }
        start
    }

    fn segment_end<T: Text>(self, text: T, mut at: usize) -> usize {
        while self.joins_at(text, at) {
            at = text.decode(at).1;
        }
        at
    }

    #[inline]
    fn joins_at<T: Text>(self, text: T, at: usize) -> bool {
        at < text.len() && self.joins(text.decode(at).0)
    }

    /// Whether `code_point` may change with those before it, or they with it.
    #[inline]
    fn joins(self, code_point: u32) -> bool {
        code_point >= self.plain_below && entry(code_point).has(self.joins)
    }
}

/// Code points of a segment carry their combining class in the upper 8 bits.
const CODE_POINT: u32 = 0x1F_FFFF;

const fn class(classed: u32) -> u32 {
    classed >> 24
}

/// The Canonical Ordering Algorithm (the Unicode Standard, D109).
fn order(segment: &mut [u32]) {
    for run in segment.chunk_by_mut(|_, next| class(*next) != 0) {
        // Stable; of class 0 there is only the first.
        run.sort_by_key(|classed| class(*classed));
    }
}

/// The Canonical Composition Algorithm (the Unicode Standard, D117).
fn compose(segment: &mut Vec<u32>) {
    let mut starter = None;
    let mut kept = 0;
    for at in 0..segment.len() {
        let classed = segment[at];
        if let Some(starter) = starter {
            let is_blocked = kept > starter + 1 && class(segment[kept - 1]) >= class(classed);
            if !is_blocked && let Some(composite) = composite(segment[starter], classed & CODE_POINT) {
                segment[starter] = composite;
                continue;
            }
        }
        if class(classed) == 0 {
            starter = Some(kept);
        }
        segment[kept] = classed;
        kept += 1;
    }
    segment.truncate(kept);
}

#[inline]
fn composite(first: u32, second: u32) -> Option<u32> {
    hangul::compose(first, second).or_else(|| entry(first).compose(second))
}

fn is_same<T: Text>(segment: T, made: &[u32]) -> bool {
    let mut at = 0;
    for classed in made {
        if at == segment.len() {
            return false;
        }
        let (code_point, next) = segment.decode(at);
        if code_point != classed & CODE_POINT {
            return false;
        }
        at = next;
    }
    at == segment.len()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::segment::tests::Counted;

    #[test]
    fn the_cost_is_linear_whatever_the_text_is() {
        const PARTS: [&str; 14] = [
            "a",
            "é",
            "\u{301}",
            "\u{323}",
            "\u{345}",
            "\u{344}",
            "\u{1100}",
            "\u{1161}",
            "\u{11a8}",
            "가",
            "\u{16d63}",
            "\u{16d67}",
            "\u{16d68}",
            "\u{fb2c}",
        ];
        for (first, second) in PARTS.iter().flat_map(|first| PARTS.map(|second| (first, second))) {
            for text in [format!("{first}{}", second.repeat(2_000)), format!("{first}{second}").repeat(1_000)]
            {
                for form in [Form::Nfc, Form::Nfd, Form::Nfkc, Form::Nfkd] {
                    let steps = Cell::new(0);
                    form.rules().for_each_change(Counted(&text, &steps), |_, _| ControlFlow::Continue(()));
                    let (steps, length) = (steps.get(), text.chars().count());
                    assert!(
                        steps <= 10 * length,
                        "{form:?} of {first:?}, {second:?}: {steps} steps, {length} long"
                    );
                }
            }
        }
    }
}
