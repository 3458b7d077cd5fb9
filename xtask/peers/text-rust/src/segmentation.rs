//! unicode-segmentation.

use harness::Figure;
use unicode_segmentation::UnicodeSegmentation;

use crate::{LIMIT, agreeing};

pub(crate) fn figure(work: &str, text: String) -> Option<Figure> {
    let same = |one: fn(&str) -> usize| agreeing(text.clone(), one, one);
    Some(match work {
        "unicode_words" => same(words),
        "ten_graphemes" => same(ten_graphemes),
        "graphemes" => same(graphemes),
        // White space among them, as words and marks are.
        "tokens" => same(|text| text.split_word_bounds().count()),
        "clusters" | "cut" => same(clusters),
        _ => return None,
    })
}

pub(crate) fn words(text: &str) -> usize {
    text.unicode_words().count()
}

pub(crate) fn ten_graphemes(text: &str) -> usize {
    text.grapheme_indices(true).nth(10).map_or(text.len(), |(at, _)| at)
}

/// Where the limit is reached.
pub(crate) fn graphemes(text: &str) -> usize {
    text.grapheme_indices(true).nth(LIMIT).map_or(text.len(), |(at, _)| at)
}

pub(crate) fn clusters(text: &str) -> usize {
    text.graphemes(true).count()
}
