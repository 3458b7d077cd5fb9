//! The four forms of UAX #15.
//!
//! A text is cut before every character that does not join those before it ([`Entry::joins`]); what lies between two
//! cuts has a form of its own. Most of these segments are one character that stays, and are only read.

use std::ops::Range;

use super::buffer::Buffer;
use super::hangul;
use crate::tables::{Entry, entry};
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

/// Whether `text` is in the form: as fast as the quick check of UAX #15, but the answer is exact.
pub fn is_normalized(text: impl Text, form: Form) -> bool {
    next_change(text, 0, form.rules(), &mut Vec::new()).is_none()
}

/// `text` in the form; `None` if it is that already.
pub(super) fn to_form<B: Buffer>(text: B::Text<'_>, form: Form) -> Option<B> {
    let rules = form.rules();
    let mut segment = Vec::new();
    let mut change = next_change(text, 0, rules, &mut segment)?;
    let mut made = B::with_capacity(text.len());
    let mut copied = 0;
    loop {
        made.push_text(text.slice(copied..change.start));
        segment.iter().for_each(|classed| made.push(classed & CODE_POINT));
        copied = change.end;
        match next_change(text, copied, rules, &mut segment) {
            Some(next) => change = next,
            None => break,
        }
    }
    made.push_text(text.slice(copied..text.len()));
    Some(made)
}

/// What differs between the forms.
#[derive(Clone, Copy)]
pub(super) struct Rules {
    /// All code points below stay as they are, whatever stands before.
    plain_below: u32,
    suspect: u32,
    joins: u32,
    active: u32,
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
            suspect: Entry::suspect(number),
            joins: Entry::joins(number),
            active: Entry::active(number),
            composes: matches!(self, Self::Nfc | Self::Nfkc),
            is_compatible: matches!(self, Self::Nfkc | Self::Nfkd),
        }
    }
}

impl Rules {
    /// The first place where `text` can be cut.
    pub(super) fn first_cut<T: Text>(self, text: T) -> Option<usize> {
        let end = segment_end(text, 0, self);
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

/// The next segment at or after `from` that is not in the form; what it becomes is in `made`.
fn next_change<T: Text>(text: T, from: usize, rules: Rules, made: &mut Vec<u32>) -> Option<Range<usize>> {
    let (mut at, mut start, mut last_class) = (from, from, 0);
    while at < text.len() {
        let (code_point, next) = text.decode(at);
        if code_point < rules.plain_below {
            (start, at, last_class) = (at, next, 0);
            if code_point < 0x80 && text.unit(next).is_some_and(|unit| unit < 0x80) {
                at = text.ascii_run_end(next);
                start = at - 1;
            }
            continue;
        }
        let entry = entry(code_point);
        if !entry.has(rules.active) {
            (start, at, last_class) = (at, next, 0);
            continue;
        }
        if !entry.has(rules.suspect) && entry.class() >= last_class {
            (at, last_class) = (next, entry.class());
            continue;
        }
        if !entry.has(rules.joins) {
            start = at;
        }
        let end = segment_end(text, next, rules);
        if changes(text.slice(start..end), rules, made) {
            return Some(start..end);
        }
        (start, at, last_class) = (end, end, 0);
    }
    None
}

fn segment_end<T: Text>(text: T, mut at: usize, rules: Rules) -> usize {
    while at < text.len() {
        let (code_point, next) = text.decode(at);
        if !rules.joins(code_point) {
            break;
        }
        at = next;
    }
    at
}

/// Brings a whole segment to the form, in `made`, and says whether that is something else.
fn changes<T: Text>(segment: T, rules: Rules, made: &mut Vec<u32>) -> bool {
    made.clear();
    let mut at = 0;
    while at < segment.len() {
        let (code_point, next) = segment.decode(at);
        decompose(code_point, rules, made);
        at = next;
    }
    order(made);
    if rules.composes {
        compose(made);
    }
    !is_same(segment, made)
}

fn decompose(code_point: u32, rules: Rules, made: &mut Vec<u32>) {
    let entry = entry(code_point);
    let mapping = if rules.is_compatible { entry.compatible() } else { entry.canonical() };
    if !mapping.is_empty() {
        made.extend_from_slice(mapping);
    } else if let Some(jamo) = hangul::decompose(code_point) {
        made.extend(jamo);
    } else {
        made.push(code_point | entry.class() << 24);
    }
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
