//! Segments with text and parameters, or with constraints.

use crate::constraint::{Check, Constraints};
use crate::plan::{PlanDynamic, Target};
use crate::search::{Spans, Visit};

/// The longest segment in which several parameters with constraints are looked for. It bounds their backtracking.
pub(crate) const MAX_CONSTRAINED: usize = 255;

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
                let mut split = Split { text, end, start, parts, failed: [[0; 4]; 8] };
                segment.len() <= MAX_CONSTRAINED && split.from::<FOLD>(0, start, spans, visit)
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

/// With constraints: a search that remembers where it failed.
struct Split<'a> {
    text: &'a str,
    start: usize,
    end: usize,
    parts: &'a [Part],
    /// A bit for each part and each place of the segment.
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
        for end in (at + 1..=self.end.saturating_sub(next.least + part.after.len())).rev() {
            visit.step();
            let after = end + part.after.len();
            let (word, bit) = ((after - self.start) / 64, (after - self.start) % 64);
            if same::<FOLD>(&part.after, &self.text.as_bytes()[end..after])
                && self.failed[index][word] >> bit & 1 == 0
                && holds(&self.text[at..end])
            {
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
