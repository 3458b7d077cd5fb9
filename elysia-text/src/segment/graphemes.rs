//! Grapheme clusters of a text in memory.

use core::iter::FusedIterator;

use super::grapheme_breaker::{GraphemeBreaker, is_boundary_between};
use crate::tables::{Grapheme, properties};
use crate::text::Text;

/// The grapheme clusters of a text, each with where it begins; see [`graphemes`].
#[derive(Clone, Debug)]
pub struct Graphemes<T> {
    text: T,
    start: usize,
    end: usize,
    /// The code point at `start`, if it has been looked at already.
    ahead: Option<Ahead>,
    /// Whether the regional indicators right before `end` are known to be of an even number, so that taking flags from
    /// the end does not count them again and again.
    are_flags_whole: bool,
}

/// The first code point of a cluster.
#[derive(Clone, Copy, Debug)]
struct Ahead {
    end: usize,
    breaker: GraphemeBreaker,
}

/// The extended grapheme clusters of `text` (UAX #29), in order: `(offset, cluster)`, which together are the text.
///
/// A cluster is what a reader takes for one character. It may have any length. A lone surrogate is one, with the marks
/// after it. Linear in the length of the text from either end.
///
/// ```
/// let clusters: Vec<_> = elysia_text::graphemes("e\u{301}\r\n🇫🇮").collect();
/// assert_eq!(clusters, [(0, "e\u{301}"), (3, "\r\n"), (5, "🇫🇮")]);
/// assert_eq!(elysia_text::graphemes("\u{1F469}\u{200D}\u{1F680}!").next_back(), Some((11, "!")));
/// ```
pub fn graphemes<T: Text>(text: T) -> Graphemes<T> {
    Graphemes { text, start: 0, end: text.len(), ahead: None, are_flags_whole: false }
}

impl<T: Text> Graphemes<T> {
    /// What has not been taken yet.
    pub fn as_text(&self) -> T {
        self.text.slice(self.start..self.end)
    }
}

impl<T: Text> Iterator for Graphemes<T> {
    type Item = (usize, T);

    #[inline]
    fn next(&mut self) -> Option<(usize, T)> {
        if self.start == self.end {
            return None;
        }
        let start = self.start;
        (self.start, self.ahead) = cluster_end(self.text, start, self.end, self.ahead);
        Some((start, self.text.slice(start..self.start)))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let units = self.end - self.start;
        (usize::from(units > 0), Some(units))
    }
}

impl<T: Text> DoubleEndedIterator for Graphemes<T> {
    fn next_back(&mut self) -> Option<(usize, T)> {
        if self.start == self.end {
            return None;
        }
        let end = self.end;
        self.end = cluster_start(self.text, self.start, end, &mut self.are_flags_whole);
        Some((self.end, self.text.slice(self.end..end)))
    }
}

impl<T: Text> FusedIterator for Graphemes<T> {}

/// Whether a grapheme cluster begins or ends at `at`: not inside of a code point, nor beyond the text.
///
/// Looks back no further than the run of regional indicators, or of `Extend`, before `at`; mostly not at all.
///
/// ```
/// assert!(elysia_text::is_grapheme_boundary("e\u{301}a", 3));
/// assert!(!elysia_text::is_grapheme_boundary("e\u{301}a", 1));
/// ```
pub fn is_grapheme_boundary<T: Text>(text: T, at: usize) -> bool {
    if at == 0 || at >= text.len() {
        return at == 0 || at == text.len();
    }
    let (before, start) = text.decode_before(at);
    let is_inside_code_point = text.decode(start).1 != at;
    !is_inside_code_point && is_boundary(text, 0, at, class(before), class(text.decode(at).0))
}

/// The first boundary of grapheme clusters after `at` (on a boundary of code points); `None` at the end.
///
/// ```
/// assert_eq!(elysia_text::next_grapheme_boundary("🇫🇮🇸🇪", 4), Some(8));
/// ```
pub fn next_grapheme_boundary<T: Text>(text: T, at: usize) -> Option<usize> {
    if at >= text.len() {
        return None;
    }
    let mut breaker = breaker_at(text, 0, at);
    let (code_point, mut next) = text.decode(at);
    breaker.push(properties(code_point));
    while next < text.len() {
        let (code_point, after) = text.decode(next);
        if breaker.push(properties(code_point)) {
            break;
        }
        next = after;
    }
    Some(next)
}

