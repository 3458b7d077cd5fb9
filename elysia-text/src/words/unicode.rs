//! Counting the words of UAX #29: the state machine of [`crate::segment`], and whole runs of ASCII at once.

use crate::segment::WordBreaker;
use crate::tables::{Properties, WordBreak, properties};
use crate::text::Text;

/// A run of ASCII shorter than this is not worth looking for.
const LONG: usize = 32;

/// Counts segments that have a letter or a number in them.
#[derive(Clone, Debug)]
pub(super) struct SegmentCounter {
    breaker: WordBreaker,
    /// Words whose end is known.
    count: usize,
    /// Whether there is a letter or a number in what has come since the last boundary.
    is_word: bool,
    /// The same of what is before and after the boundary that was deferred last.
    is_word_before: bool,
    is_word_after: bool,
    /// The first half of what may be a surrogate pair.
    high_surrogate: Option<u32>,
}

impl SegmentCounter {
    pub(super) const fn new() -> Self {
        Self {
            breaker: WordBreaker::new(),
            count: 0,
            is_word: false,
            is_word_before: false,
            is_word_after: false,
            high_surrogate: None,
        }
    }

    pub(super) fn push<T: Text>(&mut self, text: T) {
        if text.is_empty() {
            return;
        }
        let (mut at, mut end) = (0, text.len());
        if let Some(high) = self.high_surrogate.take() {
            let (low, next) = text.decode(0);
            if let 0xDC00..0xE000 = low {
                self.step(0x10000 + ((high - 0xD800) << 10 | (low - 0xDC00)));
                at = next;
            } else {
                self.step(high);
            }
        }
        if at < end
            && let (high @ 0xD800..0xDC00, start) = text.decode_before(end)
        {
            (self.high_surrogate, end) = (Some(high), start);
        }
        self.count_in(text.slice(at..end));
    }

    /// An unpaired surrogate at the end is a segment of its own, but no word.
    pub(super) fn count(&self) -> usize {
        self.count + self.open_words(self.breaker.is_deferring())
    }

    fn count_in<T: Text>(&mut self, text: T) {
        let mut at = 0;
        while at < text.len() {
            at = self.step_to_ascii(text, at);
            let end = text.ascii_run_end(at);
            at = if end - at < LONG { self.step_all(text, at, end) } else { self.count_ascii(text, at, end) };
        }
    }

    /// Goes on to what may be a long run of ASCII or the end; returns where that is.
    fn step_to_ascii<T: Text>(&mut self, text: T, mut at: usize) -> usize {
        // A copy, which the compiler keeps in registers.
        let mut counter = self.clone();
        while at < text.len() && !(is_ascii(text, at) && is_ascii(text, at + LONG)) {
            let (code_point, next) = text.decode(at);
            let class = counter.step(code_point);
            at = next;
            // Letters and marks after a letter change nothing: there is no need to ask the machine, which takes longer.
            while class == WordBreak::Letter && at < text.len() {
                let (code_point, next) = text.decode(at);
                let properties = properties(code_point);
                if !matches!(properties.word(), WordBreak::Letter | WordBreak::Extend) {
                    break;
                }
                counter.see(properties);
                at = next;
            }
        }
        *self = counter;
        at
    }

    /// Counts in the ASCII from `start` to `end` as far as what follows may matter; returns how far that is.
    fn count_ascii<T: Text>(&mut self, text: T, start: usize, end: usize) -> usize {
        let is_between = |at: &usize| is_between_words(text.unit(*at).unwrap_or(0));
        let Some(first) = (start..end).find(is_between) else {
            return self.step_all(text, start, end);
        };
        let last = (first..end).rfind(is_between).unwrap_or(first);
        self.step_all(text, start, first + 1);
        if last > first {
            self.count += text.slice(first + 1..last).ascii_words();
            // Nothing before it matters to what follows, and it is no word.
            self.step_all(text, last, last + 1);
        }
        last + 1
    }

    fn step_all<T: Text>(&mut self, text: T, start: usize, end: usize) -> usize {
        let mut counter = self.clone();
        let mut at = start;
        while at < end {
            let (code_point, next) = text.decode(at);
            counter.step(code_point);
            at = next;
        }
        *self = counter;
        at
    }

    #[inline]
    fn step(&mut self, code_point: u32) -> WordBreak {
        let properties = properties(code_point);
        let step = self.breaker.push(properties);
        if step.is_break() {
            self.count += self.open_words(step.breaks_deferred());
            self.is_word = false;
        } else if step.is_deferral() {
            self.is_word_before = self.is_word;
            self.is_word_after = false;
        }
        self.see(properties);
        properties.word()
    }

    #[inline]
    fn see(&mut self, properties: Properties) {
        self.is_word |= properties.is_word_like();
        self.is_word_after |= properties.is_word_like();
    }

    /// Words since the last boundary, which end here.
    #[inline]
    fn open_words(&self, breaks_deferred: bool) -> usize {
        if breaks_deferred {
            usize::from(self.is_word_before) + usize::from(self.is_word_after)
        } else {
            usize::from(self.is_word)
        }
    }
}

#[inline]
fn is_ascii<T: Text>(text: T, at: usize) -> bool {
    text.unit(at).is_some_and(|unit| unit < 0x80)
}

/// Of ASCII: what stands for itself or between words, whatever is beside it.
fn is_between_words(unit: u32) -> bool {
    const MAY_JOIN: u128 = {
        let (mut set, mut at) = (1 << b'_', 0);
        let marks = b".':,;\"";
        while at < marks.len() {
            set |= 1 << marks[at];
            at += 1;
        }
        at = 0;
        while at < 26 {
            set |= 1 << (b'a' + at as u8) | 1 << (b'A' + at as u8);
            at += 1;
        }
        set | 0x3FF << b'0'
    };
    MAY_JOIN >> unit & 1 == 0
}
