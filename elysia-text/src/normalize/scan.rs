//! The way through what stays as it is: most of a text is passed over in blocks of 64 units.

use crate::tables::{Entry, Inert, entry};
use crate::text::Text;

use super::form::Rules;

/// The characters of a text, one after the other, that may change, or make those before them change.
pub(super) struct Scan<T> {
    rules: Rules,
    inert: &'static Inert,
    text: T,
    /// Where the units begin that `candidates` has a bit for.
    block: usize,
    /// Where a character may begin that is not inert.
    candidates: u64,
}

impl<T: Text> Scan<T> {
    pub(super) fn new(rules: Rules, text: T) -> Self {
        let inert = rules.inert();
        let (block, candidates) = text.candidates(0, inert);
        Self { rules, inert, text, block, candidates }
    }

    /// Whether it is known that the character at `at`, behind the last one that was given, is inert.
    #[inline]
    pub(super) fn is_inert_at(&self, at: usize) -> bool {
        let passed = at - self.block;
        passed < 64 && self.candidates >> passed & 1 == 0
    }

    /// Goes on behind what was dealt with, where the text can be cut.
    #[inline]
    pub(super) fn resume(&mut self, at: usize) {
        match at.checked_sub(self.block) {
            Some(passed @ 0..64) => self.candidates &= u64::MAX << passed,
            _ => (self.block, self.candidates) = self.text.candidates(at, self.inert),
        }
    }
}

/// A character that may change, or make those before it change.
pub(super) struct Suspect {
    pub(super) at: usize,
    pub(super) end: usize,
    pub(super) code_point: u32,
    pub(super) entry: Entry,
    /// The combining class of the character before.
    pub(super) last_class: u32,
}

impl<T: Text> Iterator for Scan<T> {
    type Item = Suspect;

    #[inline(always)]
    fn next(&mut self) -> Option<Suspect> {
        // Where the last mark ends, and its class.
        let (mut end, mut last_class) = (0, 0);
        loop {
            while self.candidates != 0 {
                let at = self.block + self.candidates.trailing_zeros() as usize;
                self.candidates &= self.candidates - 1;
                let (code_point, next) = self.text.decode(at);
                let entry = entry(code_point);
                if !self.rules.is_active(entry) {
                    continue;
                }
                if at != end {
                    last_class = 0;
                }
                if self.rules.is_suspect(entry) || entry.class() < last_class {
                    return Some(Suspect { at, end: next, code_point, entry, last_class });
                }
                (end, last_class) = (next, entry.class());
            }
            if self.block >= self.text.len() {
                return None;
            }
            (self.block, self.candidates) = self.text.candidates(self.block + 64, self.inert);
        }
    }
}