/// The last boundary of grapheme clusters before `at` (on a boundary of code points); `None` at the beginning.
///
/// ```
/// assert_eq!(elysia_text::previous_grapheme_boundary("e\u{301}", 3), Some(0));
/// ```
pub fn previous_grapheme_boundary<T: Text>(text: T, at: usize) -> Option<usize> {
    let at = at.min(text.len());
    (at > 0).then(|| cluster_start(text, 0, at, &mut false))
}

/// Where the cluster ends that begins at `start`, which is less than `end`, and what has been looked at after it.
#[inline]
fn cluster_end<T: Text>(text: T, start: usize, end: usize, ahead: Option<Ahead>) -> (usize, Option<Ahead>) {
    const CARRIAGE_RETURN: u32 = 0x0D;
    let is_ascii = |at: usize| text.unit(at).is_some_and(|unit| unit < 0x80);
    // Of two that are ASCII, only CR LF are one cluster.
    if text.unit(start).is_some_and(|first| first < 0x80 && first != CARRIAGE_RETURN)
        && (start + 1 == end || is_ascii(start + 1))
    {
        return (start + 1, None);
    }
    let Ahead { end: mut at, mut breaker } = ahead.unwrap_or_else(|| {
        let (code_point, end) = text.decode(start);
        let mut breaker = GraphemeBreaker::new();
        breaker.push(properties(code_point));
        Ahead { end, breaker }
    });
    while at < end {
        let (code_point, next) = text.decode(at);
        if breaker.push(properties(code_point)) {
            return (at, Some(Ahead { end: next, breaker }));
        }
        at = next;
    }
    (end, None)
}

/// Where the cluster begins that ends at `end`, which is more than `start`.
fn cluster_start<T: Text>(text: T, start: usize, end: usize, are_flags_whole: &mut bool) -> usize {
    let (code_point, mut at) = text.decode_before(end);
    let mut after = class(code_point);
    // Regional indicators that this cluster has already.
    let mut flags = usize::from(after == Grapheme::RegionalIndicator);
    while at > start {
        let (code_point, before_at) = text.decode_before(at);
        let before = class(code_point);
        if before == Grapheme::RegionalIndicator && after == before {
            let is_boundary =
                if *are_flags_whole { flags == 2 } else { is_boundary(text, start, at, before, after) };
            // Either a whole flag ends here, or this indicator is odd: what is before it is flags.
            *are_flags_whole = true;
            if is_boundary {
                return at;
            }
        } else if is_boundary(text, start, at, before, after) {
            *are_flags_whole = false;
            return at;
        }
        flags += usize::from(before == Grapheme::RegionalIndicator);
        (after, at) = (before, before_at);
    }
    at
}

fn is_boundary<T: Text>(text: T, start: usize, at: usize, before: Grapheme, after: Grapheme) -> bool {
    is_boundary_between(before, after).unwrap_or_else(|| {
        let (code_point, _) = text.decode(at);
        breaker_at(text, start, at).push(properties(code_point))
    })
}

/// The state before `at`: from the last code point on that says by itself whether it joins what is before it.
fn breaker_at<T: Text>(text: T, start: usize, at: usize) -> GraphemeBreaker {
    let mut safe = at;
    while safe > start {
        let (code_point, before) = text.decode_before(safe);
        safe = before;
        if !leans_on_what_is_before(class(code_point)) {
            break;
        }
    }
    let mut breaker = GraphemeBreaker::new();
    while safe < at {
        let (code_point, next) = text.decode(safe);
        breaker.push(properties(code_point));
        safe = next;
    }
    breaker
}

fn leans_on_what_is_before(class: Grapheme) -> bool {
    use Grapheme as G;
    matches!(class, G::Extend | G::ConjunctExtend | G::ConjunctLinker | G::Joiner | G::RegionalIndicator)
}

#[inline]
fn class(code_point: u32) -> Grapheme {
    properties(code_point).grapheme()
}
