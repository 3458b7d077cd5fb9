//! The state machines beside the iterators, and what the iterators cost.

use std::cell::Cell;
use std::ops::{ControlFlow, Range};

use proptest::prelude::*;

use super::{GraphemeBreaker, WordBreaker, graphemes, words};
use crate::tables::properties;
use crate::text::{Text, Utf16, sealed::Sealed};

/// Where `text` has boundaries to a stream, which never looks at a code point twice; without its end.
fn grapheme_boundaries_of_stream(text: &str) -> Vec<usize> {
    let mut breaker = GraphemeBreaker::new();
    text.char_indices().filter(|(_, it)| breaker.push(properties(u32::from(*it)))).map(|(at, _)| at).collect()
}

fn word_boundaries_of_stream(text: &str) -> Vec<usize> {
    let (mut breaker, mut boundaries, mut deferred) = (WordBreaker::new(), Vec::new(), 0);
    for (at, character) in text.char_indices() {
        let step = breaker.push(properties(u32::from(character)));
        boundaries.extend(step.breaks_deferred().then_some(deferred));
        boundaries.extend(step.is_break().then_some(at));
        deferred = if step.is_deferral() { at } else { deferred };
    }
    boundaries.extend(breaker.is_deferring().then_some(deferred));
    boundaries
}

const PIECES: &[&str] = &[
    "a", "א", "1", "'", "\"", ".", ":", ",", " ", "_", "\r", "\n", "ア", "\u{300}", "\u{200D}", "\u{AD}",
    "🇫", "👩", "ⓜ", "क", "\u{94D}", "\u{600}", "한", "\u{1100}", "\u{1161}", "漢", "\u{903}", "\u{200C}",
    "\u{1CF5}",
];

fn ascii_mostly() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => "[a-c1-3_ .,:;'\"\r\n]{0,60}",
        4 => "[\\x00-\\x7F]{0,80}",
        1 => "[a1]{60,70}",
        1 => prop::sample::select(vec!["\u{300}", "é", "\u{200D}", "👩"]).prop_map(String::from),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn streams_find_what_iterators_find(text in prop::collection::vec(prop::sample::select(PIECES), 0..16)) {
        let text = text.concat();
        let clusters: Vec<_> = graphemes(&*text).map(|(start, _)| start).collect();
        prop_assert_eq!(grapheme_boundaries_of_stream(&text), clusters);
        let segments: Vec<_> = words(&*text).map(|segment| segment.start).collect();
        prop_assert_eq!(word_boundaries_of_stream(&text), segments);
    }

    /// Long runs of ASCII, which words take in blocks, with something else here and there.
    #[test]
    fn blocks_of_ascii_are_segmented_alike(text in prop::collection::vec(ascii_mostly(), 0..8)) {
        let text = text.concat();
        let segments: Vec<_> = words(&*text).collect();
        prop_assert_eq!(word_boundaries_of_stream(&text), segments.iter().map(|it| it.start).collect::<Vec<_>>());
        for segment in segments {
            prop_assert_eq!(segment.is_word_like, segment.text.chars().any(|it| it.is_ascii_alphanumeric() || it == 'é'));
        }
        let units: Vec<_> = text.encode_utf16().collect();
        let lengths_utf16: Vec<_> = words(Utf16(&units)).map(|it| it.text.0.len()).collect();
        let lengths: Vec<_> = words(&*text).map(|it| it.text.encode_utf16().count()).collect();
        prop_assert_eq!(lengths_utf16, lengths);
    }
}

/// A text that counts how many code points it is asked for.
#[derive(Clone, Copy)]
pub(crate) struct Counted<'a>(pub(crate) &'a str, pub(crate) &'a Cell<usize>);

impl Sealed for Counted<'_> {
    const IS_UTF8: bool = true;

    fn word_start(self, is_inside: bool, number: usize) -> ControlFlow<usize, usize> {
        let found = self.0.word_start(is_inside, number);
        let (ControlFlow::Break(units) | ControlFlow::Continue(units)) = found.map_continue(|_| self.0.len());
        self.1.set(self.1.get() + units);
        found
    }

    fn ascii_end(self, range: Range<usize>) -> usize {
        let end = self.0.ascii_end(range.clone());
        self.1.set(self.1.get() + end - range.start);
        end
    }

    fn printable_end(self, range: Range<usize>) -> usize {
        let end = self.0.printable_end(range.clone());
        self.1.set(self.1.get() + end - range.start);
        end
    }

    fn ascii_words(self) -> usize {
        self.0.ascii_words()
    }

    #[cfg(feature = "normalization")]
    fn candidates(self, from: usize, inert: &crate::tables::Inert) -> (usize, u64) {
        let (at, found) = self.0.candidates(from, inert);
        // A step for each block that is skipped or cut into.
        self.1.set(self.1.get() + 1 + at.saturating_sub(from) / 64);
        (at, found)
    }
}

impl Text for Counted<'_> {
    fn len(self) -> usize {
        self.0.len()
    }

    fn floor(self, at: usize) -> usize {
        self.0.floor(at)
    }

    fn slice(self, range: Range<usize>) -> Self {
        Self(&self.0[range], self.1)
    }

    fn unit(self, at: usize) -> Option<u32> {
        self.1.set(self.1.get() + 1);
        self.0.unit(at)
    }

    fn decode(self, at: usize) -> (u32, usize) {
        self.1.set(self.1.get() + 1);
        self.0.decode(at)
    }

    fn decode_before(self, end: usize) -> (u32, usize) {
        self.1.set(self.1.get() + 1);
        self.0.decode_before(end)
    }

    fn ascii_run_end(self, from: usize) -> usize {
        let end = self.0.ascii_run_end(from);
        self.1.set(self.1.get() + end - from);
        end
    }

    fn ascii_block(self, from: usize) -> Option<([u8; 64], usize)> {
        let block = self.0.ascii_block(from);
        self.1.set(self.1.get() + block.map_or(1, |(_, len)| len));
        block
    }
}

#[test]
fn the_cost_is_linear() {
    let marks = "\u{300}".repeat(20_000);
    let evil = [
        format!("a'{marks}").repeat(5),
        format!("a'{marks}1.{marks}א\"{marks}").repeat(2),
        "a'".repeat(50_000),
        "1.a:".repeat(20_000),
        "🇫".repeat(20_001),
        format!("{}\u{300}", "🇫".repeat(20_000)),
        format!("👩{marks}\u{200D}").repeat(5),
        format!("\u{94D}{marks}क").repeat(5),
        format!("\u{600}{marks}").repeat(5),
        "\u{200D}👩".repeat(50_000),
        "\u{AD}".repeat(100_000),
    ];
    for text in evil {
        let length = text.chars().count();
        let check = |what: &str, run: &dyn Fn(Counted<'_>) -> usize| {
            let steps = Cell::new(0);
            let segments = run(Counted(&text, &steps));
            let steps = steps.get();
            assert!(steps <= 5 * length, "{what}: {steps} steps, {segments} segments, {length} code points");
        };
        check("words", &|text| words(text).count());
        check("clusters", &|text| graphemes(text).count());
        check("clusters backwards", &|text| graphemes(text).rev().count());
    }
}
