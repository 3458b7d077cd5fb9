//! Words of a text in memory.

use core::iter::FusedIterator;

#[cfg(not(target_arch = "wasm32"))]
use super::ascii::AsciiSegments;
use super::word_breaker::WordBreaker;
use crate::tables::properties;
use crate::text::Text;

/// A part of a text between two word boundaries: a word, or what is between words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WordSegment<T> {
    /// The part itself, which lies in the text.
    pub text: T,
    /// Where it begins, in units of the text.
    pub start: usize,
    /// Whether there is a letter, an ideograph or a number in it.
    pub is_word_like: bool,
}

/// The word segments of a text; see [`words`].
#[derive(Clone, Debug)]
pub struct WordSegments<T> {
    text: T,
    start: usize,
    #[cfg(not(target_arch = "wasm32"))]
    ascii: AsciiSegments,
    /// The code point at `start`, if it has been looked at already.
    ahead: Option<Ahead>,
}

/// The first code point of a segment.
#[derive(Clone, Copy, Debug)]
struct Ahead {
    end: usize,
    breaker: WordBreaker,
    is_word_like: bool,
}

/// The segments of `text` between word boundaries (UAX #29), in order, which together are the text.
///
/// Linear in the length of the text, whatever it is; a segment may have any length. A lone surrogate is a segment, with
/// the marks after it. Without a dictionary, letters of Thai and ideographs are words of their own.
///
/// ```
/// let segments: Vec<_> = elysia_text::words("It's 3.14, ok").map(|segment| segment.text).collect();
/// assert_eq!(segments, ["It's", " ", "3.14", ",", " ", "ok"]);
/// assert_eq!(elysia_text::words("It's 3.14, ok").filter(|segment| segment.is_word_like).count(), 3);
/// ```
pub fn words<T: Text>(text: T) -> WordSegments<T> {
    WordSegments {
        text,
        start: 0,
        #[cfg(not(target_arch = "wasm32"))]
        ascii: AsciiSegments::default(),
        ahead: None,
    }
}

impl<T: Text> WordSegments<T> {
    /// What has not been taken yet.
    pub fn as_text(&self) -> T {
        self.text.slice(self.start..self.text.len())
    }

    /// Where the segment ends that begins at `start`, and whether it is word-like.
    // Apart, so that what is done for most segments of ASCII is inlined.
    #[inline(never)]
    fn look(&mut self) -> (usize, bool) {
        // In WebAssembly size counts for more.
        #[cfg(not(target_arch = "wasm32"))]
        if self.text.unit(self.start).is_some_and(|unit| unit < 0x80) {
            self.ascii = AsciiSegments::at(self.text, self.start);
            if let Some(segment) = self.ascii.next() {
                self.ahead = None;
                return segment;
            }
        }
        let (end, is_word_like, ahead) = segment_end(self.text, self.start, self.ahead);
        self.ahead = ahead;
        (end, is_word_like)
    }
}

impl<T: Text> Iterator for WordSegments<T> {
    type Item = WordSegment<T>;

    #[inline]
    fn next(&mut self) -> Option<WordSegment<T>> {
        if self.start == self.text.len() {
            return None;
        }
        let start = self.start;
        #[cfg(not(target_arch = "wasm32"))]
        let known = self.ascii.next();
        #[cfg(target_arch = "wasm32")]
        let known = None;
        let (end, is_word_like) = known.unwrap_or_else(|| self.look());
        self.start = end;
        Some(WordSegment { text: self.text.slice(start..end), start, is_word_like })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let units = self.text.len() - self.start;
        (usize::from(units > 0), Some(units))
    }
}

impl<T: Text> FusedIterator for WordSegments<T> {}

/// Where the segment ends that begins at `start`, whether it is word-like, and what has been looked at after it.
///
/// A segment that ended where its end had been deferred makes the next one look at the same code points again, but
/// that one defers nothing: none is looked at more than three times.
fn segment_end<T: Text>(text: T, start: usize, ahead: Option<Ahead>) -> (usize, bool, Option<Ahead>) {
    let Ahead { end: mut at, mut breaker, mut is_word_like } = ahead.unwrap_or_else(|| first(text, start));
    let mut deferred = (start, false, None);
    while at < text.len() {
        let (code_point, end) = text.decode(at);
        let properties = properties(code_point);
        let step = breaker.push(properties);
        if !step.is_join() {
            if step.breaks_deferred() {
                return deferred;
            }
            if step.is_break() {
                return (
                    at,
                    is_word_like,
                    Some(Ahead { end, breaker, is_word_like: properties.is_word_like() }),
                );
            }
            deferred = (at, is_word_like, None);
        }
        is_word_like |= properties.is_word_like();
        at = end;
    }
    if breaker.is_deferring() { deferred } else { (at, is_word_like, None) }
}

fn first<T: Text>(text: T, start: usize) -> Ahead {
    let (code_point, end) = text.decode(start);
    let properties = properties(code_point);
    let mut breaker = WordBreaker::new();
    breaker.push(properties);
    Ahead { end, breaker, is_word_like: properties.is_word_like() }
}
