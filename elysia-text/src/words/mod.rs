//! Counting words.

use crate::simd::is_white_space;
use crate::text::Text;

/// What a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Words {
    /// What stands between white space (`White_Space`), as `wc -w` counts.
    #[default]
    WhiteSpace,
    /// A segment of UAX #29 that has a letter or a number in it.
    Unicode,
}

/// How many words `text` has.
pub fn word_count(text: impl Text, words: Words) -> usize {
    let mut counter = WordCounter::new(words);
    counter.push(text);
    counter.finish()
}

/// [`word_count`] of a text that comes in pieces, which may be of any length and encoding.
#[derive(Clone, Copy, Debug)]
pub struct WordCounter {
    words: Words,
    count: usize,
    /// Whether what has come ends inside a word.
    is_inside: bool,
}

impl WordCounter {
    /// Has seen nothing yet.
    #[must_use]
    pub const fn new(words: Words) -> Self {
        Self { words, count: 0, is_inside: false }
    }

    /// Counts on in the next piece.
    pub fn push(&mut self, text: impl Text) {
        if text.is_empty() {
            return;
        }
        self.count += text.word_starts(self.is_inside);
        self.is_inside = !is_white_space(text.decode_before(text.len()).0);
    }

    /// How many words have come, of which the last may go on.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.count
    }

    /// How many words there were.
    #[must_use]
    pub const fn finish(self) -> usize {
        self.count
    }
}
