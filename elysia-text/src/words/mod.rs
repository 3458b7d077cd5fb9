//! Counting words.

mod unicode;

use core::ops::ControlFlow;

use crate::simd::is_white_space;
use crate::text::Text;
use unicode::SegmentCounter;

/// What a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Words {
    /// What stands between white space (`White_Space`), whatever it is.
    ///
    /// On printable text that is what `wc -w` of GNU coreutils counts in a locale of UTF-8. It differs in what no text
    /// should have much of: `wc` separates words at U+2060 (word joiner), not at U+0085, U+2028 and U+2029, and what has
    /// only unprintable characters is no word to it.
    #[default]
    WhiteSpace,
    /// A segment of UAX #29 that has a letter, an ideograph or a number in it; see [`crate::words`].
    Unicode,
}

/// How many words `text` has.
///
/// ```
/// use elysia_text::{Words, word_count};
///
/// assert_eq!(word_count("It costs 3.14 € — no more.", Words::WhiteSpace), 7);
/// assert_eq!(word_count("It costs 3.14 € — no more.", Words::Unicode), 5);
/// ```
pub fn word_count(text: impl Text, words: Words) -> usize {
    if words == Words::Unicode && text.ascii_run_end(0) == text.len() {
        return text.ascii_words();
    }
    let mut counter = WordCounter::new(words);
    counter.push(text);
    counter.finish()
}

/// [`word_count`] of a text that comes in pieces, which are of any length and encoding; UTF-16 may be cut within a
/// surrogate pair. Nothing of the text is held back but a surrogate.
///
/// ```
/// use elysia_text::{WordCounter, Words};
///
/// let mut counter = WordCounter::new(Words::Unicode);
/// counter.push("one, tw");
/// counter.push("o");
/// assert_eq!(counter.finish(), 2);
/// ```
#[derive(Clone, Debug)]
pub struct WordCounter(State);

#[derive(Clone, Debug)]
enum State {
    WhiteSpace {
        count: usize,
        /// Whether what has come ends inside a word.
        is_inside: bool,
    },
    Unicode(SegmentCounter),
}

impl WordCounter {
    /// Has seen nothing yet.
    #[must_use]
    pub const fn new(words: Words) -> Self {
        Self(match words {
            Words::WhiteSpace => State::WhiteSpace { count: 0, is_inside: false },
            Words::Unicode => State::Unicode(SegmentCounter::new()),
        })
    }

    /// Counts on in the next piece.
    pub fn push<T: Text>(&mut self, text: T) {
        match &mut self.0 {
            _ if text.is_empty() => {}
            State::WhiteSpace { count, is_inside } => {
                if let ControlFlow::Continue(starts) = text.word_start(*is_inside, usize::MAX) {
                    *count += starts;
                }
                *is_inside = !is_white_space(text.decode_before(text.len()).0);
            }
            State::Unicode(counter) => counter.push(text),
        }
    }

    /// How many words have come so far, if nothing follows.
    #[must_use]
    pub fn count(&self) -> usize {
        match &self.0 {
            State::WhiteSpace { count, .. } => *count,
            State::Unicode(counter) => counter.count(),
        }
    }

    /// How many words there were.
    #[must_use]
    pub fn finish(self) -> usize {
        self.count()
    }
}
