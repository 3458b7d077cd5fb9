//! ICU4X with its compiled data: icu_normalizer, and icu_segmenter by the rules of UAX #29 alone, as all others here; its
//! dictionaries would find other words in Chinese and Japanese.

use std::borrow::Cow;

use harness::Figure;
use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use icu_segmenter::options::WordBreakInvariantOptions;
use icu_segmenter::{GraphemeClusterSegmenter, WordSegmenter};

use crate::{LIMIT, agreeing, normalization, segmentation};

pub(crate) fn normalizer(work: &str, text: String) -> Option<Figure> {
    const NFC: ComposingNormalizerBorrowed<'_> = ComposingNormalizerBorrowed::new_nfc();
    const NFD: DecomposingNormalizerBorrowed<'_> = DecomposingNormalizerBorrowed::new_nfd();
    const NFKC: ComposingNormalizerBorrowed<'_> = ComposingNormalizerBorrowed::new_nfkc();
    const NFKD: DecomposingNormalizerBorrowed<'_> = DecomposingNormalizerBorrowed::new_nfkd();
    let one: fn(&str) -> Cow<'_, str> = match work {
        "nfc" => |text| NFC.normalize(text),
        "nfd" => |text| NFD.normalize(text),
        "nfkc" => |text| NFKC.normalize(text),
        "nfkd" => |text| NFKD.normalize(text),
        _ => return None,
    };
    Some(normalization::checked(work, text, one))
}

pub(crate) fn segmenter(work: &str, text: String) -> Option<Figure> {
    let words = WordSegmenter::new_for_non_complex_scripts(WordBreakInvariantOptions::default());
    let clusters = GraphemeClusterSegmenter::new();
    // The first boundary is the beginning.
    Some(match work {
        "unicode_words" => agreeing(text, segmentation::words, move |text| {
            words.segment_str(text).iter_with_word_type().filter(|(_, kind)| kind.is_word_like()).count()
        }),
        "graphemes" => agreeing(text, segmentation::graphemes, move |text| {
            clusters.segment_str(text).nth(LIMIT).unwrap_or(text.len())
        }),
        "tokens" => Figure::calls(move || words.segment_str(std::hint::black_box(&text)).count()),
        "clusters" | "cut" => {
            agreeing(text, segmentation::clusters, move |text| clusters.segment_str(text).count() - 1)
        }
        _ => return None,
    })
}
