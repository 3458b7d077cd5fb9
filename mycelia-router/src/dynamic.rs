//! Segments with text and parameters, or with constraints.

use crate::constraint::{Check, Constraints};
use crate::plan::{PlanDynamic, Target};
use crate::search::{Spans, Visit};

/// In a segment of up to so many bytes, several parameters with constraints are looked for at all places.
const SHORT: usize = 255;

/// In a longer one the texts between them may occur so often. Either way the bound is on the pairs of places between which a
/// constraint is asked, each of which may read the whole segment: what holds is the caller's to say, and nothing follows
/// from one pair for another.
const FEW_PLACES: usize = 16;

/// A segment with text and parameters, or with constraints, ready to be matched.
#[derive(Clone)]
pub(crate) struct Dynamic {
    prefix: Box<[u8]>,
    suffix: Box<[u8]>,
    /// Each but the last has text after it.
    parts: Box<[Part]>,
    constrained: bool,
    /// The bytes that a segment has at least.
    least: usize,
    pub(crate) target: Target,
}

#[derive(Clone)]
struct Part {
    check: Option<Check>,
    after: Box<[u8]>,
    /// The bytes that this part and those after it take at least, without the suffix.
    least: usize,
}

impl Dynamic {
    pub(crate) fn new(plan: &PlanDynamic, constraints: &Constraints) -> Self {
        let mut parts: Box<[Part]> = plan
            .parameters
            .iter()
            .map(|parameter| Part {
                check: parameter.constraint.as_deref().and_then(|constraint| constraints.get(constraint)),
                after: parameter.after.as_bytes().into(),
                least: 0,
            })
            .collect();
        let suffix = parts.last_mut().map(|last| std::mem::take(&mut last.after)).unwrap_or_default();
        let mut least = 0;
        for part in parts.iter_mut().rev() {
            least += 1 + part.after.len();
            part.least = least;
        }
        let prefix: Box<[u8]> = plan.prefix.as_bytes().into();
        let constrained = parts.iter().any(|part| part.check.is_some());
        least += prefix.len() + suffix.len();
        Self { prefix, suffix, parts, constrained, least, target: plan.target }
    }

    /// Matches the segment from `start` to `end` and pushes what its parameters took. The first takes as much as it can,
    /// then the second, and so on.
    pub(crate) fn take<const FOLD: bool>(
        &self,
        text: &str,
        (start, end): (usize, usize),
        spans: &mut Spans,
        visit: &mut impl Visit,
    ) -> bool {
        let segment = &text.as_bytes()[start..end];
        visit.step();
        if segment.len() < self.least
            || !same::<FOLD>(&self.prefix, &segment[..self.prefix.len()])
            || !same::<FOLD>(&self.suffix, &segment[segment.len() - self.suffix.len()..])
        {
            return false;
        }
        let (start, end) = (start + self.prefix.len(), end - self.suffix.len());
        match &self.parts[..] {
            [only] => {
                spans.push(start, end);
                only.check.as_ref().is_none_or(|check| check.holds(&text[start..end]))
            }
            parts if self.constrained => {
                let few = segment.len() <= SHORT
                    || has_few_places::<FOLD>(parts, &text.as_bytes()[start..end], visit);
                let mut split = Split { text, end, parts, failed: [[0; 4]; 8] };
                few && split.from::<FOLD>(0, start, spans, visit)
            }
            parts => last_places::<FOLD>(parts, text.as_bytes(), (start, end), spans, visit),
        }
    }
}

/// Without constraints: each text as far to the right as those after it allow, which gives the most to what stands before.
fn last_places<const FOLD: bool>(
    parts: &[Part],
    text: &[u8],
    (start, mut end): (usize, usize),
    spans: &mut Spans,
    visit: &mut impl Visit,
) -> bool {
    let first = spans.len();
    parts.iter().for_each(|_| spans.push(0, 0));
    for index in (1..parts.len()).rev() {
        let after = &parts[index - 1].after;
        // At least a byte stands behind the text, and what comes before it needs its bytes too.
        let lowest = start + 1 + parts[0].least - parts[index - 1].least;
        let highest = end - 1 - after.len();
        let found = (lowest..=highest).rev().find(|at| {
            visit.step();
            same::<FOLD>(after, &text[*at..at + after.len()])
        });
        let Some(at) = found else { return false };
        spans.set(first + index, at + after.len(), end);
        end = at;
    }
    spans.set(first, start, end);
    true
}

/// Whether the texts between the parameters occur at no more than `FEW_PLACES`, all of them together.
fn has_few_places<const FOLD: bool>(parts: &[Part], text: &[u8], visit: &mut impl Visit) -> bool {
    let mut left = FEW_PLACES;
    for Part { after, .. } in &parts[..parts.len() - 1] {
        for place in text.windows(after.len()) {
            visit.step();
            if same::<FOLD>(after, place) {
                if left == 0 {
                    return false;
                }
                left -= 1;
            }
        }
    }
    true
}

/// With constraints: a search that remembers where it failed.
struct Split<'a> {
    text: &'a str,
    end: usize,
    parts: &'a [Part],
    /// A bit for each part and each place where the text after it is, counted from the right.
    failed: [[u64; 4]; 8],
}

impl Split<'_> {
    fn from<const FOLD: bool>(
        &mut self,
        index: usize,
        at: usize,
        spans: &mut Spans,
        visit: &mut impl Visit,
    ) -> bool {
        let part = &self.parts[index];
        let holds = |text: &str| part.check.as_ref().is_none_or(|check| check.holds(text));
        let Some(next) = self.parts.get(index + 1) else {
            visit.step();
            spans.push(at, self.end);
            return holds(&self.text[at..self.end]);
        };
        let mark = spans.len();
        let mut place = 0;
        // Wherever the part begins, the first place is the last one that leaves enough for the others.
        for end in (at + 1..=self.end.saturating_sub(next.least + part.after.len())).rev() {
            visit.step();
            let after = end + part.after.len();
            if !same::<FOLD>(&part.after, &self.text.as_bytes()[end..after]) {
                continue;
            }
            let (word, bit) = (place / 64, place % 64);
            place += 1;
            if self.failed[index][word] >> bit & 1 == 0 && holds(&self.text[at..end]) {
                spans.push(at, end);
                if self.from::<FOLD>(index + 1, after, spans, visit) {
                    return true;
                }
                spans.truncate(mark);
                self.failed[index][word] |= 1 << bit;
            }
        }
        false
    }
}

#[inline]
fn same<const FOLD: bool>(own: &[u8], other: &[u8]) -> bool {
    if FOLD { own.eq_ignore_ascii_case(other) } else { own == other }
}
