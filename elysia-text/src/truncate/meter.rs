//! Measures a text code point by code point, until it is longer than a limit.

use std::ops::ControlFlow;

use super::width::{ClusterWidth, is_printable};
use super::{Limits, Unit, utf8_len};
use crate::segment::GraphemeBreaker;
use crate::simd::is_white_space;
use crate::tables::properties;
use crate::text::Text;

/// So many bytes of UTF-8 are looked at, and held back by a stream, while it is not known whether they are kept.
pub(super) const LONGEST_PENDING: usize = 1 << 16;

/// Looking for printable ASCII pays where at least so much fits.
const LONG: usize = 8;

/// What is known of a text whose beginning has come.
#[derive(Clone, Debug)]
pub(super) struct Meter {
    unit: Unit,
    limits: Limits,
    breaker: GraphemeBreaker,
    /// What the clusters before the last one count; for words, all of them.
    before: usize,
    /// What the last cluster counts so far.
    last: usize,
    columns: ClusterWidth,
    is_in_word: bool,
    /// The end of what has come, in units of the text.
    at: usize,
    /// Where the text is cut if it is too long.
    kept: usize,
    /// What is before is kept, whatever comes.
    sure: usize,
    /// Bytes of UTF-8 from `sure` to `at`.
    pending: usize,
}

impl Meter {
    pub(super) fn new(unit: Unit, limits: Limits) -> Self {
        Self {
            unit,
            limits,
            breaker: GraphemeBreaker::new(),
            before: 0,
            last: 0,
            columns: ClusterWidth::default(),
            is_in_word: false,
            at: 0,
            kept: 0,
            sure: 0,
            pending: 0,
        }
    }

    pub(super) const fn at(&self) -> usize {
        self.at
    }

    pub(super) const fn sure(&self) -> usize {
        self.sure
    }

    /// Measures what comes next; where the text is to be cut if it is longer than the limit now.
    pub(super) fn measure<T: Text>(&mut self, text: T) -> ControlFlow<usize> {
        let mut at = match self.unit {
            Unit::Graphemes | Unit::Columns => self.push_clusters(text),
            Unit::Bytes | Unit::Characters | Unit::Words => 0,
        };
        while at < text.len() {
            let (code_point, next) = text.decode(at);
            self.push(code_point, next - at)?;
            at = next;
            let room = self.limits.budget.saturating_sub(self.before + self.last);
            if is_printable(code_point) && room >= LONG && self.unit != Unit::Words {
                let end = text.printable_end(at..text.len().min(at.saturating_add(room)));
                if end > at {
                    self.push_printable(end - at, text.decode(end - 1).0);
                    at = end;
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// Measures as many clusters as are kept in any case, what is most of them: what [`Self::push`] would do, but asking
    /// little. Returns where they end.
    fn push_clusters<T: Text>(&mut self, text: T) -> usize {
        let most = if self.unit == Unit::Columns { ClusterWidth::MOST } else { 1 };
        let Some(last_start) = self.limits.budget.checked_sub(most).filter(|start| self.before <= *start)
        else {
            return 0;
        };
        // In locals, which the compiler keeps in registers.
        let (mut breaker, mut before, mut columns) = (self.breaker, self.before, self.columns);
        let mut last = self.last;
        let mut at = 0;
        while at < text.len() {
            let (code_point, next) = text.decode(at);
            let properties = properties(code_point);
            let mut after = breaker;
            if after.push(properties) {
                if before + last > last_start {
                    break;
                }
                before += last;
                columns = ClusterWidth::default();
            }
            breaker = after;
            last = 1;
            if most > 1 {
                columns.push(code_point, properties);
                last = columns.columns();
            }
            at = next;
            if is_printable(code_point) && last_start.saturating_sub(before) >= LONG {
                let end = text.printable_end(at..text.len().min(at.saturating_add(last_start - before)));
                if end > at {
                    before += end - at;
                    columns = ClusterWidth::of(text.decode(end - 1).0);
                    at = end;
                }
            }
        }
        (self.breaker, self.before, self.last, self.columns) = (breaker, before, last, columns);
        self.at += at;
        (self.kept, self.sure, self.pending) = (self.at, self.at, 0);
        at
    }

    fn push(&mut self, code_point: u32, units: usize) -> ControlFlow<usize> {
        let properties = properties(code_point);
        if self.breaker.push(properties) {
            self.before += self.last;
            (self.last, self.columns) = (0, ClusterWidth::default());
            self.keep_to(self.at);
        }
        match self.unit {
            Unit::Bytes => self.last += utf8_len(code_point),
            Unit::Characters => self.last += 1,
            Unit::Graphemes => self.last = 1,
            Unit::Columns => {
                self.columns.push(code_point, properties);
                self.last = self.columns.columns();
            }
            Unit::Words => {
                let is_in_word = !is_white_space(code_point);
                self.before += usize::from(is_in_word && !self.is_in_word);
                self.is_in_word = is_in_word;
            }
        }
        if self.before + self.last > self.limits.limit {
            return ControlFlow::Break(self.kept);
        }
        self.at += units;
        self.pending += utf8_len(code_point);
        let most = match self.unit {
            Unit::Graphemes => Some(1),
            Unit::Columns => Some(ClusterWidth::MOST),
            Unit::Bytes | Unit::Characters | Unit::Words => None,
        };
        if most.is_some_and(|most| self.before.saturating_add(most) <= self.limits.budget) {
            (self.sure, self.pending) = (self.at, 0);
        }
        if self.pending > LONGEST_PENDING { self.decide() } else { ControlFlow::Continue(()) }
    }

    /// A run of printable ASCII after another such character, all of which fit.
    fn push_printable(&mut self, len: usize, last: u32) {
        self.before += len;
        if self.unit == Unit::Columns {
            self.columns = ClusterWidth::of(last);
        }
        self.at += len;
        self.keep_to(self.at - 1);
        self.pending = 1;
    }

    /// Notes a boundary of clusters, if the text up to there is within the budget.
    fn keep_to(&mut self, boundary: usize) {
        let fits = match self.unit {
            Unit::Words => self.before < self.limits.budget || self.is_in_word,
            _ => self.before <= self.limits.budget,
        };
        if fits {
            (self.kept, self.sure, self.pending) = (boundary, boundary, 0);
        }
    }

    /// Too much is pending. If it is in one cluster and fits so far, rather that may be split than nothing be kept.
    #[cold]
    fn decide(&mut self) -> ControlFlow<usize> {
        let is_kept = match self.unit {
            Unit::Graphemes | Unit::Columns => false,
            Unit::Words => self.before < self.limits.budget || self.is_in_word,
            Unit::Bytes | Unit::Characters => self.before + self.last <= self.limits.budget,
        };
        if !is_kept {
            return ControlFlow::Break(self.kept);
        }
        (self.kept, self.sure, self.pending) = (self.at, self.at, 0);
        ControlFlow::Continue(())
    }
}
